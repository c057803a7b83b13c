"""What a request takes: typed parameters, read from texts, and how a page asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ...errors import InvalidRequest
from ...rest.schemas import parse_json
from .dialect import camel, moment


@dataclass(frozen=True)
class Upload:
    """A file that was sent."""

    name: str
    content: bytes


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value)
    except InvalidRequest:
        msg = "must be valid JSON"
        raise ValueError(msg) from None


def _moment(value: Any) -> datetime:
    try:
        return moment(float(value))
    except (TypeError, ValueError):
        msg = "must be a time in milliseconds since 1970"
        raise ValueError(msg) from None


def _upload(value: Any) -> Upload:
    if not isinstance(value, Upload):
        msg = "must be a file, sent as multipart/form-data"
        raise ValueError(msg)
    return value


JsonObject = Annotated[dict[str, Any], BeforeValidator(_parsed)]
Milliseconds = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "integer"})]
File = Annotated[
    Upload, BeforeValidator(_upload), WithJsonSchema({"type": "string", "format": "binary"})
]
ItemId = Annotated[str, Field(description="Item id of the notebook, or its path.")]


class Form(BaseModel):
    """The parameters of a request, by their names in camel case; others are not looked at.

    An empty one counts as not given. Name a parameter yourself by ``Field(alias="itemIDs")``.
    """

    model_config = ConfigDict(
        alias_generator=camel, extra="ignore", frozen=True, arbitrary_types_allowed=True
    )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A parameter as a page asks for it; *kind* is a JSON type, ``file`` or ``choice``."""

    name: str
    kind: str
    is_required: bool
    default: Any
    help: str
    choices: tuple[str, ...] = ()


def fields(form: type[BaseModel] | None) -> list[Asked]:
    """Return what a page asks for to fill in *form*."""
    if form is None:
        return []
    schema = form.model_json_schema()
    required = schema.get("required", [])
    return [
        _field(name, said, is_required=name in required)
        for name, said in schema.get("properties", {}).items()
    ]


def _field(name: str, said: dict[str, Any], *, is_required: bool) -> Asked:
    types = said.get("anyOf", [said])
    shown = types[0]
    kind = "file" if shown.get("format") == "binary" else shown.get("type", "string")
    return Asked(
        name=name,
        kind="choice" if "enum" in shown else kind,
        is_required=is_required,
        default=said.get("default"),
        help=said.get("description", ""),
        choices=tuple(shown.get("enum", ())),
    )
