"""How a job is cancelled in the store; what runs it, here or elsewhere, notices."""

from __future__ import annotations

from datetime import datetime

from ..errors import Conflict, again_while_stale
from .model import Job, Status
from .sql.store import JobStore


@again_while_stale
async def cancel(store: JobStore, id: str, owner: str | None, now: datetime) -> tuple[Job, bool]:
    """Return job *id* as it is now, and whether that is news.

    It is CANCELLED at once if it waits, else CANCELLING until its kernel lets go of it. Raises
    NotFound, also where it is not *owner*'s, and Conflict if it is final.
    """
    job = await store.get(id, owner)
    if job.status.is_final:
        msg = f"Job {id} is {job.status} already; there is nothing to cancel."
        raise Conflict(msg, reason="already_final")
    if job.status is Status.CANCELLING:
        return job, False
    waits = job.status is Status.SUBMITTED
    message = "It was cancelled before it ran."
    changed = job.cancelled(now, message=message) if waits else job.cancelling()
    await store.save(changed, was=job)
    return changed, True
