"""The streams of the jobs that run on this server."""

from __future__ import annotations

import asyncio

from ..execution.execution import Stream


class JobStreams:
    """The streams of the jobs that run on this server."""

    def __init__(self) -> None:
        self._streams: dict[str, Stream] = {}
        self._opening = asyncio.Event()

    def open(self, job_id: str, stream: Stream) -> None:
        """Let the stream of an attempt be found."""
        self._streams[job_id] = stream
        opening, self._opening = self._opening, asyncio.Event()
        opening.set()

    async def opened(self, job_id: str, after: Stream | None = None) -> None:
        """Wait until a stream of that job is open that is not *after*."""
        while self._streams.get(job_id) in (None, after):
            await self._opening.wait()

    def close(self, job_id: str, stream: Stream) -> None:
        """End *stream*; those who follow it see all of it."""
        stream.end()
        if self._streams.get(job_id) is stream:
            del self._streams[job_id]

    def get(self, job_id: str) -> Stream | None:
        """Return the stream of a job that runs here."""
        return self._streams.get(job_id)
