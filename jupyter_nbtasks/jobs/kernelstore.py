"""Keeps which kernel processes servers have started, until they have ended."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Delete, delete, insert, select, update

from ..database import Database
from .model import Job
from .tables import jobs, kernels


@dataclass(frozen=True, kw_only=True)
class StartedKernel:
    """The *process* that runs an attempt at a job, and the *server* that started it, by names."""

    job_id: str
    attempt: int
    server: str
    process: str


class KernelStore:
    """The kernel processes of the jobs of one *root*, on whatever machine they are."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._in_root = jobs.c.root == root if root is not None else jobs.c.root.is_not(None)

    async def add(self, job: Job, process: str) -> None:
        """Note that *process* is the kernel of the present attempt at *job*."""
        key = {"job_id": job.id, "attempt": job.attempt, "server": job.server}
        adding = insert(kernels).values(process=process, **key)
        await self._database.write(lambda db: db.execute(adding))

    async def remove(self, job: Job, kernel_id: str) -> None:
        """Note that the kernel of that attempt at *job* has ended."""
        # A failed job may have kept it.
        kept = update(jobs).where(jobs.c.id == job.id, jobs.c.kernel_id == kernel_id)

        def write(db: Connection) -> None:
            db.execute(_removal(job.id, job.attempt))
            db.execute(kept.values(kernel_id=None))

        await self._database.write(write)

    async def forget(self, kernel: StartedKernel) -> None:
        """Note that *kernel*, whose server was lost, has ended."""
        await self._database.write(lambda db: db.execute(_removal(kernel.job_id, kernel.attempt)))

    async def of(self, job: Job) -> list[StartedKernel]:
        """Return the kernel of the present attempt at *job*, if it has one."""
        return await self._found(kernels.c.job_id == job.id, kernels.c.attempt == job.attempt)

    async def all(self) -> list[StartedKernel]:
        """Return every kernel that was not seen to end."""
        return await self._found(self._in_root)

    async def _found(self, *where: ColumnElement[bool]) -> list[StartedKernel]:
        found = select(kernels).join(jobs).where(*where)
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [StartedKernel(**row._mapping) for row in rows]


def _removal(job_id: str, attempt: int) -> Delete:
    return delete(kernels).where(kernels.c.job_id == job_id, kernels.c.attempt == attempt)
