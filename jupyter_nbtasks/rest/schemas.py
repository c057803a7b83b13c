"""What everything that goes over the wire is made of: strict requests, queries, answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
)
from pydantic_core import ErrorDetails, from_json

from ..contents.paths import has_control
from ..errors import FieldError, InvalidRequest

M = TypeVar("M", bound=BaseModel)

# pydantic's words where they speak to a programmer and not to the person who sent the request.
_SAID = {
    "extra_forbidden": "is not a field of this request",
    "missing": "is missing",
    "model_type": "must be a JSON object",
    "dict_type": "must be a JSON object",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number, and not so large a one",
    "int_from_float": "must be a whole number",
    "datetime_parsing": "must be a time such as 2026-11-21T02:11:46Z",
    "datetime_from_date_parsing": "must be a time such as 2026-11-21T02:11:46Z",
}
_SUBJECT = re.compile(r"^(Value error, |(Input|String|List) should )")


def _no_control(text: str) -> str:
    if has_control(text):
        msg = "must be without control characters"
        raise ValueError(msg)
    return text


def _no_control_but_breaks(text: str) -> str:
    _no_control(text.translate({9: " ", 10: " ", 13: " "}))
    return text


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_no_control)]
Path = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_no_control)]
Text = Annotated[str, Field(max_length=5000), AfterValidator(_no_control_but_breaks)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[datetime, PlainSerializer(_moment, return_type=str)]


class Request(BaseModel):
    """A body: strict types, and no field that we do not know."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Query(BaseModel):
    """What follows the question mark; its texts become the types declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_json(model: type[M], body: bytes) -> M:
    """Return the request in *body*; raises InvalidRequest that names each wrong field."""
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise _refused(error) from None


def read(model: type[M], values: dict[str, Any]) -> M:
    """Return the request in *values*; raises InvalidRequest that names each wrong field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _refused(error) from None


def parse_json(body: bytes | str) -> Any:
    """Return the JSON value in *body*; raises InvalidRequest if there is none.

    One that is nested so deeply that programs stumble over it counts as none.
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        msg = f"The body is not valid JSON: {error}."
        raise InvalidRequest(msg) from None


def as_json(answer: BaseModel) -> dict[str, Any]:
    """Return *answer* as JSON values."""
    # Not model_dump_json(), which refuses the lone surrogates that a notebook may bring.
    return answer.model_dump(mode="json", by_alias=True)


def _refused(error: ValidationError) -> InvalidRequest:
    errors = [_named(wrong) for wrong in error.errors(include_url=False, include_input=False)]
    return InvalidRequest(" ".join(wrong.message for wrong in errors), errors=errors)


def _named(wrong: ErrorDetails) -> FieldError:
    if wrong["type"] == "json_invalid":
        return FieldError("", f"The body is not valid JSON: {wrong['ctx']['error']}.")
    field = ".".join(map(str, wrong["loc"]))
    said = _SAID.get(wrong["type"]) or _SUBJECT.sub(_verb, wrong["msg"])
    said = said.replace(" after validation", "")
    if field:
        return FieldError(field, f"{field!r} {said}.")
    if wrong["type"] == "value_error":
        return FieldError("", f"{said[0].upper()}{said[1:]}.")
    return FieldError("", f"The body {said}.")


def _verb(subject: re.Match[str]) -> str:
    return "must " if subject[2] else ""
