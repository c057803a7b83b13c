"""A job as one viewer follows it: its status and its stream, to the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress

from ..background import beside
from ..caller import Caller
from ..execution.execution import Stream
from ..execution.frames import Frame, StatusFrame
from .events import JobEvents
from .model import Job
from .service import JobService
from .streams import JobStreams

# How long frames are gathered, so that a job that prints a lot makes few of them.
_GATHER_SECONDS = 0.05
# How often a job that runs on another server is looked at.
_ELSEWHERE_SECONDS = 2.0


class _Viewer:
    """Reads what follows frame *after* in the newest stream of a job, one attempt after another."""

    def __init__(self, streams: JobStreams, job_id: str, after: int | None) -> None:
        self._streams = streams
        self._job_id = job_id
        self._watching = ExitStack()
        self.stream: Stream | None = None
        self.after = after

    async def frames(self, *, to_end: bool) -> AsyncIterator[Frame]:
        """Yield what is there by now: all of it if *to_end*, or perhaps only the beginning."""
        newest = self._streams.get(self._job_id)
        if newest is not None and newest is not self.stream:
            self.leave()
            self._watching.enter_context(newest.watched())
            self.stream = newest
        while self.stream and (frames := await self.stream.read(self.after)):
            for frame in frames:
                self.after = frame["seq"]
                yield frame
            if not to_end:
                return

    def leave(self) -> None:
        """Read no more."""
        self._watching.close()


class JobFollower:
    """Lets viewers follow jobs; each at its own pace, at no cost to the job."""

    def __init__(self, jobs: JobService, streams: JobStreams, events: JobEvents) -> None:
        self._jobs = jobs
        self._streams = streams
        self._events = events

    async def follow(self, job: Job, after: int | None, caller: Caller) -> AsyncIterator[Frame]:
        """Yield what happens in *job* after frame *after*, until it is final.

        A ``status`` frame tells each status that it has, the last one the end.
        """
        turned = asyncio.Event()
        last_status: tuple[str, int] | None = None

        def heed(changed: Job) -> None:
            if changed.id == job.id and (changed.status, changed.attempt) != last_status:
                turned.set()

        stop = self._events.listen(heed)
        viewer = _Viewer(self._streams, job.id, after)
        try:
            while True:
                async for frame in viewer.frames(to_end=job.status.is_final):
                    yield frame
                if (job.status, job.attempt) != last_status:
                    last_status = (job.status, job.attempt)
                    yield _status(job, viewer.after)
                if job.status.is_final:
                    return
                is_elsewhere = await self._next_change(job.id, turned, viewer)
                if turned.is_set() or is_elsewhere:
                    turned.clear()
                    job = await self._jobs.get(job.id, caller)
        finally:
            viewer.leave()
            stop()

    async def ended(self, job: Job, caller: Caller, seconds: float) -> Job:
        """Return *job* once it is final, or as it is after so many *seconds*."""
        turned = asyncio.Event()

        def heed(changed: Job) -> None:
            if changed.id == job.id and changed.status.is_final:
                turned.set()

        stop = self._events.listen(heed)
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        try:
            while True:
                job = await self._jobs.get(job.id, caller)
                left = end - clock()
                if job.status.is_final or left <= 0:
                    return job
                with suppress(TimeoutError):
                    await asyncio.wait_for(turned.wait(), min(left, _ELSEWHERE_SECONDS))
        finally:
            stop()

    async def _next_change(self, job_id: str, turned: asyncio.Event, viewer: _Viewer) -> bool:
        """Wait for a frame or a turn of the job; return whether only time has passed."""
        stream = viewer.stream
        runs_here = stream is not None and not stream.is_over
        frames = (
            stream.more(viewer.after or 0)
            if stream is not None and runs_here
            else self._streams.opened(job_id, stream)
        )
        async with beside(turned.wait(), frames) as waits:
            patience = None if runs_here else _ELSEWHERE_SECONDS
            first = asyncio.FIRST_COMPLETED
            done, _ = await asyncio.wait(waits, timeout=patience, return_when=first)
            await asyncio.sleep(_GATHER_SECONDS)
        return not done


def _status(job: Job, after: int | None) -> StatusFrame:
    return {
        "type": "status",
        "seq": after or 0,
        "status": str(job.status),
        "attempt": job.attempt,
        "message": job.message,
    }
