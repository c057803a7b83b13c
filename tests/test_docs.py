"""What the README claims of settings, addresses, reasons and the house, compared with the code."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from jupyter_nbtasks.arcgis import handlers as arcgis_handlers
from jupyter_nbtasks.arcgis.surface.rest import Folder, UnknownAddress, Unsupported
from jupyter_nbtasks.cli.main import main
from jupyter_nbtasks.jobs import handlers as job_handlers
from jupyter_nbtasks.jobs.model import Reason, Status
from jupyter_nbtasks.rest.handlers import PREFIX
from jupyter_nbtasks.schedules import handlers as schedule_handlers
from jupyter_nbtasks.server import handlers as server_handlers
from jupyter_nbtasks.settings import settings
from jupyter_nbtasks.snapshots import handlers as snapshot_handlers
from jupyter_nbtasks.tools import handlers as tool_handlers
from jupyter_nbtasks.webhooks import handlers as webhook_handlers

HOUSE = Path(__file__).parents[1]
README = (HOUSE / "README.md").read_text()
DERIVED = {
    "data_dir": "`nbtasks` in Jupyter's data directory",
    "database_url": "an SQLite file in `data_dir`",
    "root_name": "the absolute `root_dir`",
    "max_concurrent_jobs": "the number of CPUs",
    "fork_kernels": "`True`",
    "fork_preload": "none",
    "timezone": "the machine's",
    "arcgis_day_numbers": "`quartz`",
}


def section(title):
    """The text below the heading *title*."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def shown(value):
    """A setting's default as the README has it."""
    return str(value) if isinstance(value, (bool, str)) else f"{value:.0f}"


def test_every_setting_stands_in_the_readme_as_it_is():
    rows = []
    for name, trait in settings():
        default = DERIVED.get(name) or f"`{shown(trait.default_value)}`"
        meaning = re.sub(r" Default: .*?\.(?= |$)", "", trait.help)
        rows.append(f"| `{name}` | {default} | {meaning} |")
    expected = "\n".join(rows)
    assert expected in section("Settings"), expected


def test_the_map_shows_every_module_with_its_first_sentence():
    lines = []
    for path in sorted((HOUSE / "jupyter_nbtasks").rglob("*.py"), key=_in_order):
        where = path.relative_to(HOUSE)
        if "labextension" in where.parts or where.parts[1] == "migrations":
            continue
        sentence = ast.get_docstring(ast.parse(path.read_text())).split("\n")[0]
        if path.name == "__init__.py":
            lines.append(f"{where.parent}/".ljust(34) + sentence)
        else:
            lines.append(f"    {where.name}".ljust(34) + sentence)
    expected = "\n".join(lines)
    assert expected in section("The house"), expected


def _in_order(path):
    folder = path.parent.relative_to(HOUSE).as_posix()
    return (folder, path.name != "__init__.py", path.name)


def test_every_address_stands_in_the_readme():
    rooms = (
        snapshot_handlers,
        job_handlers,
        schedule_handlers,
        webhook_handlers,
        tool_handlers,
        server_handlers,
    )
    routes = [route for room in rooms for route in room.ROUTES]
    part = re.compile(r"\(\?P(<\w+>)[^)]*\)")
    calls = {
        f"{verb.upper()} {part.sub(lambda match: match[1], pattern).removeprefix(PREFIX + '/')}"
        for pattern, handler in routes
        for verb in ("get", "post", "patch", "delete")
        if hasattr(getattr(handler, verb), "operation")
    }
    shown = {call.split("?")[0] for call in re.findall(r"^\| `([A-Z]+ [^`]+)` \|", README, re.M)}
    assert calls == shown


def test_every_address_of_arcgis_stands_in_the_readme():
    rows = []
    for route in sorted(arcgis_handlers.TREE.routes, key=lambda route: route.address.lower()):
        if issubclass(route.handler, Unsupported):
            rows.append(f"| `{route.address}` | no | {route.handler.why} |")
        elif route.handler not in (Folder, UnknownAddress):
            method = "POST" if route.is_operation else "GET"
            method += ", PUT" if hasattr(route.handler.put, "operation") else ""
            rows.append(f"| `{route.address}` | {method} | {route.about} |")
    expected = "\n".join(rows)
    assert expected in section("From ArcGIS"), expected


@pytest.mark.parametrize("word", [*Reason, *Status])
def test_every_reason_and_status_stands_in_the_readme(word):
    assert f"`{word}`" in section("What you can rely on")


def test_the_exit_statuses_are_those_of_the_command():
    shown = {int(number) for number in re.findall(r"^\| (\d) \|", README, re.M)}
    assert shown == {int(status) for status in main.Exit}


@pytest.mark.parametrize("command", ["run", "jobs", "show", "cancel", "schedules", "snapshots"])
def test_every_command_stands_in_the_readme(command):
    assert f"jupyter nbtasks {command}" in section("On the command line")
    assert CliRunner().invoke(main.main, [command, "--help"]).exit_code == 0


def test_each_promise_is_held_by_tests_that_are_there():
    promises = (HOUSE / "docs" / "promises.md").read_text()
    named = re.findall(r"`([\w/]+\.py)::(test_\w+|Test\w+)`", promises)
    assert len(named) >= 40
    assert promises.count("::") == len(named)
    missing = [
        (path, name)
        for path, name in named
        if not re.search(rf"^\s*(async )?def {name}\(|^{name} = ", source_of(path), re.MULTILINE)
    ]
    assert missing == []
    assert "(docs/promises.md)" in README


def source_of(path):
    return (HOUSE / "tests" / path).read_text()


def curl(line):
    """The request that a ``curl`` *line* makes."""
    words = shlex.split(line)[1:]
    headers, body, url = {}, None, ""
    while words:
        match words.pop(0):
            case "-s":
                continue
            case "-H":
                name, value = words.pop(0).split(": ", 1)
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case word:
                url = word
    return HTTPRequest(url, "POST" if body else "GET", headers, body)


@pytest.fixture
def jp_base_url():
    return "/"


@pytest.fixture
def jp_argv():
    return ["--IdentityProvider.token=secret"]


@pytest.fixture
def jp_root_dir():
    return HOUSE / "examples"


async def test_the_rest_example_works_as_printed(api, jp_http_port):
    shown = section("On a schedule") + section("Snapshots") + section("By REST")
    lines = [line for line in shown.splitlines() if line.startswith("curl ")]
    assert len(lines) == 5

    for line in lines:
        request = curl(line.replace("localhost:8888", f"127.0.0.1:{jp_http_port}"))
        assert (await AsyncHTTPClient().fetch(request)).code in (200, 201), line

    [job] = (await api("GET", "jobs"))["items"]
    assert (await api.ended(job["id"]))["status"] == "COMPLETED"


async def test_the_arcgis_example_works_as_printed(api, jp_http_port):
    lines = [line for line in section("From ArcGIS").splitlines() if line.startswith("curl ")]
    assert len(lines) == 2

    for line in lines:
        request = curl(line.replace("localhost:8888", f"127.0.0.1:{jp_http_port}"))
        assert (await AsyncHTTPClient().fetch(request)).code == 200, line

    [job] = (await api("GET", "jobs"))["items"]
    assert (await api.ended(job["id"]))["status"] == "COMPLETED"


async def test_the_other_example_runs_too_and_hands_back_its_results(api):
    job = await api.run("diabetes.ipynb", parameters={"model": "forest"})

    assert job["status"] == "COMPLETED", job["message"]
    assert 0.3 < job["results"]["r2"] < 0.7
