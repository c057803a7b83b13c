"""What is asked of the portal, of notebooks and of jobs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..surface.forms import Form, ItemId, JsonObject

_Reference = Annotated[str, Field(max_length=150)]


class TokenForm(Form):
    """The login of a person who asks for a token."""

    username: str = ""
    password: str = Field(description="The server's password, or its token.")
    expiration: float = Field(60, gt=0, le=1_000_000, description="Minutes.")


class ExecuteForm(Form):
    """How to run a notebook."""

    item_id: ItemId
    update_portal_item: bool = Field(True, description="Save the outputs in the notebook.")
    notebook_parameters: JsonObject = Field({}, description="Values by name, as a JSON object.")
    save_injected_parameters: bool = Field(False, description="Save the cell of values too.")
    execution_timeout_in_minutes: float | None = Field(None, gt=0, allow_inf_nan=False)
    task_id: _Reference | None = Field(None, description="Kept with the job.")
    run_id: _Reference | None = Field(None, description="Kept with the job.")


class OpenForm(Form):
    """Which notebook to open; a new one if none is named."""

    item_id: ItemId | None = None
    notebook_runtime_id: str | None = Field(None, description="Name of a kernel.")
    template_id: str | None = Field(None, description="Item id of a notebook to begin from.")
    template_notebook: JsonObject | None = Field(None, description="A notebook to begin from.")


class JobsForm(Form):
    """Which jobs, and how much of each."""

    detail: bool = Field(False, description="All that is known of each.")
    details: bool = Field(False, description="The same.")
    num: int = Field(100, ge=1, le=10_000, description="How many, the newest first.")
    sort_by_date: bool = Field(False, description="They are in any case.")
