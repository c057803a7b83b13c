"""Finds how schedules stand, and what they did: their occurrences, and the jobs of these."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from ..database import Database
from ..jobs.model import Job
from ..jobs.sql import scheduled
from .deciding import CLOCK_AHEAD, ScheduleStatus
from .due import DueSchedule
from .history import History
from .model import Occurrence, Schedule
from .requests import OccurrencesQuery
from .tables import is_queued, occurrence_of, occurrences, schedules

_RECENT = 10


class HistoryQueries:
    """How schedules stand and what they did, as *database* has it."""

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

    async def due(self, several: Sequence[Schedule], at: datetime) -> list[DueSchedule]:
        """Return how each of *several* schedules stands *at* this moment."""
        if not several:
            return []
        statuses = await self._database.read(lambda db: _statuses(db, several))
        completed = {one.last_completed for one in statuses.values() if one.last_completed}
        jobs = await self.jobs(completed)
        return [
            DueSchedule(
                schedule=schedule,
                status=statuses[schedule.id],
                at=at,
                last=jobs.get(statuses[schedule.id].last_completed or ""),
            )
            for schedule in several
        ]

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


def _statuses(db: Connection, several: Sequence[Schedule]) -> dict[str, ScheduleStatus]:
    pasts = scheduled.pasts(db, {one.id: one.since for one in several})
    waiting, recorded = _waiting(db, list(pasts)), _recorded(db, list(pasts))
    return {
        id: ScheduleStatus(
            open_jobs=past.open_jobs,
            failures=past.failures,
            last_completed=past.last_completed,
            waiting=waiting.get(id, 0),
            recorded=tuple(recorded.get(id, ())),
        )
        for id, past in pasts.items()
    }


def _waiting(db: Connection, ids: Sequence[str]) -> dict[str, int]:
    found = select(occurrences.c.schedule_id, func.count()).where(
        is_queued, occurrences.c.schedule_id.in_(ids)
    )
    return {row[0]: row[1] for row in db.execute(found.group_by(occurrences.c.schedule_id))}


def _recorded(db: Connection, ids: Sequence[str]) -> dict[str, list[tuple[datetime, datetime]]]:
    """Return the spans of what is decided and yet due again, or will be."""
    found = (
        select(occurrences.c.schedule_id, occurrences.c.nominal_time, occurrences.c.until)
        .join(schedules, schedules.c.id == occurrences.c.schedule_id)
        .where(schedules.c.id.in_(ids), occurrences.c.until >= schedules.c.next_run_at)
        .where(occurrences.c.why.is_distinct_from(CLOCK_AHEAD))
    )
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for id, first, until in db.execute(found):
        spans.setdefault(id, []).append((first, until))
    return spans
