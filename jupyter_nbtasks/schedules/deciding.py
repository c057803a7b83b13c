"""What becomes of the occurrences that are due: which run, wait, are skipped or missed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import CatchUp, Occurrence, Outcome, Overlap, Schedule

# At most this many are caught up, and at most this many wait.
KEPT = 100
# A longer backlog is worked off in such parts, each in one row, so that none takes long.
BACKLOG = 1000
# The clocks of servers may differ by so much without one of them being wrong.
TOLERANCE = timedelta(minutes=1)

_BUSY = "The previous job still ran."
_FULL = f"{KEPT} occurrences were waiting already."
_REPLACED = "A newer occurrence was due, too, before this one could run, and took its place."
CLOCK_AHEAD = "The clock was ahead when this was decided. It is decided again once it is time."
PAUSED = "The schedule was paused while this occurrence waited."
# Why an occurrence was skipped that could have run; any other was refused.
GAVE_WAY = {_BUSY, _FULL, _REPLACED, PAUSED}
_MISSED = {
    CatchUp.SKIP: "No server was there at that time, and this schedule does not catch up.",
    CatchUp.LATEST: "No server was there at that time; only the latest is caught up.",
    CatchUp.ALL: f"No server was there at that time; the newest {KEPT} are caught up.",
}
_TOO_MANY = (
    f"More than {KEPT} occurrences were due while no server was there: "
    f"the newest {KEPT} run, the others are recorded as missed."
)


@dataclass(frozen=True, kw_only=True)
class ScheduleStatus:
    """How a schedule stands: which of its jobs are not over, and how many occurrences wait.

    *recorded* are spans of nominal times that are decided already, as after the clock was put
    back; *failures* counts those in a row, *last_completed* the id of the last job that completed.
    """

    open_jobs: tuple[str, ...] = ()
    waiting: int = 0
    recorded: tuple[tuple[datetime, datetime], ...] = ()
    failures: int = 0
    last_completed: str | None = None

    def has(self, at: datetime) -> bool:
        """Whether the nominal time *at* is decided already."""
        return any(first <= at <= until for first, until in self.recorded)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Fresh *occurrences*, how many nominal times these are, and when the schedule is due next.

    *cancels* says whether its jobs that still run are to be cancelled, *assumes_idle* whether
    none of them may run; *message* is for people.
    """

    occurrences: list[Occurrence]
    next_run_at: datetime | None
    count: int
    cancels: bool = False
    assumes_idle: bool = False
    message: str | None = None


def decide(schedule: Schedule, status: ScheduleStatus, now: datetime) -> Decision:
    """Return what becomes of all that is due at *now*, or of the first part of a long backlog."""
    assert schedule.next_run_at is not None
    due = schedule.timing.between(schedule.next_run_at, now, BACKLOG + KEPT)
    is_backlog = len(due) == BACKLOG + KEPT
    part = due[:BACKLOG] if is_backlog else due
    fresh = [at for at in part if not status.has(at)][: schedule.left]
    ends = schedule.left is not None and len(fresh) >= schedule.left
    following = None if ends else schedule.timing.after(part[-1])
    if is_backlog:
        occurrences = _range(schedule, fresh, _MISSED[schedule.catch_up], now)
        return Decision(
            occurrences=occurrences,
            next_run_at=following,
            count=len(fresh),
            message=_TOO_MANY if schedule.catch_up is CatchUp.ALL else None,
        )
    return _Deciding(schedule, status, now).decide(fresh, following)


def again(one: Occurrence, job_id: str | None) -> Occurrence:
    """Return the occurrence that had *job_id* already, while the clock was ahead, as it is now."""
    said = "" if job_id is None else f"The clock was ahead when job {job_id} ran for it before."
    return replace(one, why=" ".join(filter(None, (one.why, said))) or None)


def unfired(schedule: Schedule, status: ScheduleStatus, why: str, now: datetime) -> Decision:
    """Return that the occurrences due at *now* are missed, as *why* says, and nothing follows."""
    assert schedule.next_run_at is not None
    fresh: list[datetime] = []
    at: datetime | None = schedule.next_run_at
    while at is not None and at <= now and len(fresh) != schedule.left:
        if not status.has(at):
            fresh.append(at)
        at = schedule.timing.after(at)
    return Decision(
        occurrences=_range(schedule, fresh, why, now), next_run_at=None, count=len(fresh)
    )


