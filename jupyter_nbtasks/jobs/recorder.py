"""Keeps what a running job has produced so far, so that a crash loses next to nothing."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ..blobs import Blobs
from ..errors import Stale
from ..execution.transcript import Transcript
from .events import JobEvents
from .model import CellRecord, Job, Progress
from .store import JobStore

# Cells that end are stored at once, but not more often than this; growing outputs less often.
_PAUSE_SECONDS = 0.1
_GROWING_SECONDS = 2.0
# A large output costs more to store: never spend more than a tenth of the time on it.
_SHARE = 10

_log = logging.getLogger(__name__)


class Recorder:
    """Applies the executor's events to *transcript* and stores what changed, off the event loop.

    *on_stale* is called once if the job turns out to be somebody else's by now.
    """

    def __init__(
        self,
        job: Job,
        transcript: Transcript,
        keeping: tuple[JobStore, Blobs, JobEvents],
        on_stale: Callable[[], None],
    ) -> None:
        self._job = job
        self._transcript = transcript
        self._store, self._blobs, self._events = keeping
        self._on_stale = on_stale
        self._turned = asyncio.Event()
        self._changed: set[int] = set()
        self._hashes: dict[int, str | None] = {}
        self._grown_at = time.monotonic()
        self._growing_pause = _GROWING_SECONDS

    def report(self, event: dict[str, Any]) -> None:
        """Take one event of the executor."""
        self._transcript.apply(event)
        if event["type"] in ("cell_started", "cell_finished"):
            self._turned.set()

    async def run_forever(self) -> None:
        """Store changes as they come, until cancelled or the job is lost to another."""
        while True:
            # Not wait_for(), which on Python 3.11 may swallow that we are cancelled.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._growing_pause):
                    await self._turned.wait()
            self._turned.clear()
            self._changed |= self._transcript.take_changed()
            if not self._changed:
                continue
            try:
                await self._store_changes()
            except Stale:
                self._on_stale()
                return
            except Exception as error:
                # The run goes on: what could not be stored now is stored with the next change.
                _log.warning("Job %s: its progress was not stored: %s", self._job.id, error)
            await asyncio.sleep(_PAUSE_SECONDS)

    def records(self) -> list[CellRecord]:
        """Return every code cell as it is now; their outputs are in the document."""
        return [_record(cell) for cell in self._transcript.cells()]

    def notebook(self) -> dict[str, Any]:
        """Return the whole document with everything so far; only to be read."""
        return self._transcript.notebook()

    def results(self) -> dict[str, Any]:
        """Return the values that the notebook has handed back."""
        return self._transcript.results()

    def progress(self) -> Progress:
        """Return how far the run has come."""
        progress = self._transcript.progress()
        return Progress(
            completed=progress.completed, total=progress.total, current=progress.current
        )

    async def _store_changes(self) -> None:
        began = time.monotonic()
        due = began - self._grown_at >= self._growing_pause
        progress = self.progress()
        told = {index for index in self._changed if due or index != progress.current}
        changed = [cell for cell in self._transcript.cells() if cell.index in self._changed]
        for index in told:
            self._hashes[index] = await self._keep(index)
        records = [
            replace(_record(cell), outputs_hash=self._hashes.get(cell.index)) for cell in changed
        ]
        await self._store.record(self._job, progress=progress, records=records)
        self._changed -= told
        if due:
            self._grown_at = time.monotonic()
            self._growing_pause = max(_GROWING_SECONDS, _SHARE * (self._grown_at - began))
        self._events.changed(replace(self._job, progress=progress))

    async def _keep(self, index: int) -> str | None:
        outputs = self._transcript.outputs(index)
        if not outputs:
            return None
        data = await asyncio.to_thread(lambda: json.dumps(outputs).encode())
        return await self._blobs.put(data, durable=False)


def _record(cell: Any) -> CellRecord:
    at = cell.started_at
    return CellRecord(
        index=cell.index,
        id=cell.id,
        status=cell.status,
        started_at=None if at is None else datetime.fromtimestamp(at, UTC),
        seconds=cell.seconds,
        execution_count=cell.execution_count,
    )
