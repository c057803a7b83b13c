"""The streams of the jobs that run on this server."""

from __future__ import annotations

import asyncio

from ..execution.stream import JobStream
from ..execution.transcript import Transcript


class JobStreams:
    """The streams of the jobs that run on this server."""

    def __init__(self) -> None:
        self._streams: dict[str, JobStream] = {}
        self._opening = asyncio.Event()

    def open(self, job_id: str, attempt: int, transcript: Transcript) -> JobStream:
        """Begin the stream of an attempt."""
        stream = JobStream(attempt, transcript)
        self._streams[job_id] = stream
        opening, self._opening = self._opening, asyncio.Event()
        opening.set()
        return stream

    async def opened(self, job_id: str, after: JobStream | None = None) -> None:
        """Wait until a stream of that job is open that is not *after*."""
        while self._streams.get(job_id) in (None, after):
            await self._opening.wait()

    def close(self, job_id: str, stream: JobStream) -> None:
        """End *stream*; those who follow it see all of it."""
        stream.end()
        if self._streams.get(job_id) is stream:
            del self._streams[job_id]

    def get(self, job_id: str) -> JobStream | None:
        """Return the stream of a job that runs here."""
        return self._streams.get(job_id)
