"""The server extension: every setting, and how its parts start and stop with the server."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import (
    Bool,
    Float,
    Integer,
    List,
    TraitError,
    TraitType,
    Unicode,
    default,
    validate,
)

from .access import Access
from .errors import Unavailable
from .forkserver.launch import Settings
from .forkserver.servers import ForkServers
from .jobs import handlers as job_handlers
from .jobs.following import Following
from .jobs.policy import Policy
from .parts import Managers, Parts, Place
from .rest import PREFIX, UnknownAddress
from .schedules import handlers as schedule_handlers
from .schedules.recurrence import zone_of
from .schedules.zones import local_zone
from .server import handlers as server_handlers
from .server.service import ServerService

_SWEEP_SECONDS = 3600


class NbTasksApp(ExtensionApp):
    """Runs notebooks as jobs of the server; works without any setting."""

    name = "jupyter_nbtasks"
    load_other_extensions = True

    data_dir = Unicode(
        config=True,
        help="Folder for inputs and outputs of jobs. Default: nbtasks in Jupyter's data directory.",
    )
    database_url = Unicode(
        config=True,
        help="SQLAlchemy URL of the database. Default: an SQLite file in data_dir.",
    )
    root_name = Unicode(
        config=True,
        help=(
            "Jobs belong to the server's files under this name. Default: the absolute root_dir. "
            "Give several servers the same name if they serve the same files."
        ),
    )
    max_concurrent_jobs = Integer(
        min=1, config=True, help="How many jobs run at once. Default: the number of CPUs."
    )
    default_timeout = Float(
        0.0, min=0, config=True, help="Seconds that a job may run if it does not say; 0: no limit."
    )
    default_cell_timeout = Float(
        0.0,
        min=0,
        config=True,
        help="Seconds that a cell may run if the job does not say; 0: no limit.",
    )
    kernel_start_timeout = Float(
        60.0, min=1, config=True, help="Seconds that a kernel may take to start."
    )
    cancel_grace = Float(
        5.0, min=0, config=True, help="Seconds between a cancelled job's interrupt and its kill."
    )
    lease = Float(
        20.0,
        min=2,
        config=True,
        help="Seconds after which another server takes a silent server for lost.",
    )
    max_notebook_bytes = Integer(
        100_000_000, min=1, config=True, help="Bytes that a notebook file may have to be run."
    )

    fork_kernels = Bool(
        True,
        config=True,
        help=(
            "Start the kernels of jobs by fork from a process that has imported ipykernel already, "
            "where that is safe: Linux, and ipykernel's own kernelspecs."
        ),
    )
    fork_preload = List(
        Unicode(),
        config=True,
        help=(
            "Modules that this process is to import too, such as numpy or pandas. A job gets them "
            "as they were imported with the server's environment."
        ),
    )

    timezone = Unicode(
        config=True,
        help="IANA time zone of schedules that name none. Default: the machine's.",
    )

    @default("config_file_name")
    def _default_config_file_name(self) -> str:
        return "jupyter_nbtasks_config"

    @default("data_dir")
    def _default_data_dir(self) -> str:
        return str(Path(jupyter_data_dir()) / "nbtasks")

    @default("database_url")
    def _default_database_url(self) -> str:
        return f"sqlite:///{Path(self.data_dir).absolute() / 'nbtasks.sqlite3'}"

    @default("root_name")
    def _default_root_name(self) -> str:
        server: Any = self.serverapp
        return str(Path(server.root_dir).absolute())

    @default("timezone")
    def _default_timezone(self) -> str:
        return local_zone()

    @validate("timezone")
    def _valid_timezone(self, proposal: Any) -> str:
        try:
            return zone_of(proposal["value"]).key
        except ValueError as error:
            msg = f"timezone {error}"
            raise TraitError(msg) from None

    @default("max_concurrent_jobs")
    def _default_max_concurrent_jobs(self) -> int:
        return os.cpu_count() or 1

    def policy(self) -> Policy:
        """Return the limits that the settings make."""
        return Policy(
            max_concurrent_jobs=self.max_concurrent_jobs,
            default_timeout=self.default_timeout or None,
            default_cell_timeout=self.default_cell_timeout or None,
            kernel_start_timeout=self.kernel_start_timeout,
            cancel_grace=self.cancel_grace,
            lease=self.lease,
            max_notebook_bytes=self.max_notebook_bytes,
        )

    def place(self, root: str | None) -> Place:
        """Return where the settings keep things, for the jobs of *root*."""
        return Place(
            data_dir=Path(self.data_dir),
            database_url=self.database_url,
            root=root,
            timezone=self.timezone,
        )

    def initialize_handlers(self) -> None:
        """Put the parts together and register the addresses."""
        server: Any = self.serverapp
        managers = Managers(
            contents=server.contents_manager,
            kernels=server.kernel_manager,
            kernel_specs=server.kernel_spec_manager,
            events=server.event_logger,
            file_ids=lambda: server.web_app.settings.get("file_id_manager"),
        )
        policy = self.policy()
        self.parts = Parts(
            self.place(self.root_name), managers, policy, fork_servers=self._fork_servers()
        )
        self._sweeping: asyncio.Task[None] | None = None
        self._fault: Unavailable | None = None
        self._is_started = asyncio.Event()
        offered = ServerService(
            self.parts.kernels, server.session_manager, self.parts.contents, policy
        )
        routes = [*job_handlers.ROUTES, *schedule_handlers.ROUTES, *server_handlers.ROUTES]
        given: dict[str, Any] = {
            "access": Access(server.identity_provider, server.authorizer),
            "app_ready": self._ready,
            "jobs": self.parts.jobs,
            "schedules": self.parts.schedules,
            "following": Following(self.parts.jobs, self.parts.streams, self.parts.events),
            "server": offered,
            "api_routes": routes,
        }
        unknown = (rf"{PREFIX}(?:/.*)?", UnknownAddress)
        self.handlers.extend((pattern, handler, given) for pattern, handler in [*routes, unknown])

    def _fork_servers(self) -> ForkServers | None:
        server: Any = self.serverapp
        # The kernels of a gateway are started by the gateway.
        if not self.fork_kernels or server.gateway_config.gateway_enabled:
            return None
        return ForkServers(Settings(preload=tuple(self.fork_preload)))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        try:
            await self.parts.open()
            await self.parts.worker.start()
            self.parts.ticker.start()
        except Unavailable as error:
            self._fault = error
            self.log.error("jupyter_nbtasks cannot run jobs: %s", error)
        else:
            self._sweeping = asyncio.create_task(self._sweep())
        self._is_started.set()

    async def stop_extension(self) -> None:
        """End the running jobs as lost to the stop, with what they had produced."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        await self.parts.close()

    async def _ready(self) -> None:
        """Wait until requests can be served; raises Unavailable if that will not be."""
        await self._is_started.wait()
        if self._fault is not None:
            raise self._fault

    async def _sweep(self) -> None:
        while True:
            try:
                await self.parts.jobs.sweep()
            except Exception as error:
                self.log.warning("jupyter_nbtasks could not tidy up: %s", error)
            await asyncio.sleep(_SWEEP_SECONDS)


def settings() -> list[tuple[str, TraitType[Any, Any]]]:
    """Return each setting with its trait, in the order of their definition."""
    traits = NbTasksApp.class_own_traits(config=True)
    return [(name, traits[name]) for name in vars(NbTasksApp) if name in traits]
