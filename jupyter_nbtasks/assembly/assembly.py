"""Everything that runs jobs and fires schedules, as one: opened, tidied and closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from ..jobs.events import JobEvents
from ..jobs.policy import Policy
from ..jobs.retention import Retention
from ..jobs.sql.remover import JobRemover
from ..schedules.events import ScheduleEvents
from ..snapshots.events import SnapshotEvents
from ..snapshots.policy import SnapshotPolicy
from .calls import assemble_calls
from .ground import Managers, lay_ground, utc_now
from .jobs import assemble_jobs
from .schedules import assemble_schedules
from .snapshots import assemble_snapshots
from .storage import Storage, make_ready

_SNAPSHOTS = SnapshotPolicy()


class Assembly:
    """Everything that runs jobs and fires schedules; `open` it first.

    With *only_reserved* its worker takes no jobs but those that are submitted for it; *now* is
    the clock on the wall.
    """

    def __init__(
        self,
        storage: Storage,
        managers: Managers,
        policy: Policy,
        *,
        snapshots: SnapshotPolicy = _SNAPSHOTS,
        only_reserved: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        size = policy.max_notebook_bytes
        self.ground = lay_ground(storage, managers, max_notebook_bytes=size, now=now)
        self.snapshots = assemble_snapshots(self.ground, SnapshotEvents(managers.events), snapshots)
        self.jobs = assemble_jobs(
            self.ground,
            self.snapshots,
            JobEvents(managers.events),
            policy,
            warm_kernels=managers.warm_kernels,
            only_reserved=only_reserved,
        )
        self.schedules = assemble_schedules(
            self.ground, self.snapshots, self.jobs, ScheduleEvents(managers.events)
        )
        self.calls = assemble_calls(self.ground, self.snapshots, self.jobs)
        needed = self.schedules.store.needed_jobs()
        remover = JobRemover(self.ground.database, storage.root, needed)
        self.retention = Retention(remover, self.jobs.events, policy.keep, now)

    async def open(self) -> None:
        """Make the folder and bring the database up to date; raises Unavailable."""
        await make_ready(self.ground.storage, self.ground.database)

    async def sweep(self) -> int:
        """Remove stored documents that nothing refers to any more; return how many."""
        return await self.ground.blobs.sweep(self._referenced)

    async def _referenced(self, hashes: Sequence[str]) -> set[str]:
        """Return which of these blobs something still needs."""
        by_snapshots = await self.snapshots.store.referenced(hashes)
        return by_snapshots | await self.jobs.store.referenced(hashes)

    async def close(self) -> None:
        """End what runs, store that, and let go of the database."""
        await self.schedules.ticker.stop()
        await self.jobs.worker.stop()
        await self.jobs.warm.close()
        await self.jobs.executions.stop()
        await self.jobs.renderer.close()
        if self.ground.kernels.fork_servers is not None:
            await self.ground.kernels.fork_servers.close()
        await asyncio.to_thread(self.ground.database.close)
