"""What a user leaves in a clone fails no check: checks see a copy of the project's own files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
# It is not written out, because this file is checked too.
TYPO = "t" + "eh"
BAD = {
    ".ipynb": f'{{"cells": [], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5, "{TYPO}": 1}}',
    ".md": f"[nowhere](nowhere.md) {TYPO}",
    ".py": f"import os\nx: int = '{TYPO}'\ndef test_it( ): assert False\n",
    ".ts": f"const {TYPO}: any = 1",
}
# No folder of the project has these names, or git ignores them.
ELSEWHERE = ["", "venv/lib", ".venv/lib", "build/lib", "dist", "work/notebooks", "examples"]
AMONG_OURS = [
    "jupyter_nbtasks/jobs",
    "tests",
    "tests/jobs",
    "docs",
    "benchmarks",
    "labextension/src",
    "labextension/test",
    "ui-tests",
]
LINTS = [["ruff", "check"], ["ruff", "format", "--check"], ["codespell"]]


def copy(project, target):
    """The names of the files in a pristine copy of *project*."""
    subprocess.run([sys.executable, project / ".ci" / "pristine.py", target], check=True)
    return {path.relative_to(target) for path in target.rglob("*") if path.is_file()}


def plant(project, folders):
    for folder in folders:
        (project / folder).mkdir(parents=True, exist_ok=True)
        for suffix, text in BAD.items():
            (project / folder / f"test_stray{suffix}").write_text(text)


def lints(folder):
    """The lints that are content with what they find in *folder*."""
    programs = [[Path(sysconfig.get_path("scripts"), lint[0]), *lint[1:]] for lint in LINTS]
    return [subprocess.run(program, cwd=folder).returncode == 0 for program in programs]


@pytest.fixture
def clone(tmp_path):
    """A clone that git tracks."""
    clone = tmp_path / "clone"
    copy(HOUSE, clone)
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=clone, check=True)
    return clone


@pytest.fixture
def unpacked(tmp_path):
    """What an archive was unpacked to: git knows nothing of it."""
    copy(HOUSE, tmp_path / "unpacked")
    return tmp_path / "unpacked"


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_what_git_does_not_track_is_not_checked(clone, tmp_path):
    ours = copy(clone, tmp_path / "before")
    plant(clone, ELSEWHERE + AMONG_OURS)

    assert copy(clone, tmp_path / "after") == ours
    assert lints(clone) == [False, False, False]
    assert lints(tmp_path / "after") == [True, True, True]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_what_git_tracks_is_checked_where_nox_has_its_copy(clone):
    plant(clone, ["tests"])
    subprocess.run(["git", "add", "--all"], cwd=clone, check=True)
    copy(clone, clone / ".nox" / "copy")

    assert lints(clone / ".nox" / "copy") == [False, False, False]


def test_what_lies_beside_the_project_in_an_archive_is_not_checked(unpacked, tmp_path):
    ours = copy(unpacked, tmp_path / "before")
    plant(unpacked, ELSEWHERE)

    assert copy(unpacked, tmp_path / "after") == ours
    assert lints(unpacked) == [False, False, False]
    assert lints(tmp_path / "after") == [True, True, True]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_an_archive_has_the_files_that_git_tracks(clone, tmp_path):
    tracked = copy(clone, tmp_path / "tracked")
    shutil.rmtree(clone / ".git")

    assert copy(clone, tmp_path / "unpacked") == tracked


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_what_a_release_would_leave_out_is_noticed(clone, tmp_path):
    (clone / "NEW.md").touch()
    subprocess.run(["git", "add", "--all"], cwd=clone, check=True)

    with pytest.raises(subprocess.CalledProcessError):
        copy(clone, tmp_path / "copy")


def test_a_copy_follows_the_project_and_keeps_what_was_installed(unpacked, tmp_path):
    target = tmp_path / "copy"
    before = copy(unpacked, target)
    installed = target / "labextension" / "node_modules" / "a.js"
    installed.parent.mkdir()
    installed.touch()
    (target / "tests" / "test_left.py").touch()
    (unpacked / "README.md").write_text("# Another")
    (unpacked / "LICENSE").unlink()

    gone, new = Path("LICENSE"), installed.relative_to(target)
    assert copy(unpacked, target) == before - {gone} | {new}
    assert (target / "README.md").read_text() == "# Another"
