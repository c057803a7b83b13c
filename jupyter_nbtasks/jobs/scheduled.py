"""What schedules need of the jobs' table, inside a transaction of theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
)

from ..ids import id_prefix
from .model import Job, Status
from .tables import job_of, jobs, row_of

_OPEN = [status for status in Status if not status.is_final]
_COUNTED = 100

_others = jobs.alias()


@dataclass(frozen=True, kw_only=True)
class Past:
    """The ids of a schedule's open jobs and of its last completed one, and failures since."""

    open_jobs: tuple[str, ...] = ()
    last_completed: str | None = None
    failures: int = 0


def add_jobs(db: Connection, several: Sequence[Job]) -> None:
    """Store *several* jobs; raises IntegrityError if the occurrence of one has a job already."""
    if several:
        db.execute(insert(jobs), [row_of(job) for job in several])


def open_jobs(db: Connection, schedule_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the ids of the jobs that are not over, of each schedule that has one."""
    found = select(jobs.c.schedule_id, jobs.c.id).where(
        jobs.c.schedule_id.in_(schedule_ids), jobs.c.status.in_(_OPEN)
    )
    running: dict[str, list[str]] = {}
    for schedule_id, id in db.execute(found.order_by(jobs.c.id)):
        running.setdefault(schedule_id, []).append(id)
    return running


def pasts(db: Connection, since: Mapping[str, datetime]) -> dict[str, Past]:
    """Return what is past of each schedule; its failures in a row count *since* that moment.

    Those are the jobs that failed after the last one that completed; a cancelled one is neither.
    """
    running = open_jobs(db, since)
    return {id: _past(db, id, at, running.get(id, ())) for id, at in since.items()}


def last_of(db: Connection, schedule_id: str) -> Job | None:
    """Return the job that the schedule submitted last."""
    found = select(jobs).where(jobs.c.schedule_id == schedule_id).order_by(jobs.c.id.desc())
    row = db.execute(found.limit(1)).one_or_none()
    return None if row is None else job_of(row)


def by_ids(db: Connection, ids: Collection[str]) -> dict[str, Job]:
    """Return those of the jobs *ids* that are there."""
    found = select(jobs).where(jobs.c.id.in_(ids))
    return {row.id: job_of(row) for row in db.execute(found)}


def is_counted_on(schedule_ids: Select[str]) -> ColumnElement[bool]:
    """Jobs that those schedules look back to: the last that completed, and who failed since.

    Of failures the last hundred: more in a row are only counted while they are there.
    """
    of_same = _others.c.schedule_id == jobs.c.schedule_id
    completed = select(func.max(_others.c.id)).where(of_same, _others.c.status == Status.COMPLETED)
    failed = select(_others.c.id).where(of_same, _others.c.status == Status.FAILED)
    hundredth = failed.order_by(_others.c.id.desc()).offset(_COUNTED - 1).limit(1)
    since = [func.coalesce(found.scalar_subquery(), "") for found in (completed, hundredth)]
    return and_(
        jobs.c.schedule_id.in_(schedule_ids),
        jobs.c.id >= since[0],
        or_(jobs.c.status == Status.COMPLETED, jobs.c.id >= since[1]),
        jobs.c.status.in_([Status.COMPLETED, Status.FAILED]),
    )


def _past(db: Connection, id: str, since: datetime, running: Sequence[str]) -> Past:
    completed = db.execute(_LAST, {"schedule": id, "status": Status.COMPLETED}).scalar()
    bounds = {"schedule": id, "after": max(id_prefix(since), completed or "")}
    return Past(
        open_jobs=tuple(running),
        last_completed=completed,
        failures=db.execute(_FAILURES, bounds).scalar_one(),
    )


_SCHEDULE = jobs.c.schedule_id == bindparam("schedule")
_LAST = select(func.max(jobs.c.id)).where(_SCHEDULE, jobs.c.status == bindparam("status"))
_FAILURES = select(func.count()).where(
    _SCHEDULE, jobs.c.status == Status.FAILED, jobs.c.id > bindparam("after")
)
