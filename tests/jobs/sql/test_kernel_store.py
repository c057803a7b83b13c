"""Which kernel processes have been started and not seen to end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.jobs.model import StartedKernel, Status
from jupyter_nbtasks.jobs.sql.kernel_store import KernelStore
from jupyter_nbtasks.jobs.sql.store import JobStore

from ..test_model import a_job


@pytest.fixture
def database(tmp_path, jp_asyncio_loop):
    database = Database(f"sqlite:///{tmp_path / 'nbtasks.sqlite3'}")
    jp_asyncio_loop.run_until_complete(database.migrate())
    yield database
    database.close()


@pytest.fixture
def jobs(database):
    return JobStore(database, None)


@pytest.fixture
def kernels(database):
    return KernelStore(database, "/home/ann")


@pytest.fixture
def job(jobs, jp_asyncio_loop):
    return jp_asyncio_loop.run_until_complete(jobs.add(a_job(server="s", kernel_id="k")))


async def test_a_kernel_is_known_until_it_has_ended(kernels, job):
    await kernels.add(job, "p")

    kernel = StartedKernel(job_id=job.id, attempt=1, server="s", process="p")
    assert await kernels.of(job) == await kernels.all() == [kernel]
    await kernels.remove(job.id, 1)
    assert await kernels.of(job) == await kernels.all() == []


async def test_each_attempt_has_a_kernel_of_its_own(kernels, job):
    second = replace(job, attempt=2, server="t")
    await kernels.add(job, "p")
    await kernels.add(second, "q")

    await kernels.remove(job.id, 1)

    assert [kernel.process for kernel in await kernels.all()] == ["q"]


async def test_the_kernels_of_another_root_are_not_ours(kernels, jobs):
    await kernels.add(await jobs.add(a_job(root="/home/bob", server="s")), "p")

    assert await kernels.all() == []


async def test_a_kept_kernel_is_forgotten_unless_another_attempt_has_begun(kernels, jobs, job):
    await kernels.remove(job.id, 2)
    assert (await jobs.get(job.id)).kernel_id == "k"
    await kernels.remove(job.id, 1)
    assert (await jobs.get(job.id)).kernel_id is None


async def test_a_deleted_job_takes_its_kernels_along(kernels, jobs):
    over = await jobs.add(a_job(Status.FAILED, server="s"))
    await kernels.add(over, "p")

    await jobs.delete(over)

    assert await kernels.all() == []
