"""Jobs, as the store has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from ...jobs.cancelling import cancel
from ...jobs.model import CellRecord, Job
from ...jobs.requests import JobQuery
from ...jobs.sql.store import JobStore
from ...kernels.environment_store import EnvironmentStore
from ...kernels.model import KernelSpec
from ...rest.paging import page_of
from ...rest.schemas import read
from ..session import me, only_one
from .opening import opened

# So often it is looked whether a job has ended.
_LOOK_SECONDS = 0.5


async def newest(status: str | None, search: str | None, limit: int) -> list[Job]:
    """Return the newest jobs of all roots."""
    query = read(JobQuery, {"status": status, "q": search, "limit": limit})
    async with _store() as store:
        return page_of(await store.page(query, me().only), limit)[0]


async def with_cells(beginning: str) -> tuple[Job, KernelSpec | None, list[CellRecord]]:
    """Return the only job whose id begins so, its environment if known, and its code cells."""
    async with opened() as (database, root):
        store = JobStore(database, root)
        job = await _only(store, beginning)
        found = await EnvironmentStore(database).several([job.environment])
        return job, found.get(job.environment or ""), await store.cells(job)


async def cancelled(beginning: str, seconds: float) -> Job:
    """Cancel the only job whose id begins so; raises TimeoutError if that takes more *seconds*."""
    async with _store() as store:
        job = await _only(store, beginning)
        job, _ = await cancel(store, job.id, me().only, datetime.now(UTC))
        async with asyncio.timeout(seconds):
            while not job.status.is_final:
                await asyncio.sleep(_LOOK_SECONDS)
                job = await store.get(job.id, me().only)
        return job


@asynccontextmanager
async def _store() -> AsyncIterator[JobStore]:
    async with opened() as (database, root):
        yield JobStore(database, root)


async def _only(store: JobStore, beginning: str) -> Job:
    id = only_one("jobs", beginning, await store.ids(beginning))
    return await store.get(id, me().only)
