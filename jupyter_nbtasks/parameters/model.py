"""What a parameter is: its type, its default, whether a value fits, and the form for it."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..errors import FieldError, InvalidRequest
from .kinds import ANYTHING, MAX_DEPTH, Kind, ParameterType, as_json_value, is_too_deep

__all__ = ["Kind", "Parameter", "ParameterType", "check", "form_schema", "from_text"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One assignment of a parameters cell, as far as it was understood.

    *default* is a JSON value; None also where the default can only be known by running it.
    *source* is the assignment as written, without its comment.
    """

    name: str
    type: ParameterType
    default: Any
    required: bool
    help: str
    source: str

    def as_json(self) -> dict[str, Any]:
        """As the REST API shows it; `choices`, `nullable` and `items` only where there are any."""
        shown = {
            "name": self.name,
            "type": self.type.kind.value,
            "default": self.default,
            "help": self.help,
            "required": self.required,
            "source": self.source,
        }
        if self.type.choices:
            shown["choices"] = list(self.type.choices)
        if self.type.nullable:
            shown["nullable"] = True
        if self.type.items:
            shown["items"] = self.type.items.kind.value
        return shown


@dataclass(frozen=True)
class MissingImport:
    """A name that a cell uses, and the statement that would import it."""

    name: str
    statement: str


def check(
    parameters: Sequence[Parameter] | None, values: Mapping[str, Any], *, strict: bool
) -> None:
    """Refuse values that do not fit; raise InvalidRequest with every problem at once.

    None as *parameters* (no parameters cell, or one whose names cannot be read) refuses no name.
    If not *strict*, unknown names pass, and null for any parameter.
    """
    known = {parameter.name: parameter for parameter in parameters or ()}
    refuse_unknown = strict and parameters is not None
    errors = [
        FieldError(f"parameters.{name}", problem)
        for name, value in values.items()
        if strict or value is not None
        if (problem := _problem(name, value, known, refuse_unknown=refuse_unknown))
    ]
    errors += [
        FieldError(f"parameters.{parameter.name}", f"'{parameter.name}' needs a value.")
        for parameter in known.values()
        if parameter.required and parameter.name not in values
    ]
    if errors:
        message = " ".join(error.message for error in errors)
        raise InvalidRequest(message, reason="invalid_parameters", errors=errors)


def form_schema(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """JSON Schema (draft 7) of an object that holds values for *parameters*, in their order."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {parameter.name: _form_field(parameter) for parameter in parameters},
        "required": [parameter.name for parameter in parameters if parameter.required],
        "additionalProperties": False,
    }


def from_text(parameter: Parameter | None, text: str) -> Any:
    """The value that *text* means on a command line; ValueError with a sentence if none fits.

    Without a declared type the text is read as papermill's `-p` reads it.
    """
    type_ = parameter.type if parameter else ANYTHING
    value = _read(type_, text)
    if complaint := type_.complaint(value):
        raise ValueError(f"{repr(parameter.name) if parameter else 'The value'} {complaint}.")
    return value


def _problem(
    name: str, value: Any, known: Mapping[str, Parameter], *, refuse_unknown: bool
) -> str | None:
    if refuse_unknown and name not in known:
        return _unknown(name, known)
    if is_too_deep(value):
        return f"'{name}' must not be nested more than {MAX_DEPTH} deep."
    complaint = (known[name].type if name in known else ANYTHING).complaint(value)
    return f"'{name}' {complaint}." if complaint else None


def _unknown(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = get_close_matches(name, names, n=1)
    guess = f" Did you mean '{close[0]}'?" if close else ""
    defined = ", ".join(f"'{one}'" for one in names) or "nothing"
    return f"There is no parameter '{name}'.{guess} The parameters cell defines {defined}."


def _form_field(parameter: Parameter) -> dict[str, Any]:
    field = {"title": parameter.name, **parameter.type.json_schema()}
    if parameter.help:
        field["description"] = parameter.help
    if parameter.default is not None and not parameter.type.complaint(parameter.default):
        field["default"] = parameter.default
    return field


def _read(type_: ParameterType, text: str) -> Any:
    """*text* as a value of the type, or unchanged where that is impossible."""
    for choice in type_.choices:
        if text == str(choice):
            return choice
    if type_.nullable and text in _NOTHING.get(type_.kind, _ANY_NOTHING):
        return None
    for reader in _READERS.get(type_.kind, ()):
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError, TypeError, KeyError):
            return reader(text)
    return text


def _finite(text: str) -> float:
    """Return the number; "nan" and "INF" may be tickers or codes, and JSON has no such number."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not finite")
    return number


# A text may well be "null" or "none"; papermill reads only Python's own word as nothing.
_NOTHING = {Kind.STR: {"None"}, Kind.ANY: {"None"}}
_ANY_NOTHING = {"None", "none", "NONE", "null", "Null", "NULL"}
_WORDS: dict[str, Any] = {"True": True, "False": False, "None": None}
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_STRUCTURES = (json.loads, lambda text: as_json_value(ast.literal_eval(text.strip())))
_READERS: dict[Kind, tuple[Callable[[str], Any], ...]] = {
    Kind.INT: (int,),
    Kind.FLOAT: (float,),
    Kind.BOOL: (lambda text: _TRUTHS[text.lower()],),
    Kind.LIST: _STRUCTURES,
    Kind.DICT: _STRUCTURES,
    Kind.ANY: (_WORDS.__getitem__, int, _finite),
}
