"""What is kept of attempts that have ended, and what became of a schedule's jobs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from .model import CellError, Job, Reason, Status, Usage


@dataclass(frozen=True, kw_only=True)
class AttemptRecord:
    """How one attempt at a job went; *server* is the name of the one that ran it.

    *status* is COMPLETED, FAILED or CANCELLED; *error* has no traceback.
    """

    number: int
    server: str | None
    started_at: datetime | None
    ended_at: datetime
    status: Status
    reason: Reason | None
    message: str | None
    error: CellError | None
    usage: Usage


def ended_attempt(job: Job, was: Job) -> AttemptRecord | None:
    """Return the attempt that ended when *was* became *job*, None if none did."""
    # One that waits to be tried again has no end of its own: its delay began then.
    ended_at = job.ended_at
    if job.attempt > was.attempt and job.not_before is not None:
        ended_at = job.not_before - was.retry_delay()
    if not was.status.is_held or ended_at is None:
        return None
    return AttemptRecord(
        number=was.attempt,
        server=was.server,
        started_at=was.started_at,
        ended_at=ended_at,
        status=job.status if job.status.is_final else Status.FAILED,
        reason=job.reason,
        message=job.message,
        error=job.error and replace(job.error, traceback=[]),
        usage=job.usage,
    )


@dataclass(frozen=True, kw_only=True)
class Past:
    """The ids of a schedule's open jobs and of its last completed one, and failures since."""

    open_jobs: tuple[str, ...] = ()
    last_completed: str | None = None
    failures: int = 0
