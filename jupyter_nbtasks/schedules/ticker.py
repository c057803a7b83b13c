"""Sleeps until the next schedule is due, and fires it at that moment."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from ..jobs.events import JobEvents
from ..jobs.model import Job
from .deciding import TOLERANCE
from .firer import ScheduleFirer

# The longest sleep. After it we notice that the wall clock was set, or that it went on while the
# machine was suspended and our own clock stood still.
_SLICE_SECONDS = 2.0
# After this many seconds we see what another process has changed.
_SLICES = 4
# After this many everything is looked at, whatever is known.
_MOST_SLICES = 30
_AFTER_FAULT_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Ticker:
    """Fires schedules when they are due, and what waits when the job before it is over."""

    def __init__(self, firer: ScheduleFirer, jobs: JobEvents, now: Callable[[], datetime]) -> None:
        self._firer = firer
        self._now = now
        self._wake = asyncio.Event()
        self._ended: set[str] = set()
        self._running: asyncio.Task[None] | None = None
        # The most that the wall clock was ahead of our steady one; before the start it may have
        # been ahead by anything.
        self._ahead = math.inf
        jobs.listen(self._job_changed)

    def start(self) -> None:
        """Begin, with what was due while no server was there."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Fire nothing more."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    def wake(self) -> None:
        """Look at the schedules now."""
        self._wake.set()

    def _job_changed(self, job: Job) -> None:
        if job.schedule_id is not None and job.status.is_final:
            self._ended.add(job.schedule_id)
            self.wake()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                seen = await self._firer.state()
                due = await self._tick()
            except Exception as error:
                _log.warning("The schedules could not be looked at: %s", error)
                await self._sleep(_AFTER_FAULT_SECONDS)
            else:
                await self._wait_for(due, seen)

    async def _tick(self) -> datetime | None:
        """Do what there is to do; return when there is more, if that is known."""
        if self._is_set_back():
            ahead = self._ahead_now()
            await self._firer.correct()
            self._ahead = ahead
        await self._look_at_ended()
        await self._firer.promote_waiting()
        due = await self._firer.next_due()
        if due is not None and due <= self._now():
            await self._firer.fire_due()
        return due

    async def _wait_for(self, due: datetime | None, seen: object) -> None:
        """Wait until it is woken or *due*, or something is not as it was *seen*."""
        for number in range(1, _MOST_SLICES):
            left = _SLICE_SECONDS if due is None else (due - self._now()).total_seconds()
            if left <= 0 or self._is_set_back() or await self._sleep(min(left, _SLICE_SECONDS)):
                return
            if number % _SLICES == 0 and await self._is_changed(seen):
                return

    def _is_set_back(self) -> bool:
        """Whether the clock on the wall was put back since schedules were corrected by it."""
        self._ahead = max(self._ahead, ahead := self._ahead_now())
        return ahead < self._ahead - TOLERANCE.total_seconds()

    def _ahead_now(self) -> float:
        return self._now().timestamp() - time.monotonic()

    async def _is_changed(self, seen: object) -> bool:
        try:
            return await self._firer.state() != seen
        except Exception:
            return True

    async def _sleep(self, seconds: float) -> bool:
        """Return after so long, or as soon as there is something to do; then whether there is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        return self._wake.is_set()

    async def _look_at_ended(self) -> None:
        ended, self._ended = self._ended, set()
        try:
            await self._firer.look_at_failures(ended)
        except Exception:
            self._ended |= ended
            raise
