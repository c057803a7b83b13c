"""What a tool takes, from the parameters of its notebook and from what is said of them."""

from __future__ import annotations

import pytest
from jsonschema import Draft7Validator

from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.notebooks import parameters_cell
from jupyter_nbtasks.rest.schemas import read
from jupyter_nbtasks.tools.fields import check, inputs_of, schema_of
from jupyter_nbtasks.tools.requests import InputOptions

CELL = """
text = "a"  # a text
whole: int
real: float | None = None
yes: bool = True
day: date = None
names: list[str] = []
area: dict = {}
maybe: dict | None = None
anything = None
choice: Literal["a", "b"] = "a"
"""
FEATURES = {"features": [{"attributes": {"n": 1}}], "geometryType": "esriGeometryPoint"}
UNIT = {"distance": 5.5, "units": "esriKilometers"}
GOOD = [
    ("LinearUnit", "area", UNIT),
    ("LinearUnit", "area", {"distance": 5, "units": "esriMeters"}),
    ("FeatureSet", "area", FEATURES),
    ("FeatureSet", "area", {"url": "https://example.org/0"}),
    ("RecordSet", "area", {"features": []}),
    ("File", "area", {"itemID": "i1"}),
    ("File", "text", "data/a.csv"),
    ("RasterDataLayer", "text", "a.tif"),
    ("RasterDataLayer", "anything", {"url": "https://example.org/a.tif"}),
    ("Long", "anything", 3),
    ("Date", "anything", "2026-01-31"),
    ("FeatureSet", "maybe", None),
]
BAD = [
    ("LinearUnit", "area", {"distance": "5", "units": "esriMeters"}),
    ("LinearUnit", "area", {"distance": True, "units": "esriMeters"}),
    ("LinearUnit", "area", {"distance": 5}),
    ("FeatureSet", "area", {}),
    ("FeatureSet", "area", {"features": {}}),
    ("FeatureSet", "area", []),
    ("RecordSet", "area", {"url": 1}),
    ("File", "area", {"path": "x"}),
    ("File", "text", 1),
    ("RasterDataLayer", "anything", []),
    ("Long", "anything", 1.5),
    ("Boolean", "anything", "true"),
]


def parameters(cell=CELL):
    return parameters_cell.inspect_source(cell, "python").parameters


def inputs(**types):
    said = {name: read(InputOptions, {"type": type_}) for name, type_ in types.items()}
    return inputs_of(parameters(), said)


def refused(call, *given):
    with pytest.raises(InvalidRequest) as raised:
        call(*given)
    return str(raised.value)


def test_the_types_of_the_cell_suggest_those_of_a_geoprocessing_client():
    found = {one.name: one.type for one in inputs()}
    assert found == {
        "text": "String",
        "whole": "Long",
        "real": "Double",
        "yes": "Boolean",
        "day": "Date",
        "names": None,
        "area": None,
        "maybe": None,
        "anything": None,
        "choice": "String",
    }


def test_the_rest_is_the_cells_too_unless_something_else_is_said():
    text, whole, *_, choice = inputs()
    assert (text.title, text.description, text.default) == ("text", "a text", "a")
    assert (text.required, whole.required, choice.choices) == (False, True, ["a", "b"])
    said = {"text": read(InputOptions, {"title": "Text", "description": "Any."})}
    text, *_ = inputs_of(parameters(), said)
    assert (text.title, text.description, text.schema["title"]) == ("Text", "Any.", "Text")


@pytest.mark.parametrize(("type_", "name", "value"), GOOD)
def test_a_value_of_the_type_fits_and_its_schema_says_so(type_, name, value):
    declared = inputs(**{name: type_})
    check(declared, {name: value})
    schema = schema_of(declared)
    Draft7Validator.check_schema(schema)
    Draft7Validator(schema).validate({"whole": 1, name: value})


@pytest.mark.parametrize(("type_", "name", "value"), BAD)
def test_a_value_of_another_shape_is_refused_and_its_schema_says_so(type_, name, value):
    declared = inputs(**{name: type_})
    assert refused(check, declared, {name: value}).startswith(f"'{name}' must be ")
    assert not Draft7Validator(schema_of(declared)).is_valid({"whole": 1, name: value})


def test_a_name_that_is_not_an_input_is_refused():
    assert refused(check, inputs(), {"length": 1}) == "There is no parameter 'length'."
    assert refused(check, [], {"a": 1}) == "There is no parameter 'a'."


@pytest.mark.parametrize(
    ("type_", "name"),
    [("FeatureSet", "text"), ("Long", "real"), ("String", "area"), ("Date", "text")],
)
def test_a_type_that_the_parameter_cannot_take_is_refused(type_, name):
    assert f"to take a {type_} it must be of type" in refused(lambda: inputs(**{name: type_}))


def test_what_is_said_of_no_parameter_is_refused():
    assert refused(lambda: inputs(other="Long")) == "The notebook has no parameter 'other'."
