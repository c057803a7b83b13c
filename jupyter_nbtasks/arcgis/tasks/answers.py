"""How tasks and their runs are answered. Pure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from ...errors import NotFound
from ...jobs.model import Job, Status
from ...schedules.deciding import GAVE_WAY
from ...schedules.history import History
from ...schedules.model import Occurrence, Outcome, Schedule, State
from ...schedules.recurrence import Interval, Rule, Timing
from ..surface.dialect import milliseconds
from .cron_fields import Numbering
from .quartz import FIELDS, from_cron

TYPE = "ExecuteNotebook"
# What the API has for a number without a limit.
UNLIMITED = -1

_STATES = {
    Status.SUBMITTED: "scheduled",
    Status.EXECUTING: "executing",
    Status.CANCELLING: "executing",
    Status.COMPLETED: "succeeded",
    Status.FAILED: "failed",
    # The API knows no run that was cancelled.
    Status.CANCELLED: "failed",
}
_DELETED = "Its job was deleted; how it ended is not known."
_CANCELLED = "It was cancelled."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# No more digits than the end of the calendar has.
_RUN_ID = re.compile(r"[0-9]{1,17}")


def task(schedule: Schedule, history: History | None, numbering: Numbering) -> dict[str, Any]:
    """Return *schedule* as a task; *history* is what it did, if that is to be told."""
    request, timing = schedule.request, _timing(schedule)
    limit, is_active = request.get("max_occurrences"), schedule.state is State.ACTIVE
    said = {
        "id": schedule.id,
        "itemId": schedule.item_id or schedule.notebook,
        "type": TYPE,
        "title": schedule.name,
        "userId": schedule.owner,
        "cronSchedule": cron_shown(schedule, numbering),
        "cronDescription": timing.rule.description if timing else "",
        "runIntervalSeconds": _interval(timing.rule, schedule) if timing else 0,
        "timeZone": request.get("timezone"),
        "maxOccurrences": UNLIMITED if limit is None else limit,
        "parameters": {
            "updatePortalItem": request.get("update_notebook", False),
            "saveInjectedParameters": request.get("save_parameters", False),
            "notebookParameters": json.dumps(notebook_parameters(schedule)),
        },
        "created": milliseconds(schedule.created_at),
        "updated": milliseconds(schedule.updated_at),
        "active": is_active,
        "taskState": "active" if is_active else "paused",
        "message": schedule.message,
    }
    times = {
        "startDate": timing.start if timing else None,
        "endDate": timing.end if timing else None,
        "nextStart": schedule.next_run_at,
        "lastStart": _last_start(history) if history else None,
    }
    return said | {name: milliseconds(at) for name, at in times.items() if at is not None}


def cron_shown(schedule: Schedule, numbering: Numbering) -> dict[str, str]:
    """Return the five fields of its rule; empty ones for an interval, which has none."""
    timing = _timing(schedule)
    if timing is None or isinstance(timing.rule, Interval):
        return dict.fromkeys(FIELDS, "")
    return from_cron(timing.rule.fields, numbering)


def notebook_parameters(schedule: Schedule) -> dict[str, Any]:
    """Return the values for the notebook, with single braces where a schedule has double ones."""
    values: dict[str, Any] = _single(schedule.request.get("parameters", {}))
    return values


def run_id(occurrence: Occurrence) -> str:
    """Return the id of a run: its nominal time in microseconds."""
    return str((occurrence.nominal_time - _EPOCH) // _MICROSECOND)


def nominal_time(run_id: str) -> datetime:
    """Return the nominal time of the run with this id; raises NotFound."""
    if not _RUN_ID.fullmatch(run_id):
        msg = f"There is no run {run_id!r}."
        raise NotFound(msg)
    return _EPOCH + int(run_id) * _MICROSECOND


def run_state(occurrence: Occurrence, job: Job | None) -> str:
    """Return how a run stands; one that was refused when it was due was never submitted."""
    if occurrence.state is Outcome.QUEUED:
        return "scheduled"
    if occurrence.state is not Outcome.SUBMITTED:
        is_refused = occurrence.state is Outcome.SKIPPED and occurrence.why not in GAVE_WAY
        return "submitfailed" if is_refused else "skipped"
    return "failed" if job is None else _STATES[job.status]


def run_result(occurrence: Occurrence, job: Job | None) -> str:
    """Return in words why a run is not a success, or nothing."""
    if occurrence.state is not Outcome.SUBMITTED:
        return occurrence.why or ""
    if job is None:
        return _DELETED
    return job.message or (_CANCELLED if job.status is Status.CANCELLED else "")


def run(occurrence: Occurrence, job: Job | None, of: dict[str, Any]) -> dict[str, Any]:
    """Return a run of the task *of*: one occurrence of its schedule."""
    ended = None if job is None else job.ended_at or job.started_at
    return {
        "task": of,
        "runId": run_id(occurrence),
        "status": run_state(occurrence, job),
        "result": run_result(occurrence, job),
        "scheduledTime": milliseconds(occurrence.nominal_time),
        "occurrences": occurrence.count,
        "jobId": None if job is None else job.id,
        "created": milliseconds(occurrence.decided_at),
        "modified": milliseconds(ended or occurrence.decided_at),
    }


def _timing(schedule: Schedule) -> Timing | None:
    try:
        return schedule.timing
    except (KeyError, ValueError):  # Its row is damaged.
        return None


def _interval(rule: Rule, schedule: Schedule) -> int:
    """Return the seconds between its next two runs, whatever its end; 0 if there are not two."""
    if isinstance(rule, Interval):
        return rule.seconds
    first = schedule.next_run_at or rule.after(schedule.updated_at)
    second = first and rule.after(first)
    return round((second - first).total_seconds()) if first and second else 0


def _last_start(history: History) -> datetime | None:
    last = history.last_job
    return None if last is None else last.nominal_time or last.created_at


def _single(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("{{", "{").replace("}}", "}")
    if isinstance(value, list):
        return [_single(one) for one in value]
    if isinstance(value, dict):
        return {name: _single(one) for name, one in value.items()}
    return value
