"""What a schedule is, and what its occurrences are. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from .recurrence import Cron, Interval, Timing, zone_of


class State(StrEnum):
    """Whether a schedule is due again. Values are part of the REST API and the database."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"


class Outcome(StrEnum):
    """What became of an occurrence; only QUEUED changes, to SUBMITTED or SKIPPED."""

    SUBMITTED = "submitted"
    QUEUED = "queued"
    SKIPPED = "skipped"
    MISSED = "missed"


class Overlap(StrEnum):
    """What happens at an occurrence while the previous job still runs."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"
    CANCEL_RUNNING = "cancel_running"


class CatchUp(StrEnum):
    """Which of the occurrences that were due while no server was there run afterwards."""

    LATEST = "latest"
    SKIP = "skip"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A notebook to run again and again.

    *request* is what was asked for, except for name, notebook and state; *occurrences* how many
    there were, *since* when failures count, *version* what tells two writers apart, *request_hash*
    what tells two requests with its *idempotency_key* apart, *environment* the id of the one that
    its jobs run in, None for whatever the server that fires calls by the kernel's name. It is due
    at *next_run_at*, which is None unless it is ACTIVE. While it is PAUSED it has no
    occurrences: nothing is recorded or caught up.
    """

    id: str
    root: str
    owner: str
    name: str
    notebook: str
    item_id: str | None
    request: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    since: datetime
    state: State = State.ACTIVE
    message: str | None = None
    next_run_at: datetime | None = None
    occurrences: int = 0
    version: int = 1
    idempotency_key: str | None = None
    request_hash: str | None = None
    environment: str | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of its rule, and of what it shows."""
        return zone_of(self.request["timezone"])

    @cached_property
    def timing(self) -> Timing:
        """When it is due; raises ValueError if that makes no sense."""
        return timing_of(self.request, self.created_at)

    @property
    def overlap(self) -> Overlap:
        """What happens while the previous job still runs."""
        return Overlap(self.request["overlap"])

    @property
    def catch_up(self) -> CatchUp:
        """What happens after downtime."""
        return CatchUp(self.request["catch_up"])

    @property
    def grace(self) -> timedelta:
        """How late is still on time."""
        return timedelta(seconds=self.request["grace"])

    @property
    def left(self) -> int | None:
        """How many occurrences there may still be; None without a limit."""
        limit: int | None = self.request["max_occurrences"]
        return None if limit is None else max(0, limit - self.occurrences)

    def gives_up_after(self, failures: int) -> bool:
        """Whether so many failures in a row are too many."""
        limit: int | None = self.request["max_consecutive_failures"]
        return limit is not None and failures >= limit

    def armed(self, now: datetime) -> Schedule:
        """It is due as its timing says from *now* on, or has ended."""
        due = None if self.left == 0 else self.timing.after(now)
        state = State.ENDED if due is None else State.ACTIVE
        return replace(self, state=state, next_run_at=due, since=now, message=None)

    def corrected(self, now: datetime, undone: int) -> Schedule:
        """It is due from *now* on, as the clock was ahead and *undone* occurrences are to come."""
        made = min(self.created_at, now)
        counted = max(0, self.occurrences - undone)
        schedule = replace(self, created_at=made, occurrences=counted)
        return schedule if self.state is State.PAUSED else schedule.armed(now)

    def paused(self, message: str | None = None) -> Schedule:
        """It is not due any more, until it is resumed."""
        return replace(self, state=State.PAUSED, next_run_at=None, message=message)

    def next_version(self, at: datetime) -> Schedule:
        """It is another version of itself."""
        return replace(self, version=self.version + 1, updated_at=at)


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One nominal time of a schedule, and what became of it; *why* if it did not run.

    Of a long backlog one stands for *count* nominal times, from *nominal_time* to *until*.
    """

    schedule_id: str
    nominal_time: datetime
    until: datetime
    state: Outcome
    decided_at: datetime
    why: str | None = None
    job_id: str | None = None
    count: int = 1


def timing_of(request: dict[str, Any], created_at: datetime) -> Timing:
    """Return when what *request* asks for is due; raises ValueError.

    An interval is counted from its start, or else from when it was asked for.
    """
    start, end = _moment(request["start"]), _moment(request["end"])
    if request["interval"] is not None:
        anchor = start or created_at.replace(microsecond=0)
        return Timing(rule=Interval(request["interval"], anchor), start=start, end=end)
    return Timing(rule=_cron(request["cron"], request["timezone"]), start=start, end=end)


@lru_cache(maxsize=4096)
def _cron(expression: str, zone: str) -> Cron:
    """Kept, because understanding one takes longer than saying when it is due."""
    return Cron(expression, zone_of(zone))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
