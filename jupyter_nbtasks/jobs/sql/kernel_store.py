"""Keeps which kernel processes servers have started, until they have ended."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from ...database import Database, of_root
from ..model import Job, StartedKernel
from .tables import jobs, kernels


class KernelStore:
    """The kernel processes of the jobs of one *root*, on whatever machine they are."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._in_root = of_root(jobs, root)

    async def add(self, job: Job, process: str) -> None:
        """Note that *process* is the kernel of the present attempt at *job*."""
        key = {"job_id": job.id, "attempt": job.attempt, "server": job.server}
        adding = insert(kernels).values(process=process, **key)

        def write(db: Connection) -> None:
            # An attempt that was given back may have had one.
            db.execute(delete(kernels).where(_is_of(job.id, job.attempt)))
            db.execute(adding)

        await self._database.write(write)

    async def remove(self, job_id: str, attempt: int) -> None:
        """Note that the kernel of that attempt has ended; a failed job may have kept it."""
        kept = update(jobs).where(jobs.c.id == job_id, jobs.c.attempt == attempt)

        def write(db: Connection) -> None:
            db.execute(delete(kernels).where(_is_of(job_id, attempt)))
            db.execute(kept.values(kernel_id=None))

        await self._database.write(write)

    async def of(self, job: Job) -> list[StartedKernel]:
        """Return the kernel of the present attempt at *job*, if it has one."""
        return await self._found(_is_of(job.id, job.attempt))

    async def all(self) -> list[StartedKernel]:
        """Return every kernel that was not seen to end."""
        return await self._found(self._in_root)

    async def _found(self, *where: ColumnElement[bool]) -> list[StartedKernel]:
        found = select(kernels).join(jobs).where(*where)
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [StartedKernel(**row._mapping) for row in rows]


def _is_of(job_id: str, attempt: int) -> ColumnElement[bool]:
    return and_(kernels.c.job_id == job_id, kernels.c.attempt == attempt)
