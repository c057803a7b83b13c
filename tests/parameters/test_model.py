from __future__ import annotations

import json
from datetime import date, datetime

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.parameters.kinds import MAX_DEPTH, as_json_value
from jupyter_nbtasks.parameters.model import (
    Kind,
    Parameter,
    ParameterType,
    check,
    form_schema,
    from_text,
)


def type_of(kind, **more):
    return ParameterType(kind=Kind(kind), **more)


def parameter(name="x", kind="int", *, default=None, required=False, help="", **more):
    return Parameter(
        name=name,
        type=type_of(kind, **more),
        default=default,
        required=required,
        help=help,
        source=f"{name} = …",
    )


def complaints(parameters, values, *, strict=True):
    with pytest.raises(InvalidRequest) as refused:
        check(parameters, values, strict=strict)
    assert refused.value.reason == "invalid_parameters"
    return {error.field: error.message for error in refused.value.errors}


WHOLE_LIST = type_of("list", items=type_of("int"))
FITTING = [
    (type_of("str"), ""),
    (type_of("str"), "\ud800\0"),
    (type_of("int"), 2**70),
    (type_of("int"), 5.0),
    (type_of("float"), 3),
    (type_of("float"), 0.5),
    (type_of("bool"), False),
    (type_of("date"), "2026-01-31"),
    (type_of("datetime"), "2026-01-31T08:30:00+01:00"),
    (type_of("datetime"), "2026-01-31T08:30:00Z"),
    (WHOLE_LIST, [1, 2]),
    (type_of("list"), ["a", None, {"b": [1.5]}]),
    (type_of("dict", items=type_of("str")), {"a": "b"}),
    (type_of("int", nullable=True), None),
    (type_of("any"), {"a": [None]}),
    (type_of("str", choices=("a", "b")), "a"),
    (type_of("float", choices=(1.0, 2.5)), 1),
]
MISFITS = [
    (type_of("str"), 1, "must be a text, not 1"),
    (type_of("str"), None, "must be a text, not null"),
    (type_of("int"), "x", 'must be a whole number, not "x"'),
    (type_of("int"), True, "must be a whole number, not true"),
    (type_of("int"), 1.5, "must be a whole number, not 1.5"),
    (type_of("int"), float("inf"), "must be a whole number, not Infinity"),
    (type_of("int", nullable=True), "", 'must be a whole number or null, not ""'),
    (type_of("float"), float("nan"), "must be a finite number, not NaN"),
    (type_of("float"), True, "must be a finite number, not true"),
    (type_of("bool"), 1, "must be true or false, not 1"),
    (type_of("date"), "20260131", 'must be a date such as "2026-01-31", not "20260131"'),
    (type_of("date"), "2026-02-30", 'must be a date such as "2026-01-31", not "2026-02-30"'),
    (
        type_of("datetime"),
        "noon",
        'must be a date and time such as "2026-01-31T08:30:00", not "noon"',
    ),
    (WHOLE_LIST, 1, "must be a list, not 1"),
    (WHOLE_LIST, [1, "b"], 'has a wrong element 2: it must be a whole number, not "b"'),
    (type_of("dict", items=type_of("int")), {"a": ""}, 'has a wrong "a": it must be a whole'),
    (type_of("dict"), {1: 2}, "must have texts as its keys"),
    (type_of("any"), [float("inf")], "has a wrong element 1: it must be a value that JSON"),
    (type_of("int", choices=(1, 2)), True, "must be one of 1, 2, not true"),
    (type_of("str", choices=("a",)), None, 'must be one of "a", not null'),
    (type_of("int"), "\ud800" + "x" * 99, r'must be a whole number, not "\ud800xxx'),
]


@pytest.mark.parametrize(("type_", "value"), FITTING)
def test_a_fitting_value_has_no_complaint(type_, value):
    assert type_.complaint(value) is None


@pytest.mark.parametrize(("type_", "value", "complaint"), MISFITS)
def test_a_misfit_is_told_what_is_wanted(type_, value, complaint):
    assert type_.complaint(value).startswith(complaint)


@pytest.mark.parametrize(("type_", "value"), FITTING)
def test_the_json_schema_takes_what_fits(type_, value):
    jsonschema.Draft7Validator(type_.json_schema()).validate(value)


