"""What is asked of web tools: to make one of a notebook, and to change it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ...rest.schemas import Line, Text
from ...tools.model import ValueType
from ..surface.forms import Form, ItemId, JsonObject
from .gp_types import VALUE_TYPES


def _value_type(data_type: Any) -> ValueType:
    if data_type not in VALUE_TYPES:
        msg = f"must be one of {', '.join(VALUE_TYPES)}"
        raise ValueError(msg)
    return VALUE_TYPES[data_type]


def _is_input(direction: str) -> str:
    return direction.removeprefix("esriGPParameterDirection").lower()


_OWN_NAME = "The last part of its address is made of it."
DataType = Annotated[ValueType, BeforeValidator(_value_type)]
Direction = Annotated[Literal["input", "output"], BeforeValidator(_is_input)]


class ParameterProperties(Form):
    """What the notebook itself does not say of a parameter, or of a result."""

    name: Line
    data_type: DataType | None = None
    direction: Direction = "input"
    display_name: Line | None = None
    description: Text | None = None


class TaskProperties(Form):
    """The one task of a web tool."""

    parameters: list[ParameterProperties] = Field([], max_length=1000)


# A web tool has one task.
Tasks = Annotated[list[TaskProperties], Field(max_length=1)]


class JsonProperties(Form):
    """Which notebook a web tool runs."""

    title: Line | None = Field(None, description=_OWN_NAME)
    notebook_id: ItemId
    tasks: Tasks = Field([])


class ServiceProperties(Form):
    """A web tool to make."""

    type: Literal["GPServer"] = "GPServer"
    provider: Literal["notebooks"] = "notebooks"
    description: Text = ""
    json_properties: JsonProperties


class JsonChanges(Form):
    """What a web tool is told when it takes its notebook anew."""

    title: Line | None = None
    tasks: Tasks | None = None


class ServiceChanges(Form):
    """What is to be different about a web tool."""

    description: Text | None = None
    json_properties: JsonChanges = JsonChanges()


class NewServiceForm(Form):
    """A web tool to make."""

    service_properties: JsonObject = Field(
        description="description, and jsonProperties with title, notebookId and tasks."
    )


class ServiceForm(Form):
    """A web tool that is to run its notebook as that is now."""

    service_properties: JsonObject = Field({}, description="What else is to be different.")


class JobForm(Form):
    """How much of a job to show."""

    return_messages: bool = True
