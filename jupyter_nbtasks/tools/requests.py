"""What is asked of tools: bodies and queries."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from ..jobs.requests import Seconds
from ..rest.schemas import Line, Path, Query, Request, Text
from .model import ValueType

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,62}$")]
# A text that JSON brings, which strict types would refuse.
Type = Annotated[ValueType | None, Field(strict=False)]


class InputOptions(Request):
    """What the notebook's parameters cell does not say of a parameter."""

    type: Type = Field(None, description="Default: what its type in the notebook suggests.")
    title: Line | None = None
    description: Text | None = Field(None, description="Default: its help in the notebook.")


class OutputOptions(Request):
    """A result that the notebook hands back."""

    name: Line
    type: Type = None
    title: Line | None = None
    description: Text = ""


class _Fields(Request):
    title: Line | None = Field(None, description="Default: the name.")
    description: Text = ""
    shared: bool = Field(False, description="Every user of the server may call it.")
    disabled: bool = Field(False, description="Refuse every call.")
    inputs: dict[str, InputOptions] = Field({}, description="Each by the name of its parameter.")
    results: list[OutputOptions] = Field(
        [], max_length=100, description="What a caller is given. Default: everything."
    )
    kernel_name: Line | None = Field(None, description="Default: the notebook's own kernel.")
    timeout: Seconds | None = Field(None, description="For the whole attempt.")
    tags: list[Line] = Field([], max_length=50, description="That of its jobs.")

    @field_validator("results")
    @classmethod
    def _each_once(cls, results: list[OutputOptions]) -> list[OutputOptions]:
        if len({one.name for one in results}) < len(results):
            msg = "must name each result once"
            raise ValueError(msg)
        return results


class ToolRequest(_Fields):
    """Publish this notebook of the server's Contents, as it is now, under a name."""

    name: Name = Field(description="Part of its address; no other tool has it.")
    notebook: Path = Field(description="Path in the server's Contents.")


class ToolChange(_Fields):
    """What is to be different; what is not given stays as it is, and so does the snapshot."""


class OverwriteRequest(Request):
    """Take the notebook as it is now; whatever else is given is different from now on."""

    inputs: dict[str, InputOptions] | None = None
    results: list[OutputOptions] | None = Field(None, max_length=100)


class RunRequest(Request):
    """Call a tool."""

    parameters: dict[str, Any] = Field({}, description="Values by name.")
    idempotency_key: Line | None = Field(None, description="The same key gives the same job.")


class CallRequest(RunRequest):
    """Call a tool and wait for its results."""

    wait: float | None = Field(
        None,
        ge=0,
        allow_inf_nan=False,
        description="Seconds. Default: as long as the server allows.",
    )


class ToolQuery(Query):
    """Which tools, and which page of them."""

    notebook: Path | None = None
    item_id: Line | None = None
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(
        None, pattern=r"^t[0-9a-f]{28}$", description="'next' of the previous page."
    )
