"""From what is asked for to a schedule: its zone and bounds settled, its timing checked. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import Conflict, invalid_field
from ..rest.schemas import read_json
from .model import Schedule, State, timing_of
from .recurrence import Timing, zone_of
from .requests import Recurrence, ScheduleChange, ScheduleRequest

# These have columns of their own.
_APART = {"name", "notebook", "state", "idempotency_key"}
_WHEN = (*Recurrence.model_fields, "max_occurrences")


def settled(asked: Recurrence, timezone: str) -> dict[str, Any]:
    """Return the fields of *asked* as they are kept: in the zone named, or else in *timezone*.

    Raises InvalidRequest that names the field that makes no sense.
    """
    if (asked.cron is None) == (asked.interval is None):
        msg = "Give either 'cron' (when) or 'interval' (how often, in seconds)."
        raise invalid_field("cron", msg)
    zone = zone_of(asked.timezone or timezone)
    start, end = _utc("start", asked.start, zone), _utc("end", asked.end, zone)
    if start is not None and end is not None and end < start:
        msg = f"'end' ({end:%Y-%m-%d %H:%M} UTC) is before 'start' ({start:%Y-%m-%d %H:%M} UTC)."
        raise invalid_field("end", msg)
    kept = asked.model_dump(mode="json", exclude=_APART)
    return kept | {
        "timezone": zone.key,
        "start": None if start is None else start.isoformat(),
        "end": None if end is None else end.isoformat(),
    }


def timing_from(asked: Recurrence, timezone: str, now: datetime) -> tuple[Timing, ZoneInfo]:
    """Return when what is *asked* for would be due, and its zone; raises InvalidRequest."""
    kept = settled(asked, timezone)
    return timing_of(kept, now), zone_of(kept["timezone"])


def begun(schedule: Schedule, now: datetime) -> Schedule:
    """Return *schedule* armed; raises InvalidRequest if it would never be due."""
    armed = schedule.armed(now)
    if armed.state is State.ENDED:
        field = "end" if schedule.request["end"] is not None else "max_occurrences"
        said = "leaves no occurrence" if field == "end" else "is reached already"
        raise invalid_field(field, f"{field!r} {said} after {now:%Y-%m-%d %H:%M} UTC.")
    return armed


def named(request: ScheduleRequest) -> str:
    """Return the name that was given, or that of the notebook's file."""
    return request.name or PurePosixPath(request.notebook).stem


def merged(was: Schedule, change: ScheduleChange) -> ScheduleRequest:
    """Return the request for what *was* with *change*; raises InvalidRequest.

    Of cron and interval, the one that is given replaces the other.
    """
    # That is for this once, and nothing to be kept.
    once = {"use_this_environment"}
    given = change.model_dump(mode="json", exclude_unset=True, exclude=once)
    for one, other in (("cron", "interval"), ("interval", "cron")):
        if given.get(one) is not None:
            given.setdefault(other, None)
    kept = was.request | {"name": was.name, "notebook": was.notebook}
    state = State.PAUSED if was.state is State.PAUSED else State.ACTIVE
    asked = kept | {"state": state} | given
    return read_json(ScheduleRequest, json.dumps(asked).encode())


def retimed(was: Schedule, request: dict[str, Any]) -> bool:
    """Whether *request* is due at other times than what *was*."""
    return any(was.request.get(name) != request[name] for name in _WHEN)


def resumed(was: Schedule, schedule: Schedule, now: datetime) -> Schedule:
    """Return *schedule* as it is once it is active: as it *was*, if it was that, or from now on.

    Raises Conflict if it has ended, and InvalidRequest if a change of its timing ends it.
    """
    if retimed(was, schedule.request):
        return begun(schedule, now)
    if was.state is State.ACTIVE:
        return replace(schedule, since=now, message=None)
    armed = schedule.armed(now)
    if armed.state is State.ENDED:
        msg = "This schedule has ended. Change its end or how often it may run, and it goes on."
        raise Conflict(msg, reason="has_ended")
    return armed


def _utc(field: str, at: datetime | None, zone: ZoneInfo) -> datetime | None:
    if at is None:
        return None
    try:
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        msg = f"{field!r} must be a time of the years 1 to 9999 in UTC."
        raise invalid_field(field, msg) from None
