"""Work that goes on beside other work on the event loop, and ends with it, or waits for its turn.

An asyncio.TaskGroup would wait at its end for the work that is to be cancelled here, and would
cancel all else where one task fails, which here concerns nobody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


class Background:
    """Tasks that nobody has to wait for, until it is closed; its length is how many go on."""

    def __init__(self) -> None:
        # The event loop itself forgets a task that nobody refers to.
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def do(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Begin *work*; return its task, for whoever wants its end."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Cancel what still goes on, and wait until it has ended; raises nothing of it."""
        await _end(*self._tasks)


class Turns:
    """Lets *at_once* go on at a time; with those that wait for their turn there are *most*."""

    def __init__(self, at_once: int, most: int) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._most = most
        self._asked = 0

    @asynccontextmanager
    async def one(self, refusal: Exception) -> AsyncIterator[None]:
        """Wait for a turn, and have it inside; raises *refusal* where too many wait already."""
        if self._asked >= self._most:
            raise refusal
        self._asked += 1
        try:
            async with self._slots:
                yield
        finally:
            self._asked -= 1


@asynccontextmanager
async def beside(*work: Coroutine[Any, Any, Any]) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Do *work* beside what is done inside, and cancel it at the end; gives its tasks.

    What it raises is lost, unless its task is looked at.
    """
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield tasks
    finally:
        await _end(*tasks)


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Do *work* beside what is done inside, and wait for it at the end, however that came.

    Raises what it raises.
    """
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        await task


async def _end(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
