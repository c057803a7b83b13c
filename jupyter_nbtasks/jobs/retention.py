"""Removes the oldest jobs that are over, where there are more than are to be kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from .events import JobEvents
from .model import Job
from .policy import Keep
from .sql.remover import JobRemover

_LOOK_SECONDS = 3600.0
# Jobs may end by the hundred: never spend more than a tenth of the time on looking.
_PAUSE_SECONDS = 1.0
_SHARE = 10

_log = logging.getLogger(__name__)


class Retention:
    """Removes jobs as *keep* says; their stored documents go with the next sweep."""

    def __init__(
        self, remover: JobRemover, events: JobEvents, keep: Keep, now: Callable[[], datetime]
    ) -> None:
        self._remover = remover
        self._events = events
        self._keep = keep
        self._now = now

    async def run_forever(self, say: Callable[[str], None]) -> None:
        """Remove now, each hour and where jobs end, and *say* how many and why."""
        turned = asyncio.Event()

        def heed(job: Job) -> None:
            if job.status.is_final and self._keep.is_filled_by_jobs:
                turned.set()

        stop = self._events.listen(heed)
        try:
            while True:
                turned.clear()
                began = time.monotonic()
                try:
                    if said := await self.remove_surplus():
                        say(said)
                except Exception as error:
                    _log.warning("Old jobs could not be removed: %s", error)
                await asyncio.sleep(max(_PAUSE_SECONDS, _SHARE * (time.monotonic() - began)))
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await turned.wait()
        finally:
            stop()

    async def remove_surplus(self) -> str:
        """Remove what need not be kept; return how many and why, in a sentence, or nothing."""
        now, removed = self._now(), {}
        if (days := self._keep.days) is not None:
            moment = now - timedelta(days=days)
            why = f"that ended more than {days:g} days ago"
            removed[why] = await self._batches(lambda: self._remover.ended_before(moment, now))
        if (number := self._keep.jobs) is not None:
            id = await self._remover.beyond_number(number)
            removed[f"beyond the newest {number:,}"] = await self._up_to(id, now)
        if (most := self._keep.bytes) is not None:
            id = await self._remover.beyond_bytes(most)
            removed[f"beyond {most:,} bytes"] = await self._up_to(id, now)
        told = [f"{count:,} {why}" for why, count in removed.items() if count]
        return f"Jobs removed: {', '.join(told)}." if told else ""

    async def _up_to(self, id: str | None, now: datetime) -> int:
        return 0 if id is None else await self._batches(lambda: self._remover.up_to(id, now))

    async def _batches(self, remove: Callable[[], Awaitable[list[Job]]]) -> int:
        count = 0
        while gone := await remove():
            count += len(gone)
            for job in gone:
                self._events.deleted(job)
            # Telling of many takes a while: others have their turn in between.
            await asyncio.sleep(0)
        return count
