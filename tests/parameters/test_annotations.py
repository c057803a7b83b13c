from __future__ import annotations

import pytest

from jupyter_nbtasks.parameters.annotations import parse_type, understand
from jupyter_nbtasks.parameters.kinds import ANYTHING, Kind, ParameterType


def type_of(kind, **more):
    return ParameterType(kind=Kind(kind), **more)


ANNOTATIONS = {
    "str": type_of("str"),
    "int": type_of("int"),
    "float": type_of("float"),
    "bool": type_of("bool"),
    "date": type_of("date"),
    "datetime.date": type_of("date"),
    "dt.datetime": type_of("datetime"),
    "datetime": type_of("datetime"),
    "list": type_of("list"),
    "List": type_of("list"),
    "list[int]": type_of("list", items=type_of("int")),
    "typing.List[dt.date]": type_of("list", items=type_of("date")),
    "dict": type_of("dict"),
    "Mapping": type_of("dict"),
    "Dict[str, list[int]]": type_of("dict", items=type_of("list", items=type_of("int"))),
    'Literal["EU", "US"]': type_of("str", choices=("EU", "US")),
    "Literal[-1, 2]": type_of("int", choices=(-1, 2)),
    "Literal[True]": type_of("bool", choices=(True,)),
    "Literal[0.5]": type_of("float", choices=(0.5,)),
    't.Literal["a", 1]': type_of("any", choices=("a", 1)),
    'Literal["a", None]': type_of("str", choices=("a",), nullable=True),
    'Literal["a"] | None': type_of("str", choices=("a",), nullable=True),
    "Optional[int]": type_of("int", nullable=True),
    "int | None": type_of("int", nullable=True),
    "None | int": type_of("int", nullable=True),
    "Union[int, None]": type_of("int", nullable=True),
    "Union[int]": type_of("int"),
    "Any": ANYTHING,
    "typing.Any": ANYTHING,
    '"int"': type_of("int"),
    '"int" | None': type_of("int", nullable=True),
    "Annotated[int, 'days', 3]": type_of("int"),
    " int\n": type_of("int"),
}


@pytest.mark.parametrize(("annotation", "expected"), ANNOTATIONS.items())
def test_an_annotation_names_a_type(annotation, expected):
    assert parse_type(annotation) == expected


@pytest.mark.parametrize(
    "annotation",
    [
        "Foo",
        "np.int",
        "tuple[int]",
        "dict[int, str]",
        "int | str",
        "Literal[Color.RED]",
        "Literal[None]",
        'Literal[b"x"]',
        "list[int, str]",
        "f(1)[2]",
        "__import__('os').system('true')",
        "int +",
        "",
        "\0",
        "[" * 5000,
    ],
)
def test_another_annotation_is_not_understood(annotation):
    assert parse_type(annotation) is None


DEFAULTS = {
    "'EU'": (type_of("str"), "EU"),
    '"a" # no "comment"': (type_of("str"), "a"),
    '"a"\n  "b"': (type_of("str"), "ab"),
    "-3": (type_of("int"), -3),
    "1_000": (type_of("int"), 1000),
    "1e3": (type_of("float"), 1000.0),
    "False": (type_of("bool"), False),
    "[1,\n 2]": (type_of("list"), [1, 2]),
    "1, 2": (type_of("list"), [1, 2]),
    "{'a': (1,)}": (type_of("dict"), {"a": [1]}),
    "None": (ANYTHING, None),
    "date(2026, 1, 31)": (type_of("date"), "2026-01-31"),
    "datetime.date(2026, month=1, day=31)": (type_of("date"), "2026-01-31"),
    'date.fromisoformat("2026-01-31")': (type_of("date"), "2026-01-31"),
    "datetime(2026, 1, 31)": (type_of("datetime"), "2026-01-31T00:00:00"),
    "dt.datetime(2026, 1, 31, 8)": (type_of("datetime"), "2026-01-31T08:00:00"),
    'datetime.datetime.fromisoformat("2026-01-31T08:00")': (
        type_of("datetime"),
        "2026-01-31T08:00:00",
    ),
}


@pytest.mark.parametrize(("default", "expected"), DEFAULTS.items())
def test_a_literal_default_tells_type_and_value(default, expected):
    found, warning = understand("x", None, default, "help")
    assert (found.type, found.default) == expected
    assert (found.required, found.help, warning) == (False, "help", None)


@pytest.mark.parametrize(
    "default",
    [
        'os.environ["X"]',
        "today()",
        "a + b",
        'f"{a}"',
        "date(2026, 2, 30)",
        'date("x")',
        "date(*x)",
        "date(**x)",
        "date(2026, 1, day)",
        "date.today()",
        "pd.Timestamp.fromisoformat('2026-01-31')",
        "not python",
        "9" * 5000,
        "date(10 ** 400, 1, 1)",
        f"date({10**400}, 1, 1)",
        "1 or 2",
        '"ab"[0]',
    ],
)
def test_another_default_is_left_to_the_notebook(default):
    found, warning = understand("x", None, default, "")
    assert (found.type, found.default, found.required) == (ANYTHING, None, False)
    assert warning.startswith("Parameter 'x': Its default ")
    assert warning.endswith(" is known only when it runs.")


@pytest.mark.parametrize("number", ["1e999", f"0x{'f' * 6000}"])
def test_a_number_that_json_cannot_hold_is_neither_choice_nor_default(number):
    assert parse_type(f"Literal[{number}, 2]") is None
    found, warning = understand("x", None, number, "")
    assert (found.type, found.default) == (ANYTHING, None)
    assert warning.endswith(" cannot be shown, because it is not JSON.")


@pytest.mark.parametrize("default", ["{1, 2}", 'b"x"', "2j", "1e999", "{1: 2}", "[{3}]"])
def test_a_default_that_is_not_json_is_told(default):
    found, warning = understand("x", None, default, "")
    assert (found.type, found.default) == (ANYTHING, None)
    assert warning.endswith("because it is not JSON.")


@pytest.mark.parametrize("default", [None, "..."])
def test_a_parameter_without_a_default_is_required(default):
    found, warning = understand("x", "int", default, "")
    assert (found.required, found.type, warning) == (True, type_of("int"), None)


def test_the_annotation_wins_over_the_default():
    found, warning = understand("x", "float", "1", "")
    assert (found.type, found.default, warning) == (type_of("float"), 1, None)


def test_a_default_against_its_annotation_is_told_and_not_refused():
    found, warning = understand("x", "int", '"a"', "")
    assert (found.type, found.default) == (type_of("int"), "a")
    assert warning == "Parameter 'x': Its default must be a whole number, not \"a\"."


def test_a_default_of_none_makes_the_type_nullable():
    found, warning = understand("x", "int", "None", "")
    assert (found.type, warning) == (type_of("int", nullable=True), None)


def test_a_default_known_only_to_the_notebook_keeps_the_annotated_type():
    assert understand("x", "int", "f()", "")[0].type == type_of("int")


def test_an_annotation_that_is_not_understood_takes_any_value_and_says_so():
    found, warning = understand("x", "Foo", "1", "")
    assert (found.type, found.default) == (ANYTHING, 1)
    expected = "Parameter 'x': Its annotation Foo is not understood; any value is accepted."
    assert warning == expected


@pytest.mark.parametrize(
    ("annotation", "default", "source"),
    [
        (None, "1", "x = 1"),
        ("int", None, "x: int"),
        ('Literal["a"]', '"a"', 'x: Literal["a"] = "a"'),
    ],
)
def test_the_source_is_the_assignment_as_written(annotation, default, source):
    assert understand("x", annotation, default, "help")[0].source == source
