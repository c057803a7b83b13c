"""Work beside other work."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_nbtasks.background import Background, beside, meanwhile


class Work:
    """Work that goes on until it is cancelled or *may_end* is set; then it raises *error*."""

    def __init__(self, error=None):
        self.may_end, self.has_begun, self.is_over = asyncio.Event(), asyncio.Event(), False
        self.error = error

    async def __call__(self):
        self.has_begun.set()
        try:
            await self.may_end.wait()
            if self.error:
                raise self.error
            return "done"
        finally:
            # One who only cancels it would not have waited for that.
            await asyncio.sleep(0)
            self.is_over = True


async def test_what_is_done_in_the_background_can_be_waited_for():
    background, work = Background(), Work()
    task = background.do(work())
    assert len(background) == 1

    work.may_end.set()

    assert await task == "done"
    assert len(background) == 0


async def test_what_goes_on_when_it_is_closed_is_cancelled():
    background, works = Background(), [Work(), Work(ValueError("lost"))]
    for work in works:
        background.do(work())
        await work.has_begun.wait()
    works[1].may_end.set()

    await background.close()

    assert [work.is_over for work in works] == [True, True]
    assert len(background) == 0


async def test_what_is_done_beside_ends_with_the_rest():
    works = Work(), Work()

    async with beside(*(work() for work in works)) as tasks:
        for work in works:
            await work.has_begun.wait()
        assert not any(task.done() for task in tasks)

    assert [work.is_over for work in works] == [True, True]
    assert all(task.cancelled() for task in tasks)


@pytest.mark.parametrize("error", [ValueError("inside"), asyncio.CancelledError()])
async def test_what_is_done_beside_ends_where_the_rest_fails(error):
    work = Work()

    async def fail():
        async with beside(work()):
            await work.has_begun.wait()
            raise error

    with pytest.raises(type(error)):
        await fail()

    assert work.is_over


async def test_the_rest_goes_on_where_what_is_done_beside_fails():
    work = Work(ValueError("beside"))

    async with beside(work()) as [task]:
        work.may_end.set()
        await asyncio.wait([task])

    assert str(task.exception()) == "beside"


async def test_what_is_done_meanwhile_is_waited_for():
    work = Work()

    async with meanwhile(work()):
        work.may_end.set()

    assert work.is_over


async def test_what_is_done_meanwhile_is_waited_for_where_the_rest_fails():
    work = Work()

    async def fail():
        async with meanwhile(work()):
            work.may_end.set()
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert work.is_over


async def test_where_what_is_done_meanwhile_fails_so_does_the_rest():
    work = Work(ValueError("meanwhile"))

    with pytest.raises(ValueError, match="meanwhile"):
        async with meanwhile(work()):
            work.may_end.set()