SCHEMAS = [
    (type_of("int", nullable=True), {"type": ["integer", "null"]}),
    (type_of("date"), {"type": "string", "format": "date"}),
    (type_of("datetime"), {"type": "string", "format": "date-time"}),
    (
        type_of("str", choices=("a",), nullable=True),
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    (WHOLE_LIST, {"type": "array", "items": {"type": "integer"}}),
    (
        type_of("dict", items=type_of("str")),
        {"type": "object", "additionalProperties": {"type": "string"}},
    ),
    (type_of("any"), {}),
]


@pytest.mark.parametrize(("type_", "schema"), SCHEMAS)
def test_the_json_schema_is_that_of_the_type(type_, schema):
    assert type_.json_schema() == schema


def test_dates_become_dates_wherever_they_stand():
    day = type_of("date", nullable=True)
    assert day.native("2026-01-31") == date(2026, 1, 31)
    assert type_of("list", items=day).native(["2026-01-31", None]) == [date(2026, 1, 31), None]
    moments = type_of("dict", items=type_of("datetime"))
    assert moments.native({"a": "2026-01-31T08:30:00"})["a"].isoformat() == "2026-01-31T08:30:00"
    assert isinstance(type_of("datetime").native("2026-01-31"), datetime)


@pytest.mark.parametrize("value", ["2026-01-31", ["2026-01-31"], {"a": 1}, None, 1.5])
def test_what_is_not_a_date_stays_as_it_is(value):
    assert type_of("any", nullable=True).native(value) == value


def test_every_problem_is_told_at_once():
    known = [parameter("region", "str", required=True), parameter("year")]
    assert complaints(known, {"year": "x", "regoin": "EU"}) == {
        "parameters.year": "'year' must be a whole number, not \"x\".",
        "parameters.regoin": (
            "There is no parameter 'regoin'. Did you mean 'region'? "
            "The parameters cell defines 'region', 'year'."
        ),
        "parameters.region": "'region' needs a value.",
    }


def test_an_unknown_name_passes_when_not_strict_or_when_names_are_unknown():
    check([parameter()], {"y": 1}, strict=False)
    check(None, {"y": 1}, strict=True)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_fits_any_parameter_when_not_strict(kind):
    check([parameter("x", kind)], {"x": None}, strict=False)


def test_values_that_fit_pass():
    check([parameter("x", required=True), parameter("y")], {"x": 1}, strict=True)


def test_a_cell_without_parameters_defines_nothing():
    assert "defines nothing" in complaints([], {"y": 1})["parameters.y"]


def test_types_and_required_values_are_checked_also_when_not_strict():
    known = [parameter("x"), parameter("y", required=True)]
    assert list(complaints(known, {"x": "a"}, strict=False)) == ["parameters.x", "parameters.y"]


def test_a_value_of_an_unknown_name_must_still_be_json():
    assert "JSON can hold" in complaints(None, {"y": float("nan")})["parameters.y"]


def test_a_value_is_nested_only_so_deep():
    value = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    check(None, {"y": value}, strict=True)
    assert f"more than {MAX_DEPTH} deep" in complaints(None, {"y": [value]})["parameters.y"]
    assert complaints(None, {"y": json.loads("[" * 900 + "]" * 900)})


def test_the_form_asks_for_each_parameter_in_order():
    schema = form_schema(
        [
            parameter("region", "str", required=True, help="where"),
            parameter("year", default=2026),
            parameter("odd", default="not a number"),
        ]
    )
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["required"] == ["region"]
    assert schema["additionalProperties"] is False
    assert list(schema["properties"].items()) == [
        ("region", {"title": "region", "type": "string", "description": "where"}),
        ("year", {"title": "year", "type": "integer", "default": 2026}),
        ("odd", {"title": "odd", "type": "integer"}),
    ]


def test_json_tells_choices_null_and_items_only_where_there_are_any():
    assert parameter("x", default=1).as_json() == {
        "name": "x",
        "type": "int",
        "default": 1,
        "help": "",
        "required": False,
        "source": "x = …",
    }
    full = parameter("x", "list", items=type_of("date"), nullable=True).as_json()
    assert (full["items"], full["nullable"]) == ("date", True)
    assert parameter("x", "str", choices=("a",)).as_json()["choices"] == ["a"]


TEXTS = [
    (parameter(kind="str"), "1", "1"),
    (parameter(kind="str", nullable=True), "null", "null"),
    (parameter(kind="int"), "-7", -7),
    (parameter(kind="int", nullable=True), "None", None),
    (parameter(kind="float"), "1e3", 1000.0),
    (parameter(kind="bool"), "YES", True),
    (parameter(kind="bool"), "0", False),
    (parameter(kind="date"), "2026-01-31", "2026-01-31"),
    (parameter(kind="list"), '["a", null]', ["a", None]),
    (parameter(kind="list"), "('a', None)", ["a", None]),
    (parameter(kind="dict"), "{'a': True}", {"a": True}),
    (parameter(kind="any", choices=("1", 2)), "1", "1"),
    (parameter(kind="int", choices=(1, 2)), "2", 2),
    (parameter(kind="any"), "True", True),
    (None, "None", None),
    (None, "12", 12),
    (None, "1.5", 1.5),
    (None, "true", "true"),
    (None, "[1]", "[1]"),
    (None, "nan", "nan"),
    (None, "INF", "INF"),
    (None, "1e400", "1e400"),
    (parameter(kind="any"), "-Infinity", "-Infinity"),
    (parameter(kind="str", nullable=True), "None", None),
    (parameter(kind="str"), "None", "None"),
    (parameter(kind="float", nullable=True), "null", None),
]


@pytest.mark.parametrize(("known", "text", "value"), TEXTS)
def test_a_typed_text_becomes_a_value(known, text, value):
    read = from_text(known, text)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("known", "text", "sentence"),
    [
        (parameter(kind="int"), "1.5", "'x' must be a whole number, not \"1.5\"."),
        (parameter(kind="float"), "nan", "'x' must be a finite number, not NaN."),
        (parameter(kind="bool"), "maybe", "'x' must be true or false, not \"maybe\"."),
        (parameter(kind="list"), "[" * 9000, "'x' must be a list, not"),
        (parameter(kind="dict"), "[1]", "'x' must be a mapping, not [1]."),
    ],
)
def test_a_text_that_does_not_fit_is_refused(known, text, sentence):
    with pytest.raises(ValueError, match=r"must be") as refused:
        from_text(known, text)
    assert str(refused.value).startswith(sentence)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_every_json_value_fits_where_any_value_fits(value):
    check(None, {"x": value}, strict=True)
    assert as_json_value(value) == value


@pytest.mark.parametrize("value", [{1}, b"", 1j, {1: 2}, float("inf"), [object()], [16**6000]])
def test_what_json_cannot_hold_is_not_a_json_value(value):
    with pytest.raises(ValueError, match="JSON cannot hold"):
        as_json_value(value)
