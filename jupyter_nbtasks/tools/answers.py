"""How tools and their calls are answered."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ..jobs.answers import ProgressAnswer
from ..jobs.model import Reason, Status
from ..rest.schemas import Answer, Moment
from .model import ValueType


class InputAnswer(Answer):
    """What a caller may give; *type* is that of a geoprocessing client."""

    name: str
    type: ValueType | None
    title: str
    description: str
    required: bool
    default: Any
    choices: list[Any] | None


class OutputAnswer(Answer):
    """What a caller is given."""

    name: str
    type: ValueType | None
    title: str
    description: str


class ToolLinks(Answer):
    """Where to go on."""

    self: str
    run: str
    call: str
    openapi: str


class ToolAnswer(Answer):
    """A tool; *schema* is a JSON Schema (draft 7) of what it takes."""

    id: str
    name: str
    title: str
    description: str
    notebook: str
    item_id: str | None
    owner: str
    snapshot_id: str
    shared: bool
    disabled: bool
    inputs: list[InputAnswer]
    form: dict[str, Any] = Field(serialization_alias="schema")
    results: list[OutputAnswer]
    kernel_name: str | None
    timeout: float | None
    tags: list[str]
    created_at: Moment
    updated_at: Moment
    links: ToolLinks


class ToolPage(Answer):
    """A page of tools, newest first."""

    items: list[ToolAnswer]
    next: str | None


class CallLinks(Answer):
    """Where to go on."""

    self: str
    cancel: str


class CallAnswer(Answer):
    """A job of a tool, as far as it is its caller's affair."""

    id: str
    tool: str
    status: Status
    reason: Reason | None
    message: str | None
    parameters: dict[str, Any]
    results: dict[str, Any]
    progress: ProgressAnswer
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    links: CallLinks
