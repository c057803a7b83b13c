"""Stores how far a running job has come, off the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from ...errors import NbTasksError, Stale
from ...execution.events import Kept, KeptCell
from ..events import JobEvents
from ..model import CellRecord, Job, Progress
from ..sql.store import JobStore

_log = logging.getLogger(__name__)


class Recorder:
    """Stores what an execution tells of *job*: the latest of each cell, as fast as that goes.

    *on_stale* is called once if the job turns out to be somebody else's by now.
    """

    def __init__(
        self, job: Job, store: JobStore, events: JobEvents, on_stale: Callable[[], None]
    ) -> None:
        self._job = job
        self._store = store
        self._events = events
        self._on_stale = on_stale
        self._turned = asyncio.Event()
        self._progress = job.progress
        self._records: dict[int, CellRecord] = {}

    def take(self, kept: Kept) -> None:
        """Take the event ``kept``."""
        self._progress = Progress(**kept["progress"])
        self._records.update({record.index: record for record in records(kept["cells"])})
        self._turned.set()

    async def run_forever(self) -> None:
        """Store what comes, until cancelled or the job is lost to another."""
        while True:
            await self._turned.wait()
            self._turned.clear()
            try:
                await self._store_taken()
            except Stale:
                self._on_stale()
                return
            except Exception as error:
                # The run goes on: what could not be stored now is stored with what comes next.
                _log.warning("Job %s: its progress was not stored: %s", self._job.id, error)

    async def flush(self) -> None:
        """Store what is left, if that can be."""
        with suppress(NbTasksError):
            await self._store_taken()

    async def _store_taken(self) -> None:
        taken, progress = dict(self._records), self._progress
        if not taken:
            return
        await self._store.record(self._job, progress=progress, records=list(taken.values()))
        for index, record in taken.items():
            if self._records[index] is record:
                del self._records[index]
        self._events.announce(replace(self._job, progress=progress))


def records(cells: Iterable[KeptCell]) -> list[CellRecord]:
    """Return the *cells* that an execution tells of, as they are stored."""
    return [_record(cell) for cell in cells]


def _record(cell: KeptCell) -> CellRecord:
    started_at = cell["started_at"]
    return CellRecord(
        index=cell["index"],
        id=cell["id"],
        status=cell["status"],
        started_at=None if started_at is None else datetime.fromtimestamp(started_at, UTC),
        seconds=cell["seconds"],
        execution_count=cell["execution_count"],
        outputs_hash=cell["outputs_hash"],
    )
