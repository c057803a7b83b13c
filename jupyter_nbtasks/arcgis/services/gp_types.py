"""Values as geoprocessing services have them, to and from those of notebooks. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from ...tools.model import Input, ValueType
from ..surface.dialect import dated, milliseconds

DATA_TYPES = {
    ValueType.STRING: "GPString",
    ValueType.LONG: "GPLong",
    ValueType.DOUBLE: "GPDouble",
    ValueType.BOOLEAN: "GPBoolean",
    ValueType.DATE: "GPDate",
    ValueType.LINEAR_UNIT: "GPLinearUnit",
    ValueType.FEATURE_SET: "GPFeatureRecordSetLayer",
    ValueType.RECORD_SET: "GPRecordSet",
    ValueType.FILE: "GPDataFile",
    ValueType.RASTER_DATA_LAYER: "GPRasterDataLayer",
}
VALUE_TYPES = {data_type: type_ for type_, data_type in DATA_TYPES.items()}
_TEXT = DATA_TYPES[ValueType.STRING]
_MULTIPLE = "GPMultiValue:{}"
_ITEMS = {
    "string": ValueType.STRING,
    "integer": ValueType.LONG,
    "number": ValueType.DOUBLE,
    "boolean": ValueType.BOOLEAN,
}
_PLAIN = {
    bool: ValueType.BOOLEAN,
    int: ValueType.LONG,
    float: ValueType.DOUBLE,
    str: ValueType.STRING,
}
_PATHS = {ValueType.FILE, ValueType.RASTER_DATA_LAYER}
_BOOLEANS = {"true": True, "false": False}


def type_of_input(one: Input) -> str:
    """Return the data type of an input; what fits none is a text, which may be JSON."""
    if one.type is not None:
        return DATA_TYPES[one.type]
    if "array" not in _kinds(one.schema):
        return _TEXT
    items = _kinds(one.schema.get("items", {}))
    known = [DATA_TYPES[_ITEMS[kind]] for kind in items if kind in _ITEMS]
    return _MULTIPLE.format(known[0] if known else _TEXT)


def type_of_value(value: Any) -> str:
    """Return the data type that a result seems to have, if nothing was said of it."""
    if isinstance(value, list):
        kinds = {type_of_value(one) for one in value}
        return _MULTIPLE.format(kinds.pop() if len(kinds) == 1 else _TEXT)
    if not isinstance(value, Mapping):
        return DATA_TYPES[_PLAIN.get(type(value), ValueType.STRING)]
    if "features" in value:
        is_layer = "geometryType" in value
        return DATA_TYPES[ValueType.FEATURE_SET if is_layer else ValueType.RECORD_SET]
    if {"distance", "units"} <= value.keys():
        return DATA_TYPES[ValueType.LINEAR_UNIT]
    return _TEXT


def value_in(one: Input, sent: Any) -> Any:
    """Return what was *sent* as the value of an input, as far as that can be told.

    What does not fit comes back as it is, for the tool to refuse.
    """
    is_path = one.type in _PATHS and not str(sent).lstrip().startswith("{")
    if one.type is ValueType.STRING or is_path or not isinstance(sent, str):
        value = sent
    else:
        value = _parsed(sent)
    if one.type is ValueType.DATE:
        is_day = one.schema.get("format") == "date"
        return dated(value, "date" if is_day else "datetime")
    if one.type is ValueType.LONG and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def value_out(data_type: str, value: Any) -> Any:
    """Return a value of a notebook as that type of a service has it: dates in milliseconds."""
    if data_type == DATA_TYPES[ValueType.DATE] and isinstance(value, str):
        with suppress(ValueError):
            at = datetime.fromisoformat(value)
            return milliseconds(at if at.tzinfo else at.replace(tzinfo=UTC))
    if data_type == _TEXT and isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _parsed(text: str) -> Any:
    """Return the JSON value in *text*, or the text where there is none."""
    if text.strip().lower() in _BOOLEANS:
        return _BOOLEANS[text.strip().lower()]
    try:
        return json.loads(text, parse_constant=lambda constant: constant)
    except (ValueError, RecursionError):
        return text
