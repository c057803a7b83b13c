"""What is asked of tasks and of their runs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ...rest.schemas import Line
from ...schedules.recurrence import zone_of
from ..surface.forms import Form, ItemId, JsonObject, Milliseconds
from .answers import TYPE, UNLIMITED

_OTHER_TYPES = {
    "UpdateInsightsWorkbook",
    "ExecuteSceneCook",
    "ExecuteWorkflowManager",
    "ExecuteReport",
    "GPService",
    "RunDataPipeline",
}


def _is_type(name: str) -> str:
    if name != TYPE:
        msg = f"must be {TYPE}, not {name!r}: notebooks are all that this server runs"
        raise ValueError(msg)
    return name


def _are_types(names: str) -> str:
    for name in names.split(","):
        if name.strip() not in {TYPE, *_OTHER_TYPES}:
            msg = f"must be types of tasks such as {TYPE}, separated by commas, not {name!r}"
            raise ValueError(msg)
    return names


def _is_zone(name: str) -> str:
    return zone_of(name).key


def _is_number(number: int) -> int:
    if number != UNLIMITED and not 1 <= number <= 10**9:
        msg = f"must be how often the task runs, 1 or more, or {UNLIMITED} for no limit"
        raise ValueError(msg)
    return number


CronField = Annotated[str, Field(max_length=200)]
TaskType = Annotated[Line, AfterValidator(_is_type)]
TaskTypes = Annotated[Line, AfterValidator(_are_types)]
Zone = Annotated[Line, AfterValidator(_is_zone)]
RunState = Literal["scheduled", "executing", "succeeded", "failed", "skipped", "submitfailed"]
Number = Annotated[int, AfterValidator(_is_number)]


class TaskForm(Form):
    """What a task may be told, the first time and later."""

    title: Line | None = Field(None, description="Default: the notebook's file name.")
    parameters: JsonObject | None = Field(
        None, description="notebookParameters, updatePortalItem and saveInjectedParameters."
    )
    start_date: Milliseconds | None = Field(None, description="The earliest run; in ms since 1970.")
    end_date: Milliseconds | None = Field(None, description="The latest run; in ms since 1970.")
    max_occurrences: Number | None = Field(None, description=f"{UNLIMITED}: without limit.")
    time_zone: Zone | None = Field(None, description="IANA name. Default: the server's.")


class NewTaskForm(TaskForm):
    """Run a notebook again and again; the five fields are those of Quartz."""

    type: TaskType = Field(description=TYPE)
    item_id: ItemId
    minute: CronField
    hour: CronField
    day_of_month: CronField
    month: CronField
    day_of_week: CronField


class TaskChangeForm(TaskForm):
    """What is to be different; what is not given, or as it was shown, stays as it is."""

    type: TaskType | None = None
    item_id: ItemId | None = None
    minute: CronField | None = None
    hour: CronField | None = None
    day_of_month: CronField | None = None
    month: CronField | None = None
    day_of_week: CronField | None = None
    is_active: bool | None = None


class TasksForm(Form):
    """Which tasks, and which page of them."""

    item_id: ItemId | None = None
    active: bool | None = None
    types: TaskTypes | None = None
    start: int = Field(1, ge=1, le=10**9, description="The number of the first, from 1.")
    num: int = Field(100, ge=1, le=10**9, description="How many; at most 100.")


class RunForm(Form):
    """How a run stands, as a client reports it."""

    status: RunState | None = None
    result: str | None = Field(None, max_length=10_000)


class ParametersForm(Form):
    """How the notebook of a task is run; *notebook_parameters* are its own."""

    notebook_parameters: JsonObject | None = None
    update_portal_item: bool | None = None
    save_injected_parameters: bool | None = None
