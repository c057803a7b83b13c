"""Removes jobs with all that is kept of them alone, and finds those that need not be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    or_,
    select,
)

from ...database import Database, of_root
from ...ids import id_prefix
from ..model import Job, Status
from .tables import jobs
from .transactions import remove

# So many at a time, so that nobody waits long for the one writer.
_BATCH = 100
# A request that is repeated within this time is not to run again.
_REPEATED = timedelta(days=1)
_OVER = [status for status in Status if status.is_final]


class JobRemover:
    """The jobs of one *root*, of whichever owner, that are over and that nothing needs.

    It spares a job whose kernel is kept, one whose idempotency key is younger than a day, and
    what *spared* says.
    """

    def __init__(self, database: Database, root: str | None, spared: ColumnElement[bool]) -> None:
        self._database = database
        self._is_over = and_(of_root(jobs, root), jobs.c.status.in_(_OVER))
        self._spared = spared

    async def beyond_number(self, number: int) -> str | None:
        """Return the newest job that is over and not among the newest *number*; None if all are."""
        beyond = select(jobs.c.id).where(self._is_over).order_by(jobs.c.id.desc())
        return await self._scalar(beyond.offset(number).limit(1))

    async def beyond_bytes(self, most: int) -> str | None:
        """Return the newest job with which those that are over have more than *most* bytes."""
        size = jobs.c.input_size + jobs.c.output_size
        running = func.sum(size).over(order_by=jobs.c.id.desc())
        sums = select(jobs.c.id, running.label("total")).where(self._is_over).subquery()
        return await self._scalar(select(func.max(sums.c.id)).where(sums.c.total > most))

    async def ended_before(self, moment: datetime, now: datetime) -> list[Job]:
        """Remove some of the jobs that ended before *moment*; return them."""
        # Ids sort by submission, and no job ends before that.
        return await self._remove(jobs.c.id < id_prefix(moment), jobs.c.ended_at < moment, now=now)

    async def up_to(self, id: str, now: datetime) -> list[Job]:
        """Remove some of job *id* and the older ones; return them."""
        return await self._remove(jobs.c.id <= id, now=now)

    async def _remove(self, *where: ColumnElement[bool], now: datetime) -> list[Job]:
        repeated = and_(jobs.c.idempotency_key.is_not(None), jobs.c.created_at > now - _REPEATED)
        needed = or_(jobs.c.kernel_id.is_not(None), repeated, self._spared)
        found = select(jobs.c.id).where(self._is_over, *where, ~needed)
        oldest = found.order_by(jobs.c.id).limit(_BATCH)

        def batch(db: Connection) -> list[Job]:
            ids = db.execute(oldest).scalars().all()
            return remove(db, jobs.c.id.in_(ids)) if ids else []

        return await self._database.write(batch)

    async def _scalar(self, found: Select[str]) -> str | None:
        return await self._database.read(lambda db: db.execute(found).scalar())
