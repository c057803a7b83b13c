"""Texts of a request that name the occurrence: ``{nominal_time:%Y-%m-%d}``. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any

from ..errors import FieldError, InvalidRequest

_FORMAT = re.compile(r"(?:[^%{}]|%-?[A-Za-z%])*")
_MAX_TEXT = 10_000
# In a path the other fields are those of a job, which fills them in itself.
_OF_THE_SCHEDULE = re.compile(r"\{(nominal_time|schedule_id)(?::([^{}]*))?\}")
_NOT_IN_A_NAME = re.compile(r"[/\\\0]")


@dataclass(frozen=True, kw_only=True)
class TemplateFields:
    """What a template may name; *nominal_time* is in the schedule's zone."""

    nominal_time: datetime
    schedule_id: str
    name: str

    def fill(self, name: str, spec: str) -> str:
        """Return the text for the field *name*; raises ValueError."""
        if name not in _NAMES:
            fields = ", ".join(f"{{{field}}}" for field in _NAMES)
            msg = f"cannot use {{{name}}}; it may use {fields}, and {{{{ for a brace"
            raise ValueError(msg)
        value = getattr(self, name)
        if not isinstance(value, datetime):
            if spec:
                msg = f"has a format for {{{name}}}, which takes none"
                raise ValueError(msg)
            return str(value)
        if not _FORMAT.fullmatch(spec):
            msg = f"has a format that is not one of a time: {spec!r}"
            raise ValueError(msg)
        return value.strftime(spec) if spec else value.isoformat()


_NAMES = tuple(TemplateFields.__dataclass_fields__)


def fill_values(values: Mapping[str, Any], fields: TemplateFields) -> dict[str, Any]:
    """Return the parameters *values* with the fields of their texts filled in.

    Raises InvalidRequest that names each parameter with a field that cannot be filled.
    """
    filled, errors = {}, []
    for name, value in values.items():
        try:
            filled[name] = _each_text(value, lambda text: _fill(text, fields))
        except ValueError as error:
            errors.append(FieldError(f"parameters.{name}", f"{name!r} {error}."))
    if errors:
        raise InvalidRequest(errors[0].message, reason="invalid_parameters", errors=errors)
    return filled


def fill_path(path: str, fields: TemplateFields) -> str:
    """Return *path* with the fields of the schedule filled in, and those of a job left.

    Raises InvalidRequest.
    """

    def filled(match: re.Match[str]) -> str:
        text = fields.fill(match[1], match[2] or "")
        return _NOT_IN_A_NAME.sub("-", text)

    try:
        return _OF_THE_SCHEDULE.sub(filled, path)
    except ValueError as error:
        said = f"'output_path' {error}."
        raise InvalidRequest(said, errors=[FieldError("output_path", said)]) from None


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _each_text(one, change) for name, one in value.items()}
    return value


def _fill(text: str, fields: TemplateFields) -> str:
    if "{" not in text and "}" not in text:
        return text
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        msg = f"has a brace that opens or closes nothing ({error}); double it: {{{{ or }}}}"
        raise ValueError(msg) from None
    if len(text) > _MAX_TEXT:
        msg = f"is longer than the {_MAX_TEXT:,} characters of a text with fields"
        raise ValueError(msg)
    filled = ""
    for literal, name, spec, conversion in parts:
        filled += literal
        if conversion:
            msg = f"has a conversion, which no field takes: !{conversion}"
            raise ValueError(msg)
        if name is not None:
            filled += fields.fill(name, spec or "")
    return filled
