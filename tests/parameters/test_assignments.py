from __future__ import annotations

import pytest

from jupyter_nbtasks.parameters.assignments import read_assignments


def read(source):
    return [(a.name, a.annotation, a.default, a.help) for a in read_assignments(source)[0]]


ONE = {
    "x = 1": ("x", None, "1", ""),
    "x: int = 1": ("x", "int", "1", ""),
    "x: int": ("x", "int", None, ""),
    "x = 1  # how many": ("x", None, "1", "how many"),
    'x: Literal["a=b"] = "a=b#c"  # a # b': ("x", 'Literal["a=b"]', '"a=b#c"', "a # b"),
    "x: int | None = None": ("x", "int | None", "None", ""),
    "x = [\n  1,  # one\n]  # some": ("x", None, "[\n  1,  # one\n]", "some"),
    "x = [  # some\n  1,\n]": ("x", None, "[  # some\n  1,\n]", "some"),
    'x = (\n  "a"\n  "b"\n)': ("x", None, '"a"\n  "b"', ""),
    "x = 1  # type: float  how many": ("x", "float", "1", "how many"),
    "x = 1  # type: Dict[str, List[int]] all [of] them": (
        "x",
        "Dict[str, List[int]]",
        "1",
        "all [of] them",
    ),
    "x = f()  # type: ignore[misc]  # why": ("x", None, "f()", "why"),
    "x: int = 1  # type: str  help": ("x", "int", "1", "help"),
    'é = "ü"  # ö': ("é", None, '"ü"', "ö"),
    'x = "\\d"': ("x", None, '"\\d"', ""),
}


@pytest.mark.parametrize(("source", "expected"), ONE.items())
def test_an_assignment_is_read_as_written(source, expected):
    assert read(source) == [expected]


def test_every_name_of_a_chained_assignment_is_a_parameter():
    assert [row[0] for row in read("a = b = 1; c = 2")] == ["a", "b", "c"]


def test_the_last_assignment_of_a_name_wins_and_the_first_gives_its_place():
    assert read("x = 1\ny = 2\nx = 3") == [("x", None, "3", ""), ("y", None, "2", "")]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "_x = 1",
        "import os",
        "from a import b as c",
        "def f():\n  x = 1",
        "class A:\n  x = 1",
        "if True:\n  x = 1",
        "x.y = 1",
        "x['y'] = 1",
        "x += 1",
        "x.y: int = 1",
    ],
)
def test_what_sets_no_top_level_name_is_not_a_parameter(source):
    assert read_assignments(source) == ([], [])


def test_several_names_at_once_are_told():
    found, notes = read_assignments("a = 1\nb, c = 1, 2")
    assert [one.name for one in found] == ["a"]
    expected = "Line 2 sets several names at once; write one assignment for each parameter."
    assert notes == [expected]


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "!ls", "?x", "x?", "  %time f()", "files = !ls", "a = %env HOME"]
)
def test_the_lines_that_only_ipython_takes_are_passed_over(line):
    assert read(f"{line}\ny = 1  # help") == [("y", None, "1", "help")]


def test_a_line_that_only_looks_like_magic_stays():
    assert read('x = (10\n%3)\ny = """\n!a\n"""') == [
        ("x", None, "10\n%3", ""),
        ("y", None, '"""\n!a\n"""', ""),
    ]


@pytest.mark.parametrize("source", ["x = ", "x = 1\0", "x = '\ud800'"])
def test_what_is_not_python_is_refused(source):
    with pytest.raises((SyntaxError, ValueError)):
        read_assignments(source)
