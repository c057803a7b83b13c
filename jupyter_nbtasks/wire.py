"""What everything that goes over the wire is made of: strict requests, queries, answers."""

from __future__ import annotations

import json
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

from .errors import FieldError, InvalidRequest

M = TypeVar("M", bound=BaseModel)

# pydantic's words where they speak to a programmer and not to the person who sent the request.
_SAID = {
    "extra_forbidden": "is not a field of this request",
    "missing": "is missing",
    "json_invalid": "is not valid JSON",
    "model_type": "must be a JSON object",
}


def _no_control(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        msg = "must be without control characters"
        raise ValueError(msg)
    return text


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_no_control)]
Path = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_no_control)]
Moment = Annotated[datetime, PlainSerializer(_moment, return_type=str)]


class Request(BaseModel):
    """A body: strict types, and no field that we do not know."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Query(BaseModel):
    """What stands behind the question mark; texts become the types declared."""

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


def as_json(answer: BaseModel) -> dict[str, Any]:
    """Return *answer* as JSON values; what is optional and absent is left out."""
    shown: dict[str, Any] = json.loads(answer.model_dump_json(by_alias=True))
    return shown


def _refused(error: ValidationError) -> InvalidRequest:
    errors = []
    for wrong in error.errors(include_url=False, include_input=False):
        field = ".".join(map(str, wrong["loc"]))
        said = _SAID.get(wrong["type"]) or _plain(wrong["msg"])
        errors.append(FieldError(field, f"{field!r} {said}." if field else f"The body {said}."))
    return InvalidRequest(" ".join(wrong.message for wrong in errors), errors=errors)


def _plain(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[0].lower() + message[1:]
