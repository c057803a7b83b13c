"""The server extension: how its parts start and stop with the server."""

from __future__ import annotations

import asyncio
import signal
import threading
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import default

from .assembly.assembly import Assembly
from .assembly.ground import Managers
from .assembly.starter import Starter
from .background import Background
from .forkserver.launch import ForkSettings
from .forkserver.servers import ForkServers
from .metrics import Metrics
from .routes import routes
from .settings import Settings

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
            warm_kernels=self.warm_kernels,
        )
        policy = self.policy()
        kept = self.snapshot_policy()
        self.assembly = Assembly(self.storage(self.root_name), managers, policy, snapshots=kept)
        self.metrics = Metrics(
            self.assembly.jobs.worker.server, self.assembly.jobs.store.count_waiting
        )
        self.assembly.jobs.events.listen(self.metrics.hear)
        self._tidying = Background()
        self._starter = Starter(self._begin)
        self.handlers.extend(routes(self, self.assembly, server, self._starter.ready))

    def _fork_servers(self) -> ForkServers | None:
        server: Any = self.serverapp
        # The kernels of a gateway are started by the gateway.
        if not self.fork_kernels or server.gateway_config.gateway_enabled:
            return None
        preload = tuple(self.fork_preload)
        return ForkServers(ForkSettings(preload=preload, spares=self.warm_kernels))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        _stop_cleanly_when_interrupted(serverapp)
        self._tidying.do(self._starter.run())
        await self._starter.first_try()

    async def _begin(self) -> None:
        await self.assembly.open()
        self.metrics.start()
        await self.assembly.jobs.worker.start()
        self.assembly.schedules.ticker.start()
        self._tidying.do(self._sweep())
        self._tidying.do(self.assembly.retention.run_forever(self.log.info))

    async def stop_extension(self) -> None:
        """End the running jobs as lost to the stop, with what they had produced."""
        await self._tidying.close()
        await self.assembly.close()
        self.metrics.stop()

    async def _sweep(self) -> None:
        while True:
            try:
                await self.assembly.sweep()
            except Exception as error:
                self.log.warning("jupyter_nbtasks could not tidy up: %s", error)
            await asyncio.sleep(_SWEEP_SECONDS)


def _stop_cleanly_when_interrupted(server: Any) -> None:
    """Have SIGINT end a server without a terminal as SIGTERM does, as spawners of Hubs send it.

    Jupyter leaves it to Python then, and its loop without ending kernels and extensions.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    stop = signal.getsignal(signal.SIGTERM)
    is_left_to_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_left_to_python and getattr(stop, "__self__", None) is server:
        signal.signal(signal.SIGINT, stop)
