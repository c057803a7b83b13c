"""Kernels that wait for a job, of whatever sort they are."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_nbtasks.forkserver.pool import KernelPool


@pytest.fixture
def pool():
    """A pool of two; what is made in it is a name."""
    return KernelPool(2, 600, lambda: None)


async def made(pool, kind, name):
    """What had to go for a kernel of this *name*."""

    async def start():
        return name

    return await pool.make(kind, start)


async def test_each_kernel_is_for_one_job(pool):
    await made(pool, "python", "one")
    await made(pool, "python", "two")

    assert [pool.take("python") for _ in range(3)] == ["one", "two", None]


async def test_a_job_has_only_one_of_its_kind(pool):
    await made(pool, "python", "one")

    assert pool.take("r") is None
    assert [*pool] == ["one"]


async def test_there_are_no_more_of_a_kind_than_wanted(pool):
    for name in ("one", "two", "three"):
        assert await made(pool, "python", name) == []

    assert [*pool] == ["one", "two"]
    assert not pool.has_room("python")
    assert pool.has_room("r")


async def test_the_oldest_go_where_others_fill_the_room(pool):
    await made(pool, "python", "one")
    await made(pool, "python", "two")

    assert await made(pool, "r", "three") == ["one"]
    assert [*pool] == ["two", "three"]


async def test_those_that_are_being_made_need_room_too(pool):
    ready = asyncio.Event()

    async def start():
        await ready.wait()
        return "late"

    making = [asyncio.ensure_future(pool.make("python", start)) for _ in range(2)]
    await asyncio.sleep(0)
    assert not pool.has_room("python")
    ready.set()

    assert await asyncio.gather(*making) == [[], []]
    assert len(pool) == 2


async def test_one_that_cannot_be_made_leaves_its_room_to_others(pool):
    async def fail():
        raise OSError("no port")

    for _ in range(3):
        with pytest.raises(OSError, match="no port"):
            await pool.make("python", fail)

    assert pool.has_room("python")


async def test_one_that_is_made_after_the_close_has_to_go_at_once(pool):
    await made(pool, "python", "one")
    ready = asyncio.Event()

    async def start():
        await ready.wait()
        return "late"

    making = asyncio.ensure_future(pool.make("python", start))
    await asyncio.sleep(0)
    assert pool.close() == ["one"]
    ready.set()

    assert await making == ["late"]
    assert await made(pool, "python", "three") == []
    assert len(pool) == 0


async def test_one_that_has_ended_is_removed_once(pool):
    await made(pool, "python", "one")

    assert [pool.remove("one"), pool.remove("one")] == [True, False]


@pytest.mark.parametrize("is_taken", [True, False])
async def test_it_is_idle_when_no_job_comes(is_taken):
    idle = asyncio.Event()
    pool = KernelPool(1, 0, idle.set)
    await made(pool, "python", "one")
    if is_taken:
        pool.take("python")

    await idle.wait()

    assert pool.empty() == ([] if is_taken else ["one"])


async def test_nothing_is_idle_once_it_is_empty():
    idle = asyncio.Event()
    pool = KernelPool(1, 0, idle.set)
    await made(pool, "python", "one")
    pool.empty()
    await made(pool, "python", "two")
    pool.close()
    pool.take("python")
    # A timer of no seconds would be due in the next turn of the loop.
    for _ in range(3):
        await asyncio.sleep(0)

    assert not idle.is_set()
