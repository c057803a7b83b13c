"""From what is asked of a task to what that asks of a schedule. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...errors import FieldError, InvalidRequest, invalid_field
from ...rest.schemas import read
from ...schedules.model import Schedule, State
from ...schedules.requests import ScheduleChange, ScheduleRequest, ScheduleSlice
from ..surface.dialect import id_in
from .answers import UNLIMITED, cron_shown, notebook_parameters
from .cron_fields import Numbering
from .forms import NewTaskForm, ParametersForm, TaskChangeForm, TaskForm, TasksForm
from .quartz import FIELDS, to_cron

# What clients wrap the notebook's own parameters in.
_WRAPPING = {"notebookParameters", "updatePortalItem", "saveInjectedParameters"}
_OURS = {
    "name": "title",
    "notebook": "itemId",
    "start": "startDate",
    "end": "endDate",
    "max_occurrences": "maxOccurrences",
}
_NAMED = re.compile(rf"'({'|'.join(_OURS)})'")
_ACTIVE, _OTHER = (State.ACTIVE,), (State.PAUSED, State.ENDED)


def slice_of(form: TasksForm, num: int) -> ScheduleSlice:
    """Return which schedules are asked for, *num* of them at most; raises InvalidRequest."""
    item_id = None if form.item_id is None else id_in(form.item_id)
    asked = {
        "states": None if form.active is None else _ACTIVE if form.active else _OTHER,
        "item_id": item_id,
        "notebook": form.item_id if item_id is None else None,
        "skip": form.start - 1,
        "limit": num,
    }
    with in_their_words():
        return read(ScheduleSlice, asked)


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


@contextmanager
def in_their_words() -> Iterator[None]:
    """Call what our services refuse by the names that this API has for it."""
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
    asked = read(ParametersForm, dict(given) if is_wrapped else {"notebookParameters": given})
    said: dict[str, Any] = {
        "update_notebook": asked.update_portal_item,
        "save_parameters": asked.save_injected_parameters,
    }
    values = asked.notebook_parameters
    # If values are sent as they were shown, fields such as {nominal_time} in them are kept.
    if values is not None and (was is None or values != notebook_parameters(was)):
        said["parameters"] = _literal(values)
    return {name: value for name, value in said.items() if value is not None}


def _cron_given(form: NewTaskForm | TaskChangeForm) -> dict[str, str]:
    given = form.model_dump(by_alias=True, exclude_none=True)
    return {name: given[name] for name in FIELDS if name in given}


def _literal(value: Any) -> Any:
    """Return *value* with each brace of its texts doubled: a schedule has fields in single ones."""
    if isinstance(value, str):
        return value.replace("{", "{{").replace("}", "}}")
    if isinstance(value, list):
        return [_literal(one) for one in value]
    if isinstance(value, dict):
        return {name: _literal(one) for name, one in value.items()}
    return value


def _renamed(message: str) -> str:
    return _NAMED.sub(lambda match: repr(_OURS[match[1]]), message)
