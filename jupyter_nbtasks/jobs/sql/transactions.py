"""What is written of jobs, each inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, and_, bindparam, delete, insert, update

from ...errors import Stale
from ...storage.digest import digest
from ..history import AttemptRecord
from ..model import CellRecord, Job
from .queries import HELD
from .tables import attempt_row, attempts, cells, job_of, jobs, saved_files

Values = dict[str, Any]
Records = Sequence[CellRecord]

# Built once, since building them takes longer than the database needs to answer.
_HAS_TOKEN = and_(
    jobs.c.id == bindparam("was_id"),
    jobs.c.attempt == bindparam("was_attempt"),
    jobs.c.server.is_not_distinct_from(bindparam("was_server")),
)
_SAVE = update(jobs).where(_HAS_TOKEN, jobs.c.status == bindparam("was_status"))
_RECORD = update(jobs).where(_HAS_TOKEN, jobs.c.status.in_(HELD))
_FORGET = delete(cells).where(
    cells.c.job_id == bindparam("was_id"),
    cells.c.attempt == bindparam("was_attempt"),
    cells.c.index.in_(bindparam("indexes", expanding=True)),
)
_KEEP = insert(cells)


def save(db: Connection, was: Job, values: Values, records: Records) -> None:
    """Store *values* and the cells' *records* of a job; raises Stale if it is not as it *was*."""
    _change(db, _SAVE, was, values | {"was_status": was.status})
    _keep(db, was, records)


def record(db: Connection, job: Job, values: Values, records: Records) -> None:
    """Store *values* and the cells' *records* of *job*; raises Stale if it is not held so."""
    _change(db, _RECORD, job, values)
    _keep(db, job, records)


def _change(db: Connection, changed: Update, was: Job, values: Values) -> None:
    token = {"was_id": was.id, "was_attempt": was.attempt, "was_server": was.server}
    if values.keys() <= {"was_status"}:
        # A column is set to itself so that the token is checked even where nothing else changes.
        changed = changed.values(status=jobs.c.status)
    if not db.execute(changed, values | token).rowcount:
        raise stale(was)


def _keep(db: Connection, job: Job, records: Records) -> None:
    if not records:
        return
    these = {"was_id": job.id, "was_attempt": job.attempt}
    db.execute(_FORGET, these | {"indexes": [one.index for one in records]})
    key = {"job_id": job.id, "attempt": job.attempt}
    db.execute(_KEEP, [vars(one) | key for one in records])


def add_attempt(db: Connection, job: Job, record: AttemptRecord) -> None:
    """Store *record* of an attempt at *job* that has ended."""
    db.execute(insert(attempts).values(job_id=job.id, **attempt_row(record)))


def remove(db: Connection, *where: ColumnElement[bool]) -> list[Job]:
    """Remove jobs, and by ON DELETE CASCADE their cells and whatever else refers to them.

    Return them, the oldest first. Which file each had written is not forgotten.
    """
    gone = delete(jobs).where(*where).returning(*jobs.c)
    removed = sorted((job_of(row) for row in db.execute(gone)), key=lambda job: job.id)
    files = {
        file_key(job.root, str(job.output_path)): job.saved_hash
        for job in removed
        if job.saved_hash is not None and _is_written_again(job)
    }
    if files:
        db.execute(delete(saved_files).where(saved_files.c.key.in_(files)))
        rows = [{"key": key, "hash": hash} for key, hash in files.items()]
        db.execute(insert(saved_files), rows)
    return removed


def _is_written_again(job: Job) -> bool:
    """Whether another job may write the same file: its name does not tell the run apart."""
    asked, written = str(job.request.get("output_path")), str(job.output_path)
    return "{" not in asked and job.id not in written


def file_key(root: str, path: str) -> str:
    """Return what stands for the file *path* of *root*."""
    return digest(f"{root}\0{path}".encode())


def stale(job: Job) -> Stale:
    """Return what says that *job* is somebody else's by now."""
    return Stale(f"Job {job.id} is no longer {job.status} in attempt {job.attempt}.")
