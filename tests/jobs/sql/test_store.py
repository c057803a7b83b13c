"""Jobs in a database: put there, found, known by their keys, removed."""

from __future__ import annotations

import asyncio
from dataclasses import fields

import pytest
from sqlalchemy import select

from jupyter_nbtasks.errors import NotFound, Stale
from jupyter_nbtasks.jobs.model import (
    Job,
    Progress,
    Reason,
    Status,
    Trigger,
    Usage,
)
from jupyter_nbtasks.jobs.requests import JobQuery, UsageQuery
from jupyter_nbtasks.jobs.sql.tables import cells

from .conftest import FAILURE, NOW, a_cell, a_job, after, claim

EVERYTHING = {
    "status": Status.FAILED,
    "reason": Reason.CELL_ERROR,
    "message": "No, “never”.",
    "item_id": "i" * 32,
    "environment": "e" * 64,
    "parameters": {"x": 2**53, "none": None},
    "request": {"env": {"A": "b"}},
    "warnings": ["w"],
    "error": FAILURE.error,
    "progress": Progress(completed=1, total=3, current=2),
    "results": {"total": {"€": [1, 2.5, None]}},
    "attempt": 2,
    "max_attempts": 3,
    "priority": -1,
    "timeout": 0.5,
    "tags": ["a"],
    "trigger": Trigger(type="rerun", id="j0"),
    "usage": Usage(kernel_seconds=1.5, cpu_seconds=0.5, peak_memory_bytes=2**40),
    **dict.fromkeys(["input_size", "output_size"], 2**40),
    **dict.fromkeys(["output_hash", "saved_hash", "request_hash"], "f" * 64),
    **dict.fromkeys(["batch_id", "schedule_id", "snapshot_id", "kernel_id"], "id"),
    "kernel_start": "cold: why",
    "idempotency_key": "id",
    **dict.fromkeys(["output_path", "server"], "a/b"),
    **dict.fromkeys(["nominal_time", "not_before", "started_at", "ended_at"], after(1.5)),
    "lease_until": after(2),
    "servers_lost": 1,
}


async def test_a_result_that_nobody_could_be_answered_with_is_left_out(store):
    deep = 0
    for _ in range(300):
        deep = [deep]
    job = a_job(results={"deep": deep, "half \ud800": "\ud800", "good": [[1]]})

    await store.add(job)

    assert (await store.get(job.id)).results == {"half \ufffd": "\ufffd", "good": [[1]]}


async def test_a_job_comes_back_as_it_was_stored(store):
    job = a_job(**EVERYTHING)
    assert not [field.name for field in fields(Job) if getattr(job, field.name) in (None, [], {})]

    await store.add(job)

    assert await store.get(job.id) == job


async def test_a_job_of_nothing_but_what_it_needs_comes_back_too(store, add):
    job = await add(notebook=None)

    assert await store.get(job.id) == job


@pytest.mark.parametrize("owner", ["bob", ""])
async def test_somebody_elses_job_is_not_there(store, add, owner):
    job = await add()

    assert await store.get(job.id, "ann") == job
    with pytest.raises(NotFound, match=f"There is no job '{job.id}'"):
        await store.get(job.id, owner)


async def test_jobs_are_found_by_the_beginning_of_their_ids(store, open_store, add):
    jobs = [await add(seconds) for seconds in (0, 0, 1)]
    first, second, third = sorted(job.id for job in jobs)

    assert await store.ids(first) == [first]
    assert await store.ids(first[:13]) == [first, second]
    assert await store.ids(third[:13]) == [third]
    assert await store.ids("k") == []
    assert await open_store("/home/bob").ids("j") == []


async def test_another_root_sees_nothing_of_it(open_store, add):
    job, other = await add(idempotency_key="k"), open_store("/home/bob")

    with pytest.raises(NotFound):
        await other.get(job.id)
    assert await claim(other) is None
    assert await other.find_key("ann", "k") is None
    assert await other.page(JobQuery(), None) == []
    assert await other.usage(UsageQuery(by="owner"), None) == []


async def test_what_another_root_holds_is_not_ours_to_give_up(open_store, store, add):
    await add()
    await claim(store)
    await add(not_before=NOW)

    assert await open_store("/home/bob").held() == []
    assert await open_store("/home/bob").next_due("s1") is None


async def test_without_a_root_all_jobs_are_seen(open_store, add):
    ours, theirs = await add(0), await add(1, root="/home/bob")

    assert await open_store(None).page(JobQuery(), None) == [theirs, ours]


async def test_the_same_key_gives_the_first_job_however_many_ask_at_once(store, open_store):
    stores = [store, open_store()]
    asked = [a_job(n, idempotency_key="k", request={"n": n}) for n in range(20)]

    got = await asyncio.gather(*(stores[n % 2].add(job) for n, job in enumerate(asked)))

    assert len({job.id for job in got}) == 1
    assert await store.page(JobQuery(), None) == [got[0]]
    assert await store.find_key("ann", "k") == got[0]


async def test_a_key_is_its_owners_and_of_one_root(open_store, add):
    await add(0, idempotency_key="k")
    other = open_store("/home/bob")

    await add(1, owner="bob", idempotency_key="k")
    await other.add(a_job(2, root="/home/bob", idempotency_key="k"))
    await add(3, idempotency_key="l")
    await add(4)

    assert len(await open_store(None).page(JobQuery(), None)) == 5


async def test_a_job_that_is_over_is_removed_with_its_cells(database, store, add):
    await add()
    job = await claim(store)
    await store.save(over := job.completed(NOW), was=job, records=[a_cell(0)])

    await store.delete(over)

    with pytest.raises(NotFound):
        await store.get(job.id)
    assert await database.read(lambda db: db.execute(select(cells)).all()) == []


async def test_a_job_that_went_on_meanwhile_is_not_removed(store, add):
    job = await add()
    claimed = await claim(store)
    await store.record(claimed, records=[a_cell(0)])

    with pytest.raises(Stale):
        await store.delete(job)
    assert await store.cells(claimed) == [a_cell(0)]


async def test_what_any_job_of_any_root_needs_is_referenced(store, open_store, add):
    hashes = {name: name * 64 for name in "abcdef"}
    await add(0, input_hash=hashes["a"], output_hash=hashes["b"])
    await add(1, root="/home/bob", input_hash=hashes["c"])
    await add(2, saved_hash=hashes["d"])
    job = await claim(store, now=after(9))
    await store.record(job, records=[a_cell(0, outputs_hash=hashes["e"])])

    needed = await open_store().referenced(list(hashes.values()))

    assert needed == {hashes[name] for name in "abce"}


async def test_our_own_output_is_known_by_its_path_and_hash(store, open_store, add):
    await add(output_path="out.ipynb", saved_hash="a" * 64)

    assert await store.has_saved("out.ipynb", "a" * 64)
    assert not await store.has_saved("out.ipynb", "b" * 64)
    assert not await store.has_saved("other.ipynb", "a" * 64)
    assert not await open_store("/home/bob").has_saved("out.ipynb", "a" * 64)
