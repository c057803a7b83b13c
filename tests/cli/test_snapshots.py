"""The commands for snapshots: the real command, in processes of its own."""

from __future__ import annotations

import json
import re

import pytest

from .conftest import Home

# Each command is a process of its own, which takes its time to start on a busy machine.
pytestmark = pytest.mark.timeout(300)

COLUMNS = ["SNAPSHOT", "KIND", "NOTEBOOK", "NAME", "MADE", "BYTES", "DESCRIPTION"]
REFUSED = {
    ("create", "diary.ipynb"): "This is not a notebook.",
    ("create", "work.ipynb", "--name", "first"): "This notebook has a snapshot 'first' already.",
    ("create", "work.ipynb", "--name", "x" * 10_000): "'name' must have at most 200 characters.",
    ("list", "../work.ipynb", "-q", "x" * 999): "'q' must have at most 200 characters.",
    ("diff", "n1"): "There is no snapshot 'n1'.",
    ("restore", "n1"): "There is no snapshot 'n1'.",
}


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path)
    home.notebook("work.ipynb", "load()", "print(1)")
    return home


def make(home, *arguments):
    """Keep ``work.ipynb``; return the id."""
    made = home("snapshots", "create", "work.ipynb", *arguments)
    assert (made.status, made.err) == (0, "")
    return re.search(r"\(snapshot (n\w+)\)", made.out)[1]


def listed(home, *arguments):
    """The snapshots, as programs are told."""
    shown = home("snapshots", "list", "--json", *arguments)
    assert (shown.status, shown.err) == (0, "")
    return [json.loads(line) for line in shown.out.splitlines()]


def test_a_notebook_is_kept_compared_and_put_back(home):
    was = (home.here / "work.ipynb").read_bytes()
    id = make(home, "--name", "first", "--description", "Before\nthe rewrite")
    home.notebook("work.ipynb", "load()", "print(2)", "save()")
    changed = (home.here / "work.ipynb").read_bytes()

    table = home("snapshots", "list").out
    shown = home("snapshots", "diff", id[:20])
    back = home("snapshots", "restore", id[:20], "--name", "before")

    assert [line.split()[0] for line in table.splitlines()] == ["SNAPSHOT", id]
    assert table.split()[: len(COLUMNS)] == COLUMNS
    assert "Before the rewrite" in table
    assert shown.status == 0
    assert shown.out.startswith("--- first\n+++ work.ipynb\n")
    assert {"-  print(1)", "+  print(2)"} <= set(shown.out.splitlines())
    assert "save()" in shown.out
    assert "\x1b" not in shown.out
    assert back.out.startswith("work.ipynb: restored\nBefore, it was: before (snapshot n")
    assert (home.here / "work.ipynb").read_bytes() == was
    before, first = listed(home, "work.ipynb")
    assert (before["kind"], first["kind"], first["id"]) == ("restore", "manual", id)
    assert (first["path"], first["private"], first["size"]) == ("work.ipynb", False, len(was))
    assert home("snapshots", "restore", before["id"], "--no-preserve").status == 0
    assert (home.here / "work.ipynb").read_bytes() == changed
    assert len(listed(home)) == 2


def test_two_snapshots_are_compared(home):
    first = make(home)
    home.notebook("work.ipynb", "load()", "print(2)")
    second = make(home, "--private")

    shown = home("snapshots", "diff", first, second)
    same = home("snapshots", "diff", second)

    assert "+  print(2)" in shown.out.splitlines()
    assert (same.out, same.err) == ("", "No difference.\n")
    assert listed(home)[0]["private"] is True


def test_a_terminal_is_shown_colours(home):
    id = make(home)
    home.notebook("work.ipynb", "print(2)")

    shown = home.on_terminal("snapshots", "diff", id)

    assert "\x1b[3" in shown.out


def test_those_of_one_notebook_are_listed_and_found(home):
    id = make(home, "--name", "Quarter")
    home.notebook("other.ipynb", "1")
    home("snapshots", "create", "other.ipynb")

    assert [one["id"] for one in listed(home, "work.ipynb")] == [id]
    assert [one["id"] for one in listed(home, "-q", "quarter")] == [id]
    assert len(listed(home)) == 2
    nothing = home("snapshots", "list", "third.ipynb")
    assert (nothing.out, "Keep one: jupyter nbtasks snapshots create" in nothing.err) == ("", True)


def test_what_is_refused_is_said_in_one_line(home):
    (home.here / "diary.ipynb").write_text("Dear diary")
    make(home, "--name", "first")
    home.notebook("work.ipynb", "2")
    was = (home.here / "work.ipynb").read_bytes()

    answers = {line: home("snapshots", *line) for line in REFUSED}

    wrong = {
        line: (answered.status, answered.err)
        for line, answered in answers.items()
        if not (answered.status == 2 and answered.err.startswith(f"Error: {REFUSED[line]}"))
    }
    assert wrong == {}
    assert (home.here / "work.ipynb").read_bytes() == was
    assert len(listed(home)) == 1