class _Deciding:
    def __init__(self, schedule: Schedule, status: ScheduleStatus, now: datetime) -> None:
        self._schedule = schedule
        self._status = status
        self._now = now
        self._waiting = status.waiting
        self._submitted = 0

    def decide(self, fresh: Sequence[datetime], following: datetime | None) -> Decision:
        missed, late, on_time = self._by_lateness(fresh)
        catch_up, overlap = self._schedule.catch_up, self._schedule.overlap
        occurrences = [self._is(at, Outcome.MISSED, _MISSED[catch_up]) for at in missed]
        due = [*late, *on_time]
        # Those that are caught up do not get in each other's way.
        patient = catch_up is CatchUp.ALL and overlap is not Overlap.ALLOW and len(due) > 1
        how = Overlap.QUEUE if patient else overlap
        for at in due:
            if at != due[-1] and self._gives_way(how):
                occurrences.append(self._is(at, Outcome.SKIPPED, _REPLACED))
            else:
                occurrences.append(self._overlapping(at, how))
        runs = any(one.state is Outcome.SUBMITTED for one in occurrences)
        stopped_at = catch_up is CatchUp.ALL and bool(missed)
        return Decision(
            occurrences=occurrences,
            next_run_at=following,
            count=len(fresh),
            cancels=runs and overlap is Overlap.CANCEL_RUNNING and bool(self._status.open_jobs),
            assumes_idle=runs and overlap is not Overlap.ALLOW,
            message=_TOO_MANY if stopped_at else None,
        )

    def _by_lateness(
        self, fresh: Sequence[datetime]
    ) -> tuple[list[datetime], list[datetime], list[datetime]]:
        """Divide *fresh* into what is missed, what is caught up, and what is on time."""
        oldest = self._now - self._schedule.grace
        on_time = [at for at in fresh[-KEPT:] if at >= oldest]
        late = list(fresh[: len(fresh) - len(on_time)])
        room = {
            CatchUp.SKIP: 0,
            CatchUp.LATEST: 0 if on_time else 1,
            CatchUp.ALL: KEPT - len(on_time),
        }[self._schedule.catch_up]
        parted = max(0, len(late) - room)
        return late[:parted], late[parted:], on_time

    @property
    def _is_busy(self) -> bool:
        return bool(self._status.open_jobs or self._waiting or self._submitted)

    def _gives_way(self, how: Overlap) -> bool:
        """Whether one that could run only when a newer one is due, too, leaves it to that one."""
        return how is Overlap.CANCEL_RUNNING or (how is Overlap.SKIP and not self._is_busy)

    def _overlapping(self, at: datetime, how: Overlap) -> Occurrence:
        if how is Overlap.ALLOW or not self._is_busy:
            return self._submit(at)
        if how is Overlap.SKIP:
            return self._is(at, Outcome.SKIPPED, _BUSY)
        if how is Overlap.CANCEL_RUNNING:
            return self._submit(at)
        if self._waiting >= KEPT:
            return self._is(at, Outcome.SKIPPED, _FULL)
        self._waiting += 1
        return self._is(at, Outcome.QUEUED, None)

    def _submit(self, at: datetime) -> Occurrence:
        self._submitted += 1
        return self._is(at, Outcome.SUBMITTED, None)

    def _is(self, at: datetime, state: Outcome, why: str | None) -> Occurrence:
        return Occurrence(
            schedule_id=self._schedule.id,
            nominal_time=at,
            until=at,
            state=state,
            why=why,
            decided_at=self._now,
        )


def _range(
    schedule: Schedule, times: Sequence[datetime], why: str, now: datetime
) -> list[Occurrence]:
    if not times:
        return []
    return [
        Occurrence(
            schedule_id=schedule.id,
            nominal_time=times[0],
            until=times[-1],
            count=len(times),
            state=Outcome.MISSED,
            why=why,
            decided_at=now,
        )
    ]
