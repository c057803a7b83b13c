"""Fires what is due: decides, makes the jobs, and stores both at once or neither."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..caller import Caller
from ..errors import Conflict, NbTasksError, NotFound, Unavailable
from ..jobs.model import Job
from ..jobs.service import JobService
from ..jobs.submission import Submission
from ..snapshots.keeper import Keeper
from .deciding import Decision, decide
from .due import Fired, Occasion
from .events import ScheduleEvents
from .job_maker import Drafts
from .model import Outcome, Schedule, State
from .occurrence_store import Ledger
from .queries import Histories
from .store import ScheduleStore

# So many schedules are looked at in one go, and so many stored in one transaction.
_BATCH = 500
_TRANSACTION = 100
# What cannot be read or stored just now, as on a full disk, is tried again after so long.
_HOLD = timedelta(seconds=5)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Office:
    """The parts that fire schedules and answer for them."""

    store: ScheduleStore
    ledger: Ledger
    histories: Histories
    jobs: JobService
    submission: Submission
    keeper: Keeper
    events: ScheduleEvents
    now: Callable[[], datetime]

    def drafts(self) -> Drafts:
        """Return what makes jobs of schedules, at one moment."""
        return Drafts(self.submission, self.keeper, self.now)

    async def occasions(self, schedules: Sequence[Schedule]) -> list[Occasion]:
        """Return how each of *schedules* stands now."""
        if not schedules:
            return []
        now, standings = self.now(), await self.ledger.standings(schedules)
        completed = {one.last_completed for one in standings.values() if one.last_completed}
        jobs = await self.histories.jobs(completed)
        return [
            Occasion(
                schedule=one,
                standing=standings[one.id],
                at=now,
                last=jobs.get(standings[one.id].last_completed or ""),
            )
            for one in schedules
        ]


class Firing:
    """Fires the schedules of one root.

    Any number of servers may do so on one database: who finds a schedule changed since it was
    read drops all that it had decided. One schedule that cannot be fired is paused and says
    why; the others are fired all the same.
    """

    def __init__(self, office: Office) -> None:
        self._use = office
        self._held: dict[str, datetime] = {}

    async def state(self) -> object:
        """Return what equals the last time's if there is nothing new to see."""
        return await self._use.ledger.state()

    async def next_due(self) -> datetime | None:
        """Return when `fire_due` has something to do."""
        due = await self._use.ledger.next_due(self._held)
        return min((at for at in (due, *self._held.values()) if at is not None), default=None)

    async def fire_due(self) -> None:
        """Fire what is due now, or the first part of a lot; then something may still be due."""
        now = self._use.now()
        self._held = {id: until for id, until in self._held.items() if until > now}
        due = await self._use.ledger.due(now, _BATCH, self._held)
        occasions, drafts = await self._use.occasions(due), self._use.drafts()
        for begin in range(0, len(due), _TRANSACTION):
            part = occasions[begin : begin + _TRANSACTION]
            decided = await asyncio.to_thread(_all_decided, part)
            pairs = zip(part, decided, strict=True)
            tried = [await self._try(occasion, one, drafts) for occasion, one in pairs]
            await self._record([one for one in tried if one is not None])

    async def promote_waiting(self) -> None:
        """Submit what waits for a job that is over now."""
        drafts = self._use.drafts()
        waiting = await self._use.ledger.waiting()
        occasions = await self._use.occasions([schedule for schedule, _ in waiting])
        for (schedule, nominal_time), occasion in zip(waiting, occasions, strict=True):
            try:
                job = await drafts.job(schedule, nominal_time, occasion.last)
                if await self._use.ledger.promote(schedule, job):
                    await self._announce(schedule, [job])
            except (Unavailable, OSError) as error:
                _log.warning("Schedule %s: %s", schedule.id, error)
            except Exception as error:
                await self._record([occasion.broken(_why(schedule, error))])

    async def look_at_failures(self, ids: Collection[str]) -> None:
        """Pause those of the schedules *ids* that have failed too often in a row."""
        found = []
        for id in ids:
            with suppress(NotFound):
                found.append(await self._use.store.get(id))
        active = [one for one in found if one.state is State.ACTIVE]
        for occasion in await self._use.occasions(active):
            if occasion.has_failed_too_often:
                await self._record([await asyncio.to_thread(_given_up, occasion)])

    async def _try(
        self, occasion: Occasion, decided: Decision | Fired, drafts: Drafts
    ) -> Fired | None:
        if isinstance(decided, Fired):
            return decided
        schedule = occasion.schedule
        try:
            return await self._fire(occasion, decided, drafts)
        except (Unavailable, OSError) as error:
            self._held[schedule.id] = occasion.at + _HOLD
            _log.warning("Schedule %s is tried again soon: %s", schedule.id, error)
            return None
        except Exception as error:
            return occasion.broken(_why(schedule, error))

    async def _fire(self, occasion: Occasion, decision: Decision, drafts: Drafts) -> Fired:
        jobs: list[Job] = []
        occurrences = []
        try:
            for one in decision.occurrences:
                if one.state is Outcome.SUBMITTED:
                    jobs.append(
                        await drafts.job(occasion.schedule, one.nominal_time, occasion.last)
                    )
                    one = replace(one, job_id=jobs[-1].id)
                occurrences.append(one)
        except Unavailable:
            raise
        except NbTasksError as refused:
            return occasion.refused(decision, str(refused))
        if decision.cancels:
            await self._cancel(occasion)
        return occasion.fired(decision, occurrences, jobs)

    async def _cancel(self, occasion: Occasion) -> None:
        owner = Caller(occasion.schedule.owner, sees_all=False)
        for id in occasion.standing.open_jobs:
            # It may be over by now, and even deleted.
            with suppress(Conflict, NotFound):
                await self._use.jobs.cancel(id, owner)

    async def _record(self, fired: Sequence[Fired]) -> None:
        stored = await self._use.ledger.record(fired)
        for one, is_stored in zip(fired, stored, strict=True):
            if is_stored:
                await self._announce(one.schedule, one.jobs)

    async def _announce(self, schedule: Schedule, jobs: Sequence[Job]) -> None:
        self._use.events.changed(schedule)
        for job in jobs:
            self._use.jobs.announce(job)
        # Telling of hundreds takes a while: others have their turn in between.
        await asyncio.sleep(0)


def _all_decided(occasions: Sequence[Occasion]) -> list[Decision | Fired]:
    return [_decided(occasion) for occasion in occasions]


def _decided(occasion: Occasion) -> Decision | Fired:
    try:
        if occasion.has_failed_too_often:
            return _given_up(occasion)
        return decide(occasion.schedule, occasion.standing, occasion.at)
    except Exception as error:
        return occasion.broken(_why(occasion.schedule, error))


def _given_up(occasion: Occasion) -> Fired:
    failures = occasion.standing.failures
    message = f"Its last {failures} jobs failed." if failures > 1 else "Its last job failed."
    return occasion.paused(message, f"The schedule was paused: {message.lower()}")


def _why(schedule: Schedule, error: Exception) -> str:
    if isinstance(error, NbTasksError):
        return str(error)
    _log.warning("Schedule %s cannot be fired", schedule.id, exc_info=error)
    return f"It cannot be fired: {type(error).__name__}: {error}"
