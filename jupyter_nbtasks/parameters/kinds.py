"""Which values a parameter takes: kinds, types, and why a value does not fit."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

# Python refuses to parse brackets nested 100 to 200 deep, and every walk here is recursive.
MAX_DEPTH = 64
# Python refuses to write or read a number of more than 4,300 decimal digits.
_MAX_BITS = 14_000


class Kind(StrEnum):
    """What sort of value a parameter takes; the values are part of the REST API."""

    STR = "str"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"
    LIST = "list"
    DICT = "dict"
    ANY = "any"


def _is_finite(value: Any) -> bool:
    if type(value) is int:
        return value.bit_length() <= _MAX_BITS
    return isinstance(value, float) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    """As JSON Schema has it: 5.0 is a whole number."""
    return _is_finite(value) and value == int(value)


def _is_date(value: Any) -> bool:
    # fromisoformat() would also take "20260131" and "2026-W05-6".
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return False
    return _is_read_by(date.fromisoformat, value)


def _is_datetime(value: Any) -> bool:
    return isinstance(value, str) and _is_read_by(datetime.fromisoformat, value)


def _is_read_by(reader: Callable[[str], object], text: str) -> bool:
    try:
        reader(text)
    except ValueError:
        return False
    return True


def _is_json(value: Any) -> bool:
    return isinstance(value, str | bool | list | dict) or _is_finite(value)


@dataclass(frozen=True)
class _Nature:
    wanted: str
    fits: Callable[[Any], bool]
    schema: dict[str, str]


_NATURES = {
    Kind.STR: _Nature("a text", lambda v: isinstance(v, str), {"type": "string"}),
    Kind.INT: _Nature("a whole number", _is_whole, {"type": "integer"}),
    Kind.FLOAT: _Nature("a finite number", _is_finite, {"type": "number"}),
    Kind.BOOL: _Nature("true or false", lambda v: isinstance(v, bool), {"type": "boolean"}),
    Kind.DATE: _Nature(
        'a date such as "2026-01-31"', _is_date, {"type": "string", "format": "date"}
    ),
    Kind.DATETIME: _Nature(
        'a date and time such as "2026-01-31T08:30:00"',
        _is_datetime,
        {"type": "string", "format": "date-time"},
    ),
    Kind.LIST: _Nature("a list", lambda v: isinstance(v, list), {"type": "array"}),
    Kind.DICT: _Nature("a mapping", lambda v: isinstance(v, dict), {"type": "object"}),
    Kind.ANY: _Nature("a value that JSON can hold", _is_json, {}),
}


@dataclass(frozen=True, kw_only=True)
class ParameterType:
    """Which values fit; *items* is the type of a list's elements or of a mapping's values."""

    kind: Kind
    choices: tuple[Any, ...] = ()
    items: ParameterType | None = None
    nullable: bool = False

    def complaint(self, value: Any) -> str | None:
        """Why the JSON *value* does not fit, as `must be a whole number, not "x"`."""
        if value is None and self.nullable:
            return None
        if self.choices:
            fits = any(_is_same(value, choice) for choice in self.choices)
        else:
            fits = _NATURES[self.kind].fits(value)
        return self._element_complaint(value) if fits else self._refusal(value)

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (draft 7) of the values that fit."""
        schema: dict[str, Any] = dict(_NATURES[self.kind].schema)
        if self.choices:
            schema["enum"] = [*self.choices, *([None] if self.nullable else [])]
        if self.items:
            key = "items" if self.kind is Kind.LIST else "additionalProperties"
            schema[key] = self.items.json_schema()
        if self.nullable and "type" in schema:
            schema["type"] = [schema["type"], "null"]
        return schema

    def native(self, value: Any) -> Any:
        """The fitting *value* as it is injected: a date's text as a `date`, 5.0 of an int as 5."""
        if isinstance(value, str):
            reader = _NATIVE.get(self.kind)
            return reader(value) if reader else value
        if self.kind is Kind.INT and isinstance(value, float):
            return int(value)
        if self.items and isinstance(value, list):
            return [self.items.native(element) for element in value]
        if self.items and isinstance(value, dict):
            return {key: self.items.native(element) for key, element in value.items()}
        return value

    def _refusal(self, value: Any) -> str:
        wanted = _NATURES[self.kind].wanted
        if self.choices:
            wanted = "one of " + ", ".join(_shown(choice) for choice in self.choices)
        return f"must be {wanted}{' or null' if self.nullable else ''}, not {_shown(value)}"

    def _element_complaint(self, value: Any) -> str | None:
        items = self.items or ANYTHING
        if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
            return "must have texts as its keys"
        for place, element in _elements(value):
            if complaint := items.complaint(element):
                named = f"element {place + 1}" if isinstance(place, int) else _shown(place)
                return f"has a wrong {named}: it {complaint}"
        return None


ANYTHING = ParameterType(kind=Kind.ANY, nullable=True)
_NATIVE: dict[Kind, Callable[[str], date]] = {
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
}


def is_too_deep(value: Any) -> bool:
    """Whether lists and mappings are nested more than MAX_DEPTH deep."""
    layer = [value]
    for _ in range(MAX_DEPTH + 1):
        layer = [element for node in layer for _place, element in _elements(node)]
    return bool(layer)


def as_json_value(value: Any) -> Any:
    """*value* with tuples as lists; ValueError if JSON cannot hold it."""
    if isinstance(value, list | tuple):
        return [as_json_value(element) for element in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: as_json_value(element) for key, element in value.items()}
    if value is None or (_is_json(value) and not isinstance(value, dict)):
        return value
    raise ValueError(f"JSON cannot hold a {type(value).__name__} such as this")


def _is_same(value: Any, choice: Any) -> bool:
    """Equal as JSON: 1 is 1.0, but true is not 1."""
    return isinstance(value, bool) is isinstance(choice, bool) and bool(value == choice)


def _elements(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr, skipkeys=True)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 60 else f"{text[:59]}…"
