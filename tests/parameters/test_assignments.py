from __future__ import annotations

import pytest

from jupyter_nbtasks.parameters.assignments import read_assignments
from jupyter_nbtasks.parameters.python_source import parsing_alone


def read(source):
    with parsing_alone():
        return [(a.name, a.annotation, a.default, a.help) for a in read_assignments(source)]


def defaults(source):
    return {name: default for name, _annotation, default, _help in read(source)}


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
        "_ = 1",
        "__doc__ = 'x'",
        "import os",
        "from a import b as c",
        "def f():\n  x = 1",
        "class A:\n  x = 1",
        "for x in (1, 2):\n  pass",
        "if True:\n  def f(): x = 1",
        "g(lambda: (x := 1))",
        "x.y = 1",
        "x['y'] = 1",
        "x += 1",
        "x.y: int = 1",
    ],
)
def test_what_sets_no_name_of_the_notebook_is_not_a_parameter(source):
    assert read(source) == []


SEVERAL = {
    "a, b = 1, 2": {"a": "1", "b": "2"},
    "(a, [b, c]), d = (1, [2, 3]), 4": {"a": "1", "b": "2", "c": "3", "d": "4"},
    "a, _ = 1, 2": {"a": "1"},
    "a, b.c = 1, 2": {"a": "1"},
    "a, b = c = f()": {"a": "f()[0]", "b": "f()[1]", "c": "f()"},
    "a, b = x or y": {"a": "(x or y)[0]", "b": "(x or y)[1]"},
    "a, *b, c = f()": {"a": "f()[0]", "b": "f()[1:-1]", "c": "f()[-1]"},
    "a, *b = 1, 2, 3": {"a": "(1, 2, 3)[0]", "b": "(1, 2, 3)[1:]"},
    'a, b = "xy"': {"a": '"xy"[0]', "b": '"xy"[1]'},
    "a, b = 1, *c": {"a": "(1, *c)[0]", "b": "(1, *c)[1]"},
}


@pytest.mark.parametrize(("source", "expected"), SEVERAL.items())
def test_each_of_several_names_has_its_part_of_the_value(source, expected):
    assert defaults(source) == expected


SOMEWHERE = {
    "if 'x' not in globals():\n  x = 1  # help": ("x", None, "1", "help"),
    "try:\n  x = int(a)\nexcept ValueError:\n  x: int = 0": ("x", "int", "int(a) or 0", ""),
    "with a():\n  x = 1": ("x", None, "1", ""),
    "for _ in b:\n  x = 1\nelse:\n  x = 1": ("x", None, "1", ""),
    "while b:\n  if c:\n    x = 1": ("x", None, "1", ""),
    "match b:\n  case 1:\n    x = 1": ("x", None, "1", ""),
    "if a:\n  x: int": ("x", "int", None, ""),
    "x = 1\nif a:\n  x = 2": ("x", None, "1", ""),
    "if a:\n  x = 2\nelif b:\n  x = 3\nx = 1": ("x", None, "1", ""),
    "(x := 1)": ("x", None, "1", ""),
    "print(f'{(x := 1)}')": ("x", None, "1", ""),
    "if (x := 1) > 2:\n  pass": ("x", None, "1", ""),
    "_x = 1": ("_x", None, "1", ""),
}


@pytest.mark.parametrize(("source", "expected"), SOMEWHERE.items())
def test_a_name_counts_wherever_the_cell_sets_it(source, expected):
    assert read(source) == [expected]


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "!ls", "?x", "x?", "  %time f()", "files = !ls", "a = %env HOME"]
)
def test_the_lines_that_only_ipython_takes_are_passed_over(line):
    assert read(f"{line}\ny = 1  # help") == [("y", None, "1", "help")]


@pytest.mark.parametrize(
    "lines",
    [
        "if True:\n    %matplotlib inline",
        "try:\n\t!pip list\nfinally:\n\tfiles = !ls",
        "!cmd \\\n  --flag 'it\\\n  '",
        "%config \\\n%more",
        "x = 1 # it's\n!echo \"it's",
    ],
)
def test_magics_are_passed_over_wherever_they_stand(lines):
    assert read(f'{lines}\ny = """\n%s\n"""')[-1] == ("y", None, '"""\n%s\n"""', "")


@pytest.mark.parametrize("quotes", ["'''", '"""'])
def test_what_is_written_in_a_text_is_neither_magic_nor_comment(quotes):
    text = f"{quotes}\\{quotes[0]}\n!a # b\n'\"\n%c\n{quotes}"
    assert read(f"%d\nx = {text}  # e") == [("x", None, text, "e")]


def test_a_line_that_only_looks_like_magic_stays():
    assert read('x = (10\n%3)\ny = """\n!a\n"""') == [
        ("x", None, "10\n%3", ""),
        ("y", None, '"""\n!a\n"""', ""),
    ]


@pytest.mark.parametrize("source", ["x = ", "x = 1\0", "x = '\ud800'"])
def test_what_is_not_python_is_refused(source):
    with pytest.raises((SyntaxError, ValueError)):
        read_assignments(source)
