"""What everything else stands on: the store, the server's files and kernels, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..contents.notebook_files import Contents
from ..database import Database
from ..forkserver.servers import ForkServers
from ..kernels.environment_store import EnvironmentStore
from ..kernels.environments import Environments
from ..kernels.launcher import Kernels
from ..storage.blobs import Blobs
from .storage import Storage


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


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What everything else stands on; *now* is the clock on the wall."""

    storage: Storage
    database: Database
    blobs: Blobs
    contents: Contents
    kernels: Kernels
    environments: Environments
    now: Callable[[], datetime]

    @property
    def root(self) -> str | None:
        """Whose files these are; None for those of all servers on this store."""
        return self.storage.root


def lay_ground(
    storage: Storage,
    managers: Managers,
    *,
    max_notebook_bytes: int,
    now: Callable[[], datetime] = utc_now,
) -> Ground:
    """Return what all else is built on; nothing is opened yet."""
    database = Database(storage.database_url)
    kernels = Kernels(managers.kernels, managers.kernel_specs, managers.fork_servers)
    return Ground(
        storage=storage,
        database=database,
        blobs=Blobs(storage.blobs_dir),
        contents=Contents(managers.contents, managers.file_ids, max_bytes=max_notebook_bytes),
        kernels=kernels,
        environments=Environments(EnvironmentStore(database), kernels),
        now=now,
    )
