"""What is asked of limits, running kernels and the template of new notebooks."""

from __future__ import annotations

from pydantic import Field

from ..surface.forms import File, Form, JsonObject


class LimitsForm(Form):
    """Limits to change, all in one object."""

    properties: JsonObject = Field({}, description="Names and values as this address shows them.")
    configuration: JsonObject = Field({}, description="The same by its other name.")


class LogsForm(Form):
    """How much of the log."""

    tail: int = Field(1000, ge=1, le=1_000_000, description="How many lines, the last ones.")


class TemplateForm(Form):
    """The notebook that new ones begin as."""

    default_notebook: File = Field(description="A notebook; its outputs are left out.")
