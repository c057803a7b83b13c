"""What schedules need of the jobs' table, inside their own transactions."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    String,
    and_,
    cast,
    column,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from ...ids import id_prefix
from ..history import Past
from ..model import Job, Status
from .tables import job_of, jobs, row_of

_OPEN = [status for status in Status if not status.is_final]
_COUNTED = 100

_others = jobs.alias()


def add_jobs(db: Connection, several: Sequence[Job]) -> None:
    """Store *several* jobs; raises IntegrityError if the occurrence of one has a job already."""
    if several:
        db.execute(insert(jobs), [row_of(job) for job in several])


def forget_occurrence(db: Connection, id: str) -> None:
    """Let job *id* be that of no nominal time any more, so that another can be."""
    db.execute(update(jobs).where(jobs.c.id == id).values(nominal_time=None))


def open_jobs(db: Connection, schedule_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the ids of the jobs that are not over, of each schedule that has one."""
    found = select(jobs.c.schedule_id, jobs.c.id).where(
        jobs.c.schedule_id.in_(schedule_ids), jobs.c.status.in_(_OPEN)
    )
    running: dict[str, list[str]] = {}
    # Sorted here: asked for the order, SQLite walks all jobs of a schedule, also those over.
    for schedule_id, id in sorted(map(tuple, db.execute(found))):
        running.setdefault(schedule_id, []).append(id)
    return running


def pasts(db: Connection, since: Mapping[str, datetime]) -> dict[str, Past]:
    """Return what is past of each schedule; its failures in a row count *since* that moment.

    Those are the jobs that failed after the last one that completed; a cancelled one is neither.
    """
    running = open_jobs(db, since)
    completed = _looked_up(db, _last_completed, dict.fromkeys(since, ""))
    after = {id: max(id_prefix(at), completed[id] or "") for id, at in since.items()}
    failures = _looked_up(db, _failures, after)
    return {
        id: Past(
            open_jobs=tuple(running.get(id, ())),
            last_completed=completed[id],
            failures=failures[id],
        )
        for id in since
    }


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
    """Jobs that those schedules look back to: the last that completed, and those that failed since.

    These are the last hundred failures: more in a row are only counted while they are there.
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


def _looked_up(
    db: Connection, look: Callable[[FromClause], ScalarSelect[Any]], after: Mapping[str, str]
) -> dict[str, Any]:
    """Return what *look* finds of each schedule among the jobs *after* that id.

    It is one statement, but each is found by the index: grouped, SQLite would walk all their jobs.
    """
    if not after:
        return {}
    # They are one value, so that the statement is the same for any number and is compiled once.
    asked = literal(json.dumps(after), String)
    is_sqlite = db.dialect.name == "sqlite"
    each = func.json_each(asked) if is_sqlite else func.json_each_text(cast(asked, JSON))
    rows = each.table_valued(column("key", String), column("value", String)).alias("asked")
    return {row[0]: row[1] for row in db.execute(select(rows.c.key, look(rows)))}


def _last_completed(asked: FromClause) -> ScalarSelect[str]:
    of_it = (jobs.c.schedule_id == asked.c.key, jobs.c.status == Status.COMPLETED)
    newest = select(jobs.c.id).where(*of_it).order_by(jobs.c.status.desc(), jobs.c.id.desc())
    return newest.limit(1).correlate(asked).scalar_subquery()


def _failures(asked: FromClause) -> ScalarSelect[int]:
    of_it = (jobs.c.schedule_id == asked.c.key, jobs.c.status == Status.FAILED)
    found = select(func.count()).where(*of_it, jobs.c.id > asked.c.value)
    return found.correlate(asked).scalar_subquery()
