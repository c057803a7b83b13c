"""What a tool takes, from its notebook's parameters, and whether values fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft7Validator

from ..errors import FieldError, InvalidRequest
from ..parameters.model import Kind, Parameter, ParameterType, form_schema
from .model import Input, Output, ValueType
from .requests import InputOptions, OutputOptions

_SUGGESTED = {
    Kind.STR: ValueType.STRING,
    Kind.INT: ValueType.LONG,
    Kind.FLOAT: ValueType.DOUBLE,
    Kind.BOOL: ValueType.BOOLEAN,
    Kind.DATE: ValueType.DATE,
    Kind.DATETIME: ValueType.DATE,
}
# What a parameter must be to take a value of the type.
_TAKES = {type_: {kind} for kind, type_ in _SUGGESTED.items()} | {
    ValueType.DATE: {Kind.DATE, Kind.DATETIME},
    ValueType.LINEAR_UNIT: {Kind.DICT},
    ValueType.FEATURE_SET: {Kind.DICT},
    ValueType.RECORD_SET: {Kind.DICT},
    ValueType.FILE: {Kind.STR, Kind.DICT},
    ValueType.RASTER_DATA_LAYER: {Kind.STR, Kind.DICT},
}
_PLAIN = {type_: ParameterType(kind=kind) for kind, type_ in _SUGGESTED.items()}

_TEXT = {"type": "string"}
_ROWS = {
    "type": "object",
    "anyOf": [
        {"required": ["features"], "properties": {"features": {"type": "array"}}},
        {"required": ["url"], "properties": {"url": _TEXT}},
    ],
}
_FILE = {
    "anyOf": [
        _TEXT,
        {"type": "object", "required": ["url"], "properties": {"url": _TEXT}},
        {"type": "object", "required": ["itemID"], "properties": {"itemID": _TEXT}},
    ]
}
_UNIT = {
    "type": "object",
    "required": ["distance", "units"],
    "properties": {"distance": {"type": "number"}, "units": _TEXT},
}
_SHAPES: dict[ValueType, tuple[str, dict[str, Any]]] = {
    ValueType.LINEAR_UNIT: ("an object with a 'distance' and its 'units'", _UNIT),
    ValueType.FEATURE_SET: ("an object with 'features', or with the 'url' of some", _ROWS),
    ValueType.RECORD_SET: ("an object with 'features', or with the 'url' of some", _ROWS),
    ValueType.FILE: ("a path, or an object with 'url' or 'itemID'", _FILE),
    ValueType.RASTER_DATA_LAYER: ("a path, or an object with 'url' or 'itemID'", _FILE),
}


def inputs_of(parameters: Sequence[Parameter], said: Mapping[str, InputOptions]) -> list[Input]:
    """Return what a tool with *parameters* takes, and what is *said* of it.

    Raises InvalidRequest for a name that is not a parameter, and for types that do not fit one.
    """
    known = {one.name for one in parameters}
    errors = [
        FieldError(f"inputs.{name}", f"The notebook has no parameter {name!r}.")
        for name in said
        if name not in known
    ]
    errors += [
        FieldError(f"inputs.{one.name}.type", complaint)
        for one in parameters
        if one.name in said and (complaint := _mistyped(one, said[one.name].type))
    ]
    if errors:
        message = " ".join(error.message for error in errors)
        raise InvalidRequest(message, reason="invalid_inputs", errors=errors)
    schemas = form_schema(parameters)["properties"]
    unsaid = InputOptions.model_validate({})
    return [_input(one, said.get(one.name, unsaid), schemas[one.name]) for one in parameters]


def outputs_of(said: Sequence[OutputOptions]) -> list[Output]:
    """Return the outputs that are *said* to be there."""
    return [
        Output(
            name=one.name, type=one.type, title=one.title or one.name, description=one.description
        )
        for one in said
    ]


def check(inputs: Sequence[Input], values: Mapping[str, Any]) -> None:
    """Refuse names that are not inputs and values of another shape; raises InvalidRequest."""
    types = {one.name: one.type for one in inputs}
    errors = [
        FieldError(f"parameters.{name}", complaint)
        for name, value in values.items()
        if (complaint := _complaint(name, value, types))
    ]
    if errors:
        message = " ".join(error.message for error in errors)
        raise InvalidRequest(message, reason="invalid_parameters", errors=errors)


def schema_of(inputs: Sequence[Input]) -> dict[str, Any]:
    """JSON Schema (draft 7) of an object that holds values for *inputs*, in their order."""
    return {
        "type": "object",
        "properties": {one.name: one.schema for one in inputs},
        "required": [one.name for one in inputs if one.required],
        "additionalProperties": False,
    }


def _complaint(name: str, value: Any, types: Mapping[str, ValueType | None]) -> str | None:
    if name not in types:
        return f"There is no parameter {name!r}."
    type_ = types[name]
    if type_ is None or value is None:
        return None
    if type_ in _SHAPES:
        wanted, shape = _SHAPES[type_]
        fits = Draft7Validator(shape).is_valid(value)
        return None if fits else f"{name!r} must be {wanted}."
    complaint = _PLAIN[type_].complaint(value)
    return f"{name!r} {complaint}." if complaint else None


def _mistyped(parameter: Parameter, type_: ValueType | None) -> str | None:
    kind = parameter.type.kind
    if type_ is None or kind is Kind.ANY or kind in _TAKES[type_]:
        return None
    wanted = " or ".join(sorted(_TAKES[type_]))
    return f"{parameter.name!r} is of type {kind}; to take a {type_} it must be of type {wanted}."


def _input(parameter: Parameter, said: InputOptions, schema: dict[str, Any]) -> Input:
    type_ = said.type or _SUGGESTED.get(parameter.type.kind)
    title, description = said.title or parameter.name, said.description or parameter.help
    if type_ is not None and type_ in _SHAPES:
        _, shape = _SHAPES[type_]
        schema = {"anyOf": [shape, {"type": "null"}]} if parameter.type.nullable else shape
    elif type_ is not None and parameter.type.kind is Kind.ANY:
        schema = schema | _PLAIN[type_].json_schema()
    schema = schema | {"title": title} | ({"description": description} if description else {})
    return Input(
        name=parameter.name,
        type=type_,
        title=title,
        description=description,
        required=parameter.required,
        default=parameter.default,
        choices=list(parameter.type.choices) or None,
        schema=schema,
    )
