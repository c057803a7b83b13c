"""The server extension: how its parts start and stop with the server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from jupyter_server.extension.application import ExtensionApp
from traitlets import default

from .access import Access
from .arcgis import handlers as arcgis_handlers
from .arcgis.cron_fields import Numbering
from .errors import Unavailable
from .files import Files
from .forkserver.launch import Settings as ForkSettings
from .forkserver.servers import ForkServers
from .jobs import handlers as job_handlers
from .jobs.policy import Policy
from .metrics import Metrics
from .parts import Managers, Parts
from .rest import PREFIX, UnknownAddress
from .schedules import handlers as schedule_handlers
from .server import handlers as server_handlers
from .server.checking import RuntimeCheck
from .server.library import SnippetLibrary
from .server.running import RunningKernels
from .server.service import ServerService
from .server.template import DefaultTemplate
from .settings import Settings
from .snapshots import handlers as snapshot_handlers
from .tools import handlers as tool_handlers
from .webhooks import handlers as webhook_handlers

_SWEEP_SECONDS = 3600


class NbTasksApp(Settings, ExtensionApp):
    """Runs notebooks as jobs of the server; works without any setting."""

    name = "jupyter_nbtasks"
    load_other_extensions = True

    @default("config_file_name")
    def _default_config_file_name(self) -> str:
        return "jupyter_nbtasks_config"

    @default("root_name")
    def _default_root_name(self) -> str:
        server: Any = self.serverapp
        return str(Path(server.root_dir).absolute())

    def initialize_handlers(self) -> None:
        """Put the parts together and register the addresses."""
        server: Any = self.serverapp
        managers = Managers(
            contents=server.contents_manager,
            kernels=server.kernel_manager,
            kernel_specs=server.kernel_spec_manager,
            events=server.event_logger,
            file_ids=lambda: server.web_app.settings.get("file_id_manager"),
            fork_servers=self._fork_servers(),
        )
        policy = self.policy()
        kept = self.snapshot_policy()
        self.parts = Parts(self.place(self.root_name), managers, policy, snapshots=kept)
        self.metrics = Metrics(self.parts.worker.server, self.parts.store.count_waiting)
        self.parts.events.listen(self.metrics.hear)
        self._sweeping: asyncio.Task[None] | None = None
        self._fault: Unavailable | None = None
        self._is_started = asyncio.Event()
        offered = ServerService(
            self.parts.kernels, server.session_manager, self.parts.contents, policy
        )
        rooms = (
            snapshot_handlers,
            job_handlers,
            schedule_handlers,
            webhook_handlers,
            tool_handlers,
            server_handlers,
        )
        routes = [route for room in rooms for route in room.ROUTES]
        given: dict[str, Any] = {
            "access": Access(server.identity_provider, server.authorizer),
            "app_ready": self._ready,
            "snapshots": self.parts.snapshots,
            "jobs": self.parts.jobs,
            "schedules": self.parts.schedules,
            "webhooks": self.parts.webhooks,
            "max_payload_bytes": self.max_payload_bytes,
            "tools": self.parts.tools,
            "calling": self.parts.calling,
            "max_tool_wait": self.max_tool_wait,
            "following": self.parts.following,
            "server": offered,
            "api_routes": routes,
            "contents": self.parts.contents,
            "arcgis": arcgis_handlers.TREE,
            "numbering": Numbering(self.arcgis_day_numbers),
            **self._administration(server, policy),
        }
        unknown = (rf"{PREFIX}(?:/.*)?", UnknownAddress)
        served = [*routes, unknown, *arcgis_handlers.ROUTES]
        self.handlers.extend((pattern, handler, given) for pattern, handler in served)

    def _administration(self, server: Any, policy: Policy) -> dict[str, Any]:
        """Return the parts that nobody but the ArcGIS surface has addresses for."""
        files = Files(server.contents_manager)
        template, limit = Path(self.data_dir) / "template.ipynb", policy.max_notebook_bytes
        return {
            "site_id": str(uuid5(NAMESPACE_URL, self.root_name)),
            "files": files,
            "library": SnippetLibrary(files),
            "default_template": DefaultTemplate(template, max_bytes=limit),
            "running": RunningKernels(
                server.kernel_manager, server.session_manager, self.parts.jobs
            ),
            "checking": RuntimeCheck(self.parts.kernels, policy),
        }

    def _fork_servers(self) -> ForkServers | None:
        server: Any = self.serverapp
        # The kernels of a gateway are started by the gateway.
        if not self.fork_kernels or server.gateway_config.gateway_enabled:
            return None
        return ForkServers(ForkSettings(preload=tuple(self.fork_preload)))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        try:
            await self.parts.open()
            self.metrics.start()
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
        self.metrics.stop()

    async def _ready(self) -> None:
        """Wait until requests can be served; raises Unavailable if that will not be."""
        await self._is_started.wait()
        if self._fault is not None:
            raise self._fault

    async def _sweep(self) -> None:
        while True:
            try:
                await self.parts.sweep()
            except Exception as error:
                self.log.warning("jupyter_nbtasks could not tidy up: %s", error)
            await asyncio.sleep(_SWEEP_SECONDS)
