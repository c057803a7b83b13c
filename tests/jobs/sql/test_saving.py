"""What a writer stores of a job, and who may not any more."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from jupyter_nbtasks.errors import Stale, Unavailable
from jupyter_nbtasks.jobs.history import AttemptRecord
from jupyter_nbtasks.jobs.model import (
    Progress,
    Reason,
    Status,
    Usage,
)

from .conftest import FAILURE, NOW, a_cell, after, claim


async def test_what_was_changed_is_saved(store, add):
    job = await add()
    changed = replace(job, status=Status.CANCELLED, ended_at=after(1), message="Enough.")

    await store.save(changed, was=job)

    assert await store.get(job.id) == changed


@pytest.mark.parametrize(
    "believed",
    [
        {"status": Status.SUBMITTED},
        {"attempt": 2},
        {"server": "s2"},
        {"server": None},
        {"id": "j1"},
    ],
)
async def test_a_writer_with_an_old_picture_changes_nothing(store, add, believed):
    await add()
    job = await claim(store)
    old = replace(job, **believed)

    with pytest.raises(Stale):
        await store.save(replace(old, message="Mine."), was=old, records=[a_cell(0)])

    assert await store.get(job.id) == job
    assert await store.cells(job) == []


async def test_of_many_writers_one_changes_the_job(store, open_store, add):
    job = await add()
    ends = [replace(job, status=Status.CANCELLED, message=f"{n}") for n in range(10)]

    saves = [(store if n % 2 else open_store()).save(end, was=job) for n, end in enumerate(ends)]
    answers = await asyncio.gather(*saves, return_exceptions=True)

    [winner] = [n for n, answer in enumerate(answers) if answer is None]
    assert all(isinstance(answer, Stale) for n, answer in enumerate(answers) if n != winner)
    assert await store.get(job.id) == ends[winner]


@pytest.mark.parametrize("next_server", ["s1", "s2"])
async def test_the_server_of_attempt_1_cannot_write_once_attempt_2_has_begun(
    store, add, next_server
):
    await add(max_attempts=2)
    first = await claim(store)
    await store.record(first, progress=Progress(completed=1, total=2))
    await store.save(first.failed(NOW, FAILURE), was=first)
    second = await claim(store, next_server, now=after(60))

    with pytest.raises(Stale):
        await store.record(first, progress=Progress(completed=2, total=2), records=[a_cell(1)])
    with pytest.raises(Stale):
        await store.record(first, output_hash="f" * 64)
    with pytest.raises(Stale):
        await store.save(first.completed(NOW), was=first, records=[a_cell(1)])
    assert await store.get(first.id) == second
    assert second.attempt == 2
    assert await store.cells(first) == await store.cells(second) == []


async def test_what_is_recorded_of_a_running_job_is_there(store, add):
    await add()
    job = await claim(store)
    began = a_cell(0, status="running", started_at=NOW)
    done = a_cell(0, started_at=NOW, seconds=0.5, execution_count=1, outputs_hash="f" * 64)

    await store.record(job, records=[a_cell(2), began], progress=Progress(total=3, current=0))
    await store.record(job, records=[done], kernel_id="k")

    assert await store.cells(job) == [done, a_cell(2)]
    known = await store.get(job.id)
    assert (known.kernel_id, known.progress) == ("k", Progress(total=3, current=0))


async def test_the_cells_of_the_output_are_the_last_ones_that_ran(store, add):
    await add(max_attempts=2)
    first = await claim(store)
    await store.record(first, records=[a_cell(0), a_cell(1)], output_hash="f" * 64)
    await store.save(first.failed(NOW, FAILURE), was=first)
    second = await claim(store, now=after(60))

    assert await store.output_cells(second) == [a_cell(0), a_cell(1)]
    await store.record(second, records=[a_cell(0, status="running")], output_hash="e" * 64)
    assert await store.output_cells(second) == [a_cell(0, status="running")]


async def test_each_attempt_that_ended_is_kept(store, add):
    await add(max_attempts=2, request={"retry_delay": 10})
    first = await claim(store, "s1")
    usage = Usage(kernel_seconds=1.5, cpu_seconds=0.5, peak_memory_bytes=2**40)
    await store.save(replace(first, usage=usage).failed(after(5), FAILURE), was=first)
    second = await claim(store, "s2", now=after(15))
    assert [one.number for one in await store.attempts(second)] == [1]
    await store.save(second.completed(after(20)), was=second)

    failed, completed = await store.attempts(second)

    assert failed == AttemptRecord(
        number=1, server="s1", started_at=NOW, ended_at=after(5), status=Status.FAILED,
        reason=Reason.CELL_ERROR, message=FAILURE.message,
        error=replace(FAILURE.error, traceback=[]), usage=usage,
    )  # fmt: skip
    assert completed == AttemptRecord(
        number=2, server="s2", started_at=after(15), ended_at=after(20), status=Status.COMPLETED,
        reason=None, message=None, error=None, usage=Usage(),
    )  # fmt: skip


async def test_a_stale_end_is_not_an_attempt(store, add):
    await add()
    job = await claim(store)
    await store.save(job.cancelling(), was=job)

    with pytest.raises(Stale):
        await store.save(job.completed(NOW), was=job)

    assert await store.attempts(job) == []


async def test_an_end_and_its_attempt_are_kept_together_or_not_at_all(store, add, database):
    await add()
    job = await claim(store)
    await database.write(lambda db: db.execute(text("DROP TABLE job_attempts")))

    with pytest.raises(Unavailable):
        await store.save(job.completed(NOW), was=job)

    assert await store.get(job.id) == job


async def test_a_deleted_job_takes_its_attempts_along(store, add, database):
    await add()
    job = await claim(store)
    ended = job.completed(NOW)
    await store.save(ended, was=job)

    await store.delete(ended)

    assert await store.attempts(job) == []


async def test_cells_are_those_of_the_present_attempt(store, add):
    await add(max_attempts=2)
    first = await claim(store)
    await store.save(first.failed(NOW, FAILURE), was=first, records=[a_cell(0)])
    second = await claim(store, now=after(60))
    await store.record(second, records=[a_cell(1)])

    assert await store.cells(first) == [a_cell(0)]
    assert await store.cells(second) == [a_cell(1)]


async def test_a_job_that_is_being_cancelled_is_still_recorded(store, add):
    await add()
    job = await claim(store)
    await store.save(job.cancelling(), was=job)

    await store.record(job, progress=Progress(completed=1, total=2))

    assert (await store.get(job.id)).progress.completed == 1


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.SUBMITTED])
async def test_nothing_is_recorded_of_a_job_that_does_not_run(store, add, status):
    await add()
    job = await claim(store)
    await store.save(replace(job, status=status), was=job)

    with pytest.raises(Stale):
        await store.record(job, records=[a_cell(0)])
    assert await store.cells(job) == []
