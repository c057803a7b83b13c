"""How the parts are put together, for the server and for the command line alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .contents.notebook_files import Contents
from .database import Database
from .errors import Unavailable
from .execution.rpc_client import ExecutionProcess
from .forkserver.servers import ForkServers
from .jobs.events import JobEvents
from .jobs.follower import JobFollower
from .jobs.policy import Policy
from .jobs.retention import Retention
from .jobs.running.executions import Executions
from .jobs.running.output_delivery import OutputDelivery
from .jobs.running.run import RunContext
from .jobs.running.worker import Worker
from .jobs.service import JobService
from .jobs.sql.kernel_store import KernelStore
from .jobs.sql.remover import JobRemover
from .jobs.sql.store import JobStore
from .jobs.streams import JobStreams
from .jobs.submission import Submission
from .kernels.launcher import Kernels
from .kernels.warm import WarmKernels
from .schedules.events import ScheduleEvents
from .schedules.firer import Office, ScheduleFirer
from .schedules.occurrence_store import OccurrenceStore
from .schedules.queries import HistoryQueries
from .schedules.service import ScheduleService
from .schedules.store import ScheduleStore
from .schedules.ticker import Ticker
from .snapshots.events import SnapshotEvents
from .snapshots.keeper import Keeper
from .snapshots.policy import SnapshotPolicy
from .snapshots.service import SnapshotService
from .snapshots.store import SnapshotStore
from .storage.blobs import Blobs
from .tools.caller import ToolCaller
from .tools.publisher import ToolPublisher
from .tools.service import ToolService
from .tools.store import ToolStore
from .webhooks.delivery_runner import DeliveryRunner
from .webhooks.service import WebhookService
from .webhooks.store import ReceiverStore

_SNAPSHOTS = SnapshotPolicy()


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Where things are: the store, and the *root* whose jobs these are (None: those of all).

    *timezone* is that of schedules which name none.
    """

    data_dir: Path
    database_url: str
    root: str | None
    timezone: str


@dataclass(frozen=True, kw_only=True)
class Managers:
    """Jupyter's own: ContentsManager, MappingKernelManager, KernelSpecManager, EventLogger.

    With *fork_servers* the kernels of jobs are forked where that is safe; *warm_kernels* of the
    others are kept ready for the next job.
    """

    contents: Any
    kernels: Any
    kernel_specs: Any
    events: Any = None
    file_ids: Callable[[], Any] = lambda: None
    fork_servers: ForkServers | None = None
    warm_kernels: int = 0


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Parts:
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
        self._storage = storage
        self.database = Database(storage.database_url)
        self.store = JobStore(self.database, storage.root)
        self._add_executions(policy)
        self.events = JobEvents(managers.events)
        self.kernels = Kernels(managers.kernels, managers.kernel_specs, managers.fork_servers)
        self.warm = WarmKernels(self.kernels, managers.warm_kernels)
        self.contents = Contents(
            managers.contents, managers.file_ids, max_bytes=policy.max_notebook_bytes
        )
        self._add_snapshots(SnapshotEvents(managers.events), snapshots, now)
        self.context = RunContext(
            streams=self.streams,
            store=self.store,
            started=KernelStore(self.database, storage.root),
            blobs=self.blobs,
            contents=self.contents,
            delivery=OutputDelivery(self.contents, self.store, self.blobs, self.keeper),
            executions=self.executions,
            events=self.events,
            kernels=self.kernels,
            warm=self.warm,
            policy=policy,
            now=now,
        )
        self.worker = Worker(self.context, only_reserved=only_reserved)
        keeping = (self.store, self.blobs, self.contents, self.kernels)
        self.submission = Submission(keeping, policy, storage.root or "", now)
        kept = (self.store, self.blobs, self.events, self.snapshots)
        self.jobs = JobService(self.submission, kept, self.worker, now)
        self._add_schedules(ScheduleEvents(managers.events), now)
        needed = self.office.store.needed_jobs()
        removing = JobRemover(self.database, storage.root, needed)
        self.retention = Retention(removing, self.events, policy.keep, now)
        self._add_calls(now)

    def _add_executions(self, policy: Policy) -> None:
        folder = self._storage.data_dir / "blobs"
        self.blobs = Blobs(folder)
        process = ExecutionProcess(folder) if policy.executor_process else None
        self.executions = Executions(self.blobs, process)
        self.streams = JobStreams()

    def _add_snapshots(
        self, events: SnapshotEvents, policy: SnapshotPolicy, now: Callable[[], datetime]
    ) -> None:
        self._snapshots = SnapshotStore(self.database, self._storage.root)
        keeping = (self._snapshots, self.blobs, self.contents, events)
        self.keeper = Keeper(keeping, policy, self._storage.root or "", now)
        self.snapshots = SnapshotService(keeping, self.keeper)

    def _add_schedules(self, events: ScheduleEvents, now: Callable[[], datetime]) -> None:
        root = self._storage.root
        self.office = Office(
            store=ScheduleStore(self.database, root),
            occurrences=OccurrenceStore(self.database, root),
            histories=HistoryQueries(self.database),
            jobs=self.jobs,
            submission=self.submission,
            keeper=self.keeper,
            events=events,
            now=now,
        )
        self.ticker = Ticker(ScheduleFirer(self.office), self.events, now)
        zone = self._storage.timezone
        self.schedules = ScheduleService(self.office, root or "", zone, self.ticker.wake)

    def _add_calls(self, now: Callable[[], datetime]) -> None:
        root = self._storage.root
        receivers = ReceiverStore(self.database, root)
        running = DeliveryRunner(self.submission, self.jobs)
        self.webhooks = WebhookService(receivers, running, root or "", now)
        tools = ToolStore(self.database, root)
        publishing = ToolPublisher(self.submission, self.keeper, self.blobs)
        self.tools = ToolService(tools, publishing, root or "", now)
        self.following = JobFollower(self.jobs, self.streams, self.events)
        self.calling = ToolCaller(tools, publishing, self.jobs, self.following)

    async def open(self) -> None:
        """Make the folder and bring the database up to date; raises Unavailable."""
        try:
            await asyncio.to_thread(
                self._storage.data_dir.mkdir, parents=True, exist_ok=True, mode=0o700
            )
        except OSError as error:
            msg = f"The folder {str(self._storage.data_dir)!r} (data_dir) cannot be made: {error}"
            raise Unavailable(msg) from error
        await self.database.migrate()

    async def sweep(self) -> int:
        """Remove stored documents that nothing refers to any more; return how many."""
        return await self.blobs.sweep(self._referenced)

    async def _referenced(self, hashes: Sequence[str]) -> set[str]:
        """Return which of these blobs something still needs."""
        return await self.store.referenced(hashes) | await self._snapshots.referenced(hashes)

    async def close(self) -> None:
        """End what runs, store that, and let go of the database."""
        await self.ticker.stop()
        await self.worker.stop()
        await self.warm.close()
        await self.executions.stop()
        if self.kernels.fork_servers is not None:
            await self.kernels.fork_servers.close()
        await asyncio.to_thread(self.database.close)
