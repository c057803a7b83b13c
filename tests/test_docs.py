"""What the README and the documentation say, compared with the code; their examples, run."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
from functools import reduce
from pathlib import Path
from pkgutil import resolve_name

import pytest
from click.testing import CliRunner
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from jupyter_nbtasks.arcgis import handlers as arcgis
from jupyter_nbtasks.cli.main import main
from jupyter_nbtasks.cli.session import Exit
from jupyter_nbtasks.jobs.model import Reason, Status
from jupyter_nbtasks.rest import handlers as rest
from jupyter_nbtasks.settings import settings

HOUSE = Path(__file__).parents[1]
DOCS = HOUSE / "docs"
PACKAGE = HOUSE / "jupyter_nbtasks"
PAGES = [
    *(HOUSE / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *(path for path in DOCS.rglob("*.md") if "_build" not in path.parts),
]


def page(name):
    return (DOCS / name).read_text()


@pytest.fixture(scope="module")
def generate():
    """The program that writes the generated parts of the pages."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_is_short():
    assert len((HOUSE / "README.md").read_text().splitlines()) <= 150


@pytest.mark.parametrize(
    "name", ["operators/settings.md", "arcgis/reference.md", "reference/rest.md"]
)
def test_what_is_generated_is_up_to_date(generate, name):
    assert page(name) == generate.current(name), "run `python docs/generate.py`"


def test_every_setting_stands_on_its_page():
    shown = re.findall(r"^\| `(\w+)` \|", page("operators/settings.md"), re.MULTILINE)
    assert shown == [name for name, _ in settings()]


def test_every_address_stands_in_the_reference():
    rooms = [path.parent.name for path in PACKAGE.glob("*/handlers.py")]
    rooms = [resolve_name(f"jupyter_nbtasks.{name}.handlers") for name in rooms]
    native = [room for room in rooms if room not in (arcgis, rest)]
    calls = {
        f"{verb.upper()} {readable(pattern)}"
        for room in native
        for pattern, handler in room.ROUTES
        for verb in ("get", "post", "patch", "delete")
        if hasattr(getattr(handler, verb), "operation")
    }
    assert len(native) == 6
    assert calls == set(re.findall(r"^### `([A-Z]+ .*)`$", page("reference/rest.md"), re.MULTILINE))


def readable(pattern):
    """The address that a route's *pattern* is for, its parts in braces."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).removeprefix(f"{rest.PREFIX}/")


@pytest.mark.parametrize("word", Reason)
def test_every_reason_is_explained(word):
    assert f"| `{word}` |" in page("users/debugging.md")


@pytest.mark.parametrize("word", [*Reason, *Status])
def test_every_reason_and_status_is_promised(word):
    assert f"`{word}`" in page("reference/promises.md")


def test_the_exit_statuses_are_those_of_the_command():
    shown = re.findall(r"^\| (\d) \|", page("users/command-line.md"), re.MULTILINE)
    assert {int(number) for number in shown} == {int(status) for status in Exit}


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_stands_on_its_page(command):
    assert f"jupyter nbtasks {command}" in page("users/command-line.md")
    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


def test_each_promise_is_held_by_tests_that_are_there():
    promises = page("reference/promises.md")
    named = re.findall(r"`([\w/]+\.py)::(test_\w+|Test\w+)`", promises)
    assert len(named) >= 40
    assert promises.count("::") == len(named)
    missing = [
        (path, name)
        for path, name in named
        if not re.search(rf"^\s*(async )?def {name}\(|^{name} = ", source_of(path), re.MULTILINE)
    ]
    assert missing == []


def source_of(path):
    return (HOUSE / "tests" / path).read_text()


def test_each_target_that_is_not_met_has_its_reason():
    figures, _, reasons = page("reference/performance.md").partition("<!-- end of figures -->")
    missed = {row.split(" | ")[0] for row in figures.splitlines() if "**not met**" in row}
    explained = {row.split(" | ")[0] for row in reasons.splitlines() if row.startswith("| ")}
    assert missed
    assert missed == explained - {"| what"}


TERMS = re.findall(
    r"^\| ([^|]+) \| [^|]+ \| (`[\w.`, ]+`) \|$", page("contributors/glossary.md"), re.M
)


@pytest.mark.parametrize(
    ("term", "name"),
    [(term, name.strip("` ")) for term, names in TERMS for name in names.split(",")],
)
def test_each_word_of_the_glossary_stands_in_the_code(term, name):
    parts = name.split(".")
    modules = [size for size in range(1, len(parts)) if is_module(parts[:size])]
    module, rest = parts[: modules[-1]], parts[modules[-1] :]
    found = resolve_name(".".join(["jupyter_nbtasks", *module]))
    assert reduce(getattr, rest, found) is not None


def is_module(parts):
    path = PACKAGE.joinpath(*parts)
    return path.with_suffix(".py").is_file() or path.is_dir()


def test_the_glossary_has_a_place_for_each_word_in_the_order_of_the_alphabet():
    rows = [row for row in page("contributors/glossary.md").splitlines() if row.startswith("| ")]
    terms = [term for term, _ in TERMS]
    assert len(terms) == len(rows) - 1
    assert terms == sorted(terms)


@pytest.mark.parametrize("name", ["architecture.md", "job.svg", "schedule.svg"])
def test_what_the_architecture_names_is_there(name):
    text = page(f"contributors/{name}")
    sources = [path for path in PACKAGE.rglob("*.py") if "labextension" not in path.parts]
    classes = {
        node.name
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }
    named = re.findall(r"`([A-Z]\w*[a-z]\w*|decide)`|font-weight=\"600\"[^>]*>(\w+)<", text)
    assert {one or other for one, other in named} <= classes
    files = re.findall(r"[`>]([\w/]+\.py)[`<]", text)
    known = [f"/{path.relative_to(HOUSE).as_posix()}" for path in sources]
    known += [f"/{path.relative_to(HOUSE).as_posix()}" for path in HOUSE.glob("tests/*.py")]
    assert [file for file in files if not any(path.endswith(f"/{file}") for path in known)] == []


def prose(path):
    """The text of a page without its blocks of code."""
    return re.sub(r"^(`{3,}).*?^\1$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)


def anchors(path):
    """The names by which the headings of a page are linked to."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_every_link_within_the_project_leads_somewhere(path):
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)) if ":" not in link]
    broken = []
    for link in links:
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


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


EXAMPLES = {
    "../README.md": 1,
    "users/scheduling.md": 1,
    "users/snapshots.md": 2,
    "users/rest.md": 2,
    "users/tools.md": 3,
    "arcgis/index.md": 2,
}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_examples_work_as_printed(api, jp_http_port, name):
    lines = [line for line in page(name).splitlines() if line.startswith("curl ")]
    assert len(lines) == EXAMPLES[name]

    for line in lines:
        request = curl(line.replace("localhost:8888", f"127.0.0.1:{jp_http_port}"))
        request.request_timeout = 60
        assert (await AsyncHTTPClient().fetch(request)).code in (200, 201), line

    for job in (await api("GET", "jobs"))["items"]:
        assert (await api.ended(job["id"]))["status"] == "COMPLETED"


async def test_the_other_example_runs_too_and_hands_back_its_results(api):
    job = await api.run("diabetes.ipynb", parameters={"model": "forest"})

    assert job["status"] == "COMPLETED", job["message"]
    assert 0.3 < job["results"]["r2"] < 0.7
