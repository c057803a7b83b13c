"""What is written of jobs, each inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, update

from ..blobs import digest
from ..errors import Stale
from .history import AttemptRecord
from .model import CellRecord, Job
from .tables import attempt_row, attempts, cells, job_of, jobs, saved_files


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
        raise stale(job)
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
    """Whether another job may write the same file: it is named after no single run."""
    asked, written = str(job.request.get("output_path")), str(job.output_path)
    return "{" not in asked and job.id not in written


def file_key(root: str, path: str) -> str:
    """Return what stands for the file *path* of *root*."""
    return digest(f"{root}\0{path}".encode())


def stale(job: Job) -> Stale:
    """Return what says that *job* is somebody else's by now."""
    return Stale(f"Job {job.id} is no longer {job.status} in attempt {job.attempt}.")
