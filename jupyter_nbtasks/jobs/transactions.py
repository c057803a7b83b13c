"""What is written of jobs, each inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, update

from ..errors import Stale
from .history import AttemptRecord
from .model import CellRecord, Job
from .tables import attempt_row, attempts, cells, jobs


def change(
    db: Connection,
    job: Job,
    token: ColumnElement[bool],
    values: dict[str, Any],
    records: Sequence[CellRecord],
) -> None:
    """Store *values* and the cells' *records* of *job*; raises Stale if *token* finds it not."""
    # Setting a column to itself: the token must be checked also where nothing else changes.
    changed = update(jobs).where(token).values(values or {"status": jobs.c.status})
    if not db.execute(changed).rowcount:
        raise _stale(job)
    if not records:
        return
    key = {"job_id": job.id, "attempt": job.attempt}
    these = and_(cells.c.job_id == job.id, cells.c.attempt == job.attempt)
    indexes = [record.index for record in records]
    db.execute(delete(cells).where(these, cells.c.index.in_(indexes)))
    db.execute(insert(cells), [vars(record) | key for record in records])


def add_attempt(db: Connection, job: Job, record: AttemptRecord) -> None:
    """Store *record* of an attempt at *job* that has ended."""
    db.execute(insert(attempts).values(job_id=job.id, **attempt_row(record)))


def remove(db: Connection, job: Job) -> None:
    """Remove *job* and all that is kept of it; raises Stale if it changed meanwhile."""
    for table in (cells, attempts):
        db.execute(delete(table).where(table.c.job_id == job.id))
    token = and_(jobs.c.id == job.id, jobs.c.status == job.status)
    if not db.execute(delete(jobs).where(token)).rowcount:
        raise _stale(job)


def _stale(job: Job) -> Stale:
    return Stale(f"Job {job.id} is no longer {job.status} in attempt {job.attempt}.")
