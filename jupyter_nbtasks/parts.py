"""How the parts are put together, for the server and for the command line alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .blobs import Blobs
from .contents import Contents
from .database import Database
from .errors import Unavailable
from .jobs.delivery import Delivery
from .jobs.events import JobEvents
from .jobs.kernels import Kernels
from .jobs.policy import Policy
from .jobs.run import Workshop
from .jobs.service import JobService
from .jobs.store import JobStore
from .jobs.stream import JobStreams
from .jobs.submission import Submission
from .jobs.worker import Worker


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where things are: the store, and the *root* whose jobs these are (None: those of all)."""

    data_dir: Path
    database_url: str
    root: str | None


@dataclass(frozen=True, kw_only=True)
class Managers:
    """Jupyter's own: ContentsManager, MappingKernelManager, KernelSpecManager, EventLogger."""

    contents: Any
    kernels: Any
    kernel_specs: Any
    events: Any = None
    file_ids: Callable[[], Any] = lambda: None


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Parts:
    """Everything that runs jobs; `open` it first.

    With *only_reserved* its worker takes no jobs but those that are submitted for it.
    """

    def __init__(
        self, place: Place, managers: Managers, policy: Policy, *, only_reserved: bool = False
    ) -> None:
        self._place = place
        self.database = Database(place.database_url)
        self.store = JobStore(self.database, place.root)
        self.blobs = Blobs(place.data_dir / "blobs")
        self.events = JobEvents(managers.events)
        self.kernels = Kernels(managers.kernels, managers.kernel_specs)
        self.contents = Contents(
            managers.contents, managers.file_ids, max_bytes=policy.max_notebook_bytes
        )
        self.streams = JobStreams()
        self.workshop = Workshop(
            streams=self.streams,
            store=self.store,
            blobs=self.blobs,
            contents=self.contents,
            delivery=Delivery(self.contents, self.store),
            events=self.events,
            kernels=self.kernels,
            policy=policy,
            now=utc_now,
        )
        self.worker = Worker(self.workshop, only_reserved=only_reserved)
        keeping = (self.store, self.blobs, self.contents, self.kernels)
        self.submission = Submission(keeping, policy, place.root or "", utc_now)
        kept = (self.store, self.blobs, self.events)
        self.jobs = JobService(self.submission, kept, self.worker, utc_now)

    async def open(self) -> None:
        """Make the folder and bring the database up to date; raises Unavailable."""
        try:
            await asyncio.to_thread(
                self._place.data_dir.mkdir, parents=True, exist_ok=True, mode=0o700
            )
        except OSError as error:
            msg = f"The folder {str(self._place.data_dir)!r} (data_dir) cannot be made: {error}"
            raise Unavailable(msg) from error
        await self.database.migrate()

    async def close(self) -> None:
        """End what runs, store that, and let go of the database."""
        await self.worker.stop()
        await asyncio.to_thread(self.database.close)
