"""Finds what a schedule did: its occurrences, and the jobs of these."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from ..database import Database
from ..jobs.model import Job
from ..jobs.sql import scheduled
from .history import History
from .model import Occurrence, Schedule
from .requests import OccurrencesQuery
from .tables import occurrence_of, occurrences

_RECENT = 10


class HistoryQueries:
    """What schedules did, as *database* has it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, schedule: Schedule, query: OccurrencesQuery) -> list[Occurrence]:
        """Return the occurrences of *query*'s page, newest first, and one more if there is one."""
        found = select(occurrences).where(occurrences.c.schedule_id == schedule.id)
        if query.cursor is not None:
            found = found.where(occurrences.c.nominal_time < query.cursor)
        found = found.order_by(occurrences.c.nominal_time.desc()).limit(query.limit + 1)
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [occurrence_of(row) for row in rows]

    async def of(self, several: Sequence[Schedule]) -> list[History]:
        """Return what each of *several* schedules did last."""
        return await self._database.read(lambda db: [_history(db, one) for one in several])

    async def jobs(self, ids: Collection[str]) -> dict[str, Job]:
        """Return those of the jobs *ids* that are still there."""
        return await self._database.read(lambda db: scheduled.by_ids(db, ids)) if ids else {}


def _history(db: Connection, schedule: Schedule) -> History:
    found = select(occurrences).where(occurrences.c.schedule_id == schedule.id)
    latest = found.order_by(occurrences.c.nominal_time.desc()).limit(_RECENT)
    recent = [occurrence_of(row) for row in db.execute(latest)]
    ids = [one.job_id for one in recent if one.job_id is not None]
    past = scheduled.pasts(db, {schedule.id: schedule.since})[schedule.id]
    return History(
        last_job=scheduled.last_of(db, schedule.id),
        recent=recent,
        jobs=scheduled.by_ids(db, ids),
        failures=past.failures,
    )
