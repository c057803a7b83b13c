"""Fires what is due: decides, makes the jobs, and stores both at once or neither."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from ..caller import Caller
from ..errors import Conflict, NbTasksError, NotFound, Unavailable
from ..jobs.model import Job
from ..jobs.service import JobService
from .deciding import Decision, decide
from .due import DueSchedule, FiringResult
from .events import ScheduleEvents
from .job_maker import JobMaker
from .model import Outcome, Schedule, State
from .occurrence_store import OccurrenceStore
from .queries import HistoryQueries
from .store import ScheduleStore

# How many schedules are looked at in one go, and how many stored in one transaction.
_BATCH = 500
_TRANSACTION = 100
# After how many seconds what cannot be read or stored, as on a full disk, is tried again.
_HOLD = timedelta(seconds=5)

_log = logging.getLogger(__name__)


class ScheduleFirer:
    """Fires the schedules of one root.

    Any number of servers may do so on one database: one that finds a schedule changed since it
    was read drops all that it had decided. One schedule that cannot be fired is paused and says
    why; the others are fired all the same.
    """

    def __init__(
        self,
        *,
        store: ScheduleStore,
        occurrences: OccurrenceStore,
        queries: HistoryQueries,
        jobs: JobService,
        new_maker: Callable[[], JobMaker],
        events: ScheduleEvents,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._occurrences = occurrences
        self._queries = queries
        self._jobs = jobs
        self._new_maker = new_maker
        self._events = events
        self._now = now
        self._held: dict[str, datetime] = {}

    async def state(self) -> object:
        """Return a value that equals the previous one if there is nothing new to see."""
        return await self._occurrences.state()

    async def next_due(self) -> datetime | None:
        """Return when `fire_due` has something to do."""
        due = await self._occurrences.next_due(self._held)
        return min((at for at in (due, *self._held.values()) if at is not None), default=None)

    async def fire_due(self) -> None:
        """Fire what is due now, or the first part of a lot; then something may still be due."""
        now = self._now()
        # None is held for longer, whatever the clock was when it began.
        self._held = {id: at for id, at in self._held.items() if now < at <= now + _HOLD}
        due = await self._occurrences.due(now, _BATCH, self._held)
        due_schedules, maker = await self._queries.due(due, now), self._new_maker()
        for begin in range(0, len(due), _TRANSACTION):
            part = due_schedules[begin : begin + _TRANSACTION]
            decided = await asyncio.to_thread(_all_decided, part)
            pairs = zip(part, decided, strict=True)
            tried = [await self._try(due, one, maker) for due, one in pairs]
            await self._record([one for one in tried if one is not None])

    async def correct(self) -> None:
        """Go by the clock as it is now, where it had been ahead."""
        for schedule in await self._occurrences.correct(self._now()):
            _log.warning("Schedule %s: the clock had been ahead of its time", schedule.id)
            self._events.announce(schedule)

    async def promote_waiting(self) -> None:
        """Submit what waits for a job that is over now."""
        maker = self._new_maker()
        waiting = await self._occurrences.waiting()
        due_schedules = await self._queries.due([schedule for schedule, _ in waiting], self._now())
        for (schedule, nominal_time), due in zip(waiting, due_schedules, strict=True):
            try:
                job = await maker.job(schedule, nominal_time, due.last)
                if await self._occurrences.promote(schedule, job):
                    await self._announce(schedule, [job])
            except (Unavailable, OSError) as error:
                _log.warning("Schedule %s: %s", schedule.id, error)
            except Exception as error:
                await self._record([due.broken(_why(schedule, error))])

    async def run_now(self, schedule: Schedule) -> Job:
        """Submit a job of *schedule* that is not an occurrence; raises InvalidRequest."""
        [due] = await self._queries.due([schedule], self._now())
        job = await self._new_maker().job(schedule, None, due.last)
        await self._occurrences.add_job(job)
        await self._announce(schedule, [job])
        return job

    async def look_at_failures(self, ids: Collection[str]) -> None:
        """Pause those of the schedules *ids* that have failed too often in a row."""
        found = []
        for id in ids:
            with suppress(NotFound):
                found.append(await self._store.get(id))
        active = [one for one in found if one.state is State.ACTIVE]
        for due in await self._queries.due(active, self._now()):
            if due.has_failed_too_often:
                await self._record([await asyncio.to_thread(_given_up, due)])

    async def _try(
        self, due: DueSchedule, decided: Decision | FiringResult, maker: JobMaker
    ) -> FiringResult | None:
        if isinstance(decided, FiringResult):
            return decided
        schedule = due.schedule
        try:
            return await self._fire(due, decided, maker)
        except (Unavailable, OSError) as error:
            self._held[schedule.id] = due.at + _HOLD
            _log.warning("Schedule %s is tried again soon: %s", schedule.id, error)
            return None
        except Exception as error:
            return due.broken(_why(schedule, error))

    async def _fire(self, due: DueSchedule, decision: Decision, maker: JobMaker) -> FiringResult:
        jobs: list[Job] = []
        occurrences = []
        try:
            for one in decision.occurrences:
                if one.state is Outcome.SUBMITTED:
                    jobs.append(await maker.job(due.schedule, one.nominal_time, due.last))
                    one = replace(one, job_id=jobs[-1].id)
                occurrences.append(one)
        except Unavailable:
            raise
        except NbTasksError as refused:
            return due.refused(decision, str(refused))
        if decision.cancels:
            await self._cancel(due)
        return due.fired(decision, occurrences, jobs)

    async def _cancel(self, due: DueSchedule) -> None:
        owner = Caller(due.schedule.owner, sees_all=False)
        for id in due.status.open_jobs:
            # It may be over by now, and even deleted.
            with suppress(Conflict, NotFound):
                await self._jobs.cancel(id, owner)

    async def _record(self, fired: Sequence[FiringResult]) -> None:
        stored = await self._occurrences.record(fired)
        for one, is_stored in zip(fired, stored, strict=True):
            if is_stored:
                await self._announce(one.schedule, one.jobs)

    async def _announce(self, schedule: Schedule, jobs: Sequence[Job]) -> None:
        self._events.announce(schedule)
        for job in jobs:
            self._jobs.announce(job)
        # Telling of hundreds takes a while: others have their turn in between.
        await asyncio.sleep(0)


def _all_decided(due_schedules: Sequence[DueSchedule]) -> list[Decision | FiringResult]:
    return [_decided(due) for due in due_schedules]


def _decided(due: DueSchedule) -> Decision | FiringResult:
    try:
        if due.has_failed_too_often:
            return _given_up(due)
        return decide(due.schedule, due.status, due.at)
    except Exception as error:
        return due.broken(_why(due.schedule, error))


def _given_up(due: DueSchedule) -> FiringResult:
    failures = due.status.failures
    message = f"Its last {failures} jobs failed." if failures > 1 else "Its last job failed."
    return due.paused(message, f"The schedule was paused: {message.lower()}")


def _why(schedule: Schedule, error: Exception) -> str:
    if isinstance(error, NbTasksError):
        return str(error)
    _log.warning("Schedule %s cannot be fired", schedule.id, exc_info=error)
    return f"It cannot be fired: {type(error).__name__}: {error}"
