"""What is released: one version everywhere, a changelog that knows it, and addresses that agree."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml

import jupyter_nbtasks

HOUSE = Path(__file__).parents[1]
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
CHANGELOG = (HOUSE / "CHANGELOG.md").read_text()
VERSION = json.loads((HOUSE / "labextension" / "package.json").read_text())["version"]


def test_python_has_the_version_of_the_front_end():
    pattern = PROJECT["tool"]["hatch"]["version"]["pattern"]
    source = (HOUSE / PROJECT["tool"]["hatch"]["version"]["path"]).read_text()
    assert re.findall(pattern, source) == [VERSION]
    assert jupyter_nbtasks.__version__ == VERSION


def test_the_changelog_has_the_version_with_its_date_below_what_is_not_released():
    headings = re.findall(r"^## \[(.+?)\](?: - (.+))?$", CHANGELOG, re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert headings[1][0] == VERSION
    days = [date.fromisoformat(day) for _, day in headings[1:]]
    assert days == sorted(days, reverse=True)


def test_every_version_of_the_changelog_has_a_link():
    versions = re.findall(r"^## \[(.+?)\]", CHANGELOG, re.MULTILINE)
    assert versions == re.findall(r"^\[(.+?)\]: https://", CHANGELOG, re.MULTILINE)


def test_the_repository_has_one_address():
    named = {
        match
        for name in (
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "README.md",
            "SECURITY.md",
            "pyproject.toml",
        )
        for match in re.findall(r"https://github\.com/([\w-]+/[\w-]+)", (HOUSE / name).read_text())
    }
    assert named == {PROJECT["project"]["urls"]["Repository"].removeprefix("https://github.com/")}


@pytest.mark.parametrize("path", sorted((HOUSE / ".github" / "workflows").iterdir()), ids=str)
def test_a_workflow_runs_nox_and_nothing_else(path):
    sessions = set(re.findall(r"^def (\w+)\(session", (HOUSE / "noxfile.py").read_text(), re.M))
    jobs = yaml.safe_load(path.read_text())["jobs"]
    [job] = jobs.values()
    assert [step["run"].split(" -s ")[0] for step in job["steps"] if "run" in step] == [
        "pip install nox && nox"
    ]
    asked = job.get("strategy", {}).get("matrix", {}).get("session", [])
    assert {name.replace("-", "_") for name in asked} <= sessions


def test_the_hooks_take_the_versions_of_the_lint_extra():
    extra = PROJECT["project"]["optional-dependencies"]["lint"]
    hooks = yaml.safe_load((HOUSE / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    pinned = [one for hook in hooks for one in hook.get("additional_dependencies", [])]
    tools = {re.split(r"[<>=]", one)[0]: one for one in pinned}
    assert {tools[name] for name in ("ruff", "codespell")} <= set(extra)


def test_ci_runs_the_commands_of_the_readme_in_its_order():
    shown = re.findall(r"^```bash\n(.+)\n```$", (HOUSE / "README.md").read_text(), re.MULTILINE)[:2]
    script = (HOUSE / ".ci" / "run").read_text().splitlines()
    assert [line.removesuffix(" || exit") for line in script if line.startswith("pip ")] == shown


def test_the_script_of_ci_is_one():
    assert subprocess.run(["bash", "-n", HOUSE / ".ci" / "run"]).returncode == 0
