"""What is asked of tasks, and what that asks of schedules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from ..errors import Conflict, FieldError, InvalidRequest, invalid_field
from ..schedules.model import Schedule, State
from ..schedules.recurrence import zone_of
from ..schedules.requests import ScheduleChange, ScheduleRequest
from ..wire import Line, Path, read
from .cron_fields import Numbering
from .forms import Form, JsonObject, Milliseconds
from .quartz import FIELDS, to_cron
from .task_answers import TYPE, UNLIMITED, cron_shown, notebook_parameters

_OTHER_TYPES = {
    "UpdateInsightsWorkbook",
    "ExecuteSceneCook",
    "ExecuteWorkflowManager",
    "ExecuteReport",
    "GPService",
    "RunDataPipeline",
}
# What clients wrap the notebook's own parameters in.
_WRAPPING = {"notebookParameters", "updatePortalItem", "saveInjectedParameters"}
_OURS = {
    "name": "title",
    "notebook": "itemId",
    "start": "startDate",
    "end": "endDate",
    "max_occurrences": "maxOccurrences",
}
_ITEM_ID = re.compile(r"[0-9a-f]{32}")
_NAMED = re.compile(rf"'({'|'.join(_OURS)})'")


def _is_type(name: str) -> str:
    if name != TYPE:
        msg = f"must be {TYPE}, not {name!r}: notebooks are all that this server runs"
        raise ValueError(msg)
    return name


def _are_types(names: str) -> str:
    for name in names.split(","):
        if name.strip() not in {TYPE, *_OTHER_TYPES}:
            msg = f"must be types of tasks such as {TYPE}, parted by commas, not {name!r}"
            raise ValueError(msg)
    return names


def _is_zone(name: str) -> str:
    return zone_of(name).key


def _is_number(number: int) -> int:
    if number != UNLIMITED and not 1 <= number <= 10**9:
        msg = f"must be how often the task runs, 1 or more, or {UNLIMITED} for no limit"
        raise ValueError(msg)
    return number


ItemId = Annotated[Path, Field(description="Item id of the notebook, or its path.")]
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
    start_date: Milliseconds | None = Field(None, description="Not before; in ms since 1970.")
    end_date: Milliseconds | None = Field(None, description="Not after; in ms since 1970.")
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
    """Which tasks, and which of them by their place."""

    item_id: ItemId | None = None
    active: bool | None = None
    types: TaskTypes | None = None
    start: int = Field(1, ge=1, le=10**9, description="The place of the first, from 1.")
    num: int = Field(100, ge=1, le=10**9, description="How many; at most 100.")


class RunForm(Form):
    """How a run stands, as a client reports it."""

    status: RunState | None = None
    result: str | None = Field(None, max_length=10_000)


class _Wrapped(Form):
    notebook_parameters: JsonObject | None = None
    update_portal_item: bool | None = None
    save_injected_parameters: bool | None = None


def new_schedule(form: NewTaskForm, notebook: str, numbering: Numbering) -> ScheduleRequest:
    """Return the schedule that a task is, of the file *notebook*; raises InvalidRequest."""
    given = _chosen(form, notebook, None)
    cron = to_cron(_cron_given(form), numbering)
    # What the API does where a task says nothing of them; names are not checked there either.
    defaults = {"update_notebook": True, "save_parameters": False, "strict": False}
    with in_their_words():
        return read(ScheduleRequest, defaults | given | {"cron": cron})


def changed_schedule(
    form: TaskChangeForm, notebook: str | None, was: Schedule, numbering: Numbering
) -> ScheduleChange:
    """Return what a task is to change of what it *was*; raises InvalidRequest."""
    given = _chosen(form, notebook, was)
    shown, cron = cron_shown(was, numbering), _cron_given(form)
    if cron.items() - shown.items():
        fields = {name: text for name, text in shown.items() if text} | cron
        for name in FIELDS:
            if name not in fields:
                raise invalid_field(name, f"{name!r} is missing: give all five fields.")
        given["cron"] = to_cron(fields, numbering)
    if form.is_active is not None:
        given["state"] = (State.ACTIVE if form.is_active else State.PAUSED).value
    with in_their_words():
        return read(ScheduleChange, given)


def is_item_id(text: str) -> bool:
    """Whether *text* is an item id, and no path."""
    return _ITEM_ID.fullmatch(text) is not None


def check_report(form: RunForm, run: Mapping[str, Any]) -> None:
    """Refuse a report that a *run* is otherwise than it is; raises Conflict."""
    for name in ("status", "result"):
        reported = getattr(form, name)
        if reported is not None and reported != run[name]:
            msg = (
                f"The {name} of this run is {run[name]!r}. It follows from the job that the run "
                "submitted, and nobody else sets it: cancel that job, or wait for its end."
            )
            raise Conflict(msg, reason="follows_from_job")


@contextmanager
def in_their_words() -> Iterator[None]:
    """Name what our services refuse as it is called here."""
    try:
        yield
    except InvalidRequest as error:
        errors = [
            FieldError(_OURS.get(wrong.field, wrong.field), _renamed(wrong.message))
            for wrong in error.errors
        ]
        raise InvalidRequest(_renamed(str(error)), reason=error.reason, errors=errors) from error


def _chosen(form: TaskForm, notebook: str | None, was: Schedule | None) -> dict[str, Any]:
    limit = form.max_occurrences
    chosen: dict[str, Any] = {
        "notebook": notebook,
        "name": form.title,
        "start": form.start_date,
        "end": form.end_date,
        "max_occurrences": None if limit == UNLIMITED else limit,
        "timezone": form.time_zone,
    }
    given = {name: value for name, value in chosen.items() if value is not None}
    if limit == UNLIMITED:
        given["max_occurrences"] = None
    return given | _parameters(form.parameters, was)


def _parameters(given: Mapping[str, Any] | None, was: Schedule | None) -> dict[str, Any]:
    """Return what *given* says of how the notebook is run: wrapped, or its values alone."""
    if given is None:
        return {}
    is_wrapped = "notebookParameters" in given or (given and given.keys() <= _WRAPPING)
    asked = read(_Wrapped, dict(given) if is_wrapped else {"notebookParameters": given})
    said: dict[str, Any] = {
        "update_notebook": asked.update_portal_item,
        "save_parameters": asked.save_injected_parameters,
    }
    values = asked.notebook_parameters
    # Sent again as they were shown, places such as {nominal_time} stay what they are.
    if values is not None and (was is None or values != notebook_parameters(was)):
        said["parameters"] = _literal(values)
    return {name: value for name, value in said.items() if value is not None}


def _cron_given(form: NewTaskForm | TaskChangeForm) -> dict[str, str]:
    given = form.model_dump(by_alias=True, exclude_none=True)
    return {name: given[name] for name in FIELDS if name in given}


def _literal(value: Any) -> Any:
    """Return *value* with each brace of its texts doubled: a schedule has places in single ones."""
    if isinstance(value, str):
        return value.replace("{", "{{").replace("}", "}}")
    if isinstance(value, list):
        return [_literal(one) for one in value]
    if isinstance(value, dict):
        return {name: _literal(one) for name, one in value.items()}
    return value


def _renamed(message: str) -> str:
    return _NAMED.sub(lambda match: repr(_OURS[match[1]]), message)
