"""Keeps what is due, how its schedule stands, and what was decided of it, with its jobs."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import compress

from sqlalchemy import Connection, Select, case, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from ..database import Database, of_root, unindexed
from ..jobs.model import Job
from ..jobs.sql import scheduled
from .deciding import CLOCK_AHEAD, TOLERANCE, again
from .due import FiringResult
from .model import Occurrence, Outcome, Schedule, State
from .store import add_occurrences, give_up, save_several
from .tables import DAMAGED, is_active, is_queued, occurrences, read, schedules

_log = logging.getLogger(__name__)


class OccurrenceStore:
    """The occurrences of the schedules of one *root*; of all roots for None."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._root = root
        self._in_root = of_root(schedules, root)

    async def state(self) -> object:
        """Return a value that equals the previous one if nothing here was changed in between."""
        return await self._database.state()

    async def next_due(self, but: Collection[str] = ()) -> datetime | None:
        """Return when the next schedule, none of *but*, is due."""
        earliest = select(func.min(schedules.c.next_run_at)).where(
            self._in_root, is_active, schedules.c.id.not_in(but)
        )
        try:
            return await self._database.read(lambda db: db.execute(earliest).scalar())
        except (ValueError, TypeError):  # SQLite may hold anything in that column.
            await self._pause_damaged(select(schedules.c.id).where(self._in_root, is_active))
            return await self.next_due(but)

    async def due(self, now: datetime, limit: int, but: Collection[str] = ()) -> list[Schedule]:
        """Return schedules that are due, none of *but*, the longest due first.

        Those whose row cannot be read are paused instead, and say so.
        """
        found = (
            select(schedules.c.id)
            .where(self._in_root, is_active)
            .where(schedules.c.next_run_at <= now, schedules.c.id.not_in(but))
            .order_by(schedules.c.next_run_at, schedules.c.id)
            .limit(limit)
        )
        several = await self._database.read(lambda db: read(db, db.execute(found).scalars().all()))
        if any(not one.request for one in several):
            await self._pause_damaged(found)
        return [one for one in several if one.request]

    async def record(self, fired: Sequence[FiringResult]) -> list[bool]:
        """Store each of *fired* whole or not at all; return which ones were.

        One is not stored if its schedule was changed meanwhile, or does not stand as assumed.
        """
        try:
            return await self._database.write(lambda db: _record(db, fired))
        except IntegrityError:
            if len(fired) == 1:
                return await self._record_again(fired)
        # One of them has an occurrence that is decided already: the others are to be stored.
        return [(await self.record([one]))[0] for one in fired]

    async def correct(self, now: datetime) -> list[Schedule]:
        """Let what is due go by *now*, where the clock had been ahead; return those schedules.

        What was decided of times that are still to come is marked, and decided again then.
        """
        return await self._database.write(lambda db: _correct(db, self._ahead(now), now))

    def _ahead(self, now: datetime) -> Select[str]:
        return select(schedules.c.id).where(self._in_root, schedules.c.updated_at > now + TOLERANCE)

    async def _record_again(self, fired: Sequence[FiringResult]) -> list[bool]:
        """Record what was decided before, if that was by a clock that was ahead."""
        try:
            return await self._database.write(lambda db: _record(db, _cleared(db, fired)))
        except IntegrityError:
            return [False]

    async def waiting(self) -> list[tuple[Schedule, datetime]]:
        """Return each schedule that has nothing running, with its first waiting occurrence."""
        root = schedules.c.root if self._root is None else self._root
        found = (
            select(occurrences.c.schedule_id, func.min(occurrences.c.nominal_time))
            .join(schedules, schedules.c.id == occurrences.c.schedule_id)
            .where(unindexed(schedules.c.root) == root, is_queued)
            .group_by(occurrences.c.schedule_id)
        )
        return await self._database.read(
            lambda db: _idle(db, {row[0]: row[1] for row in db.execute(found)})
        )

    async def promote(self, schedule: Schedule, job: Job) -> bool:
        """Let a waiting occurrence have *job*; return whether it still waited and may run."""
        return await self._database.write(lambda db: _promote(db, schedule, job))

    async def _pause_damaged(self, found: Select[str]) -> None:
        await self._database.write(
            lambda db: _pause_damaged(db, read(db, db.execute(found).scalars().all()))
        )

    async def add_job(self, job: Job) -> None:
        """Store a *job* of a schedule that is not an occurrence."""
        await self._database.write(lambda db: scheduled.add_jobs(db, [job]))


def _pause_damaged(db: Connection, several: Sequence[Schedule]) -> None:
    for one in several:
        if not one.request:
            _log.warning("Schedule %s is paused: %s", one.id, DAMAGED)
            damaged = update(schedules).where(schedules.c.id == one.id)
            db.execute(damaged.values(state=State.PAUSED, message=DAMAGED, next_run_at=None))
            give_up(db, one.id, one.updated_at)


def _record(db: Connection, fired: Sequence[FiringResult]) -> list[bool]:
    running = scheduled.open_jobs(db, [one.schedule.id for one in fired if one.assumes_idle])
    holds = [
        not one.assumes_idle or set(running.get(one.schedule.id, ())) <= set(one.cancelled)
        for one in fired
    ]
    saved = iter(save_several(db, [(one.schedule, one.was) for one in compress(fired, holds)]))
    stored = [is_so and next(saved) for is_so in holds]
    done = list(compress(fired, stored))
    add_occurrences(db, [occurrence for one in done for occurrence in one.occurrences])
    scheduled.add_jobs(db, [job for one in done for job in one.jobs])
    return stored


def _correct(db: Connection, ahead: Select[str], now: datetime) -> list[Schedule]:
    pairs = []
    for was in read(db, db.execute(ahead).scalars().all()):
        made_ahead = (
            occurrences.c.schedule_id == was.id,
            occurrences.c.until > now,
            occurrences.c.decided_at > now + TOLERANCE,
        )
        undone = db.execute(select(func.sum(occurrences.c.count)).where(*made_ahead)).scalar()
        # One that makes no sense is paused once it is due.
        with suppress(ValueError):
            pairs.append((was.corrected(now, undone or 0).next_version(now), was))
        state = case((is_queued, Outcome.SKIPPED.value), else_=occurrences.c.state)
        marked = update(occurrences).where(*made_ahead)
        db.execute(marked.values(state=state, why=CLOCK_AHEAD))
    save_several(db, pairs)
    return [schedule for schedule, _ in pairs]


def _cleared(db: Connection, fired: Sequence[FiringResult]) -> list[FiringResult]:
    """Make room for the occurrences of *fired* where a clock that was ahead has left some."""
    cleared = [[_clear(db, each) for each in one.occurrences] for one in fired]
    return [replace(one, occurrences=now) for one, now in zip(fired, cleared, strict=True)]


def _clear(db: Connection, one: Occurrence) -> Occurrence:
    left = (
        occurrences.c.schedule_id == one.schedule_id,
        occurrences.c.nominal_time == one.nominal_time,
        occurrences.c.why == CLOCK_AHEAD,
    )
    row = db.execute(select(occurrences.c.job_id).where(*left)).one_or_none()
    if row is None:
        return one
    db.execute(delete(occurrences).where(*left))
    if row.job_id is not None:
        scheduled.forget_occurrence(db, row.job_id)
    return again(one, row.job_id)


def _idle(db: Connection, first: dict[str, datetime]) -> list[tuple[Schedule, datetime]]:
    if not first:
        return []
    running = scheduled.open_jobs(db, list(first))
    several = read(db, [id for id in first if id not in running])
    return [(one, first[one.id]) for one in several if one.request]


def _promote(db: Connection, schedule: Schedule, job: Job) -> bool:
    # PostgreSQL lets nobody else promote for this schedule before we are done.
    db.execute(select(schedules.c.id).where(schedules.c.id == schedule.id).with_for_update())
    if scheduled.open_jobs(db, [schedule.id]):
        return False
    waits = update(occurrences).where(
        occurrences.c.schedule_id == schedule.id,
        occurrences.c.nominal_time == job.nominal_time,
        is_queued,
    )
    values = {"state": Outcome.SUBMITTED, "job_id": job.id, "decided_at": job.created_at}
    if not db.execute(waits.values(values)).rowcount:
        return False
    scheduled.add_jobs(db, [job])
    return True
