"""The fork servers of this Jupyter server, one for each interpreter that its jobs use."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from ..background import Background
from .client import ForkServer, UnfitPreload
from .launch import ForkSettings
from .safety import Interpreter, NotForked, check_environment, read_early
from .spares import ForkRequest

_AFTER_FAILURE_SECONDS = 600.0

_log = logging.getLogger(__name__)


class ForkServers:
    """Starts them when they are first of use, and again when they have gone."""

    def __init__(self, settings: ForkSettings) -> None:
        self._settings = settings
        self._servers: dict[Interpreter, ForkServer] = {}
        self._starts: dict[Interpreter, asyncio.Task[None]] = {}
        self._failed: dict[Interpreter, tuple[float, str]] = {}
        self._background = Background()

    def server_for(self, request: ForkRequest) -> ForkServer:
        """Return the fork server that may fork what is requested; raises NotForked."""
        server = self._servers.get(request.interpreter)
        if server is None:
            nothing = (0.0, "its fork server has not begun yet")
            raise NotForked(self._failed.get(request.interpreter, nothing)[1])
        if server.is_usable and read_early(request.base) != read_early(server.env):
            server.retire()
        if not server.is_usable:
            raise NotForked("its fork server is being replaced")
        check_environment(request.job["env"], request.base)
        return server

    def has_failed(self, interpreter: Interpreter) -> bool:
        """Whether there can be none for now."""
        return interpreter in self._failed

    def prepare(self, interpreter: Interpreter, base: Mapping[str, str]) -> asyncio.Task[None]:
        """Have a fork server of *interpreter*; the task is done when there is one, or none can be.

        After a failure it is not tried again for ten minutes.
        """
        server = self._servers.get(interpreter)
        if server is not None and not server.is_usable:
            del self._servers[interpreter], self._starts[interpreter]
        if interpreter in self._failed and time.monotonic() > self._failed[interpreter][0]:
            del self._failed[interpreter], self._starts[interpreter]
        if interpreter not in self._starts:
            self._starts[interpreter] = self._background.do(self._begin(interpreter, base))
        return self._starts[interpreter]

    def prepare_spare(self, request: ForkRequest) -> asyncio.Task[None]:
        """Have a spare for the next such request; the task ends when there is one or cannot be."""
        return self._background.do(self._make_spare(request))

    async def close(self) -> None:
        """End them all, and with them what is left of their kernels."""
        await self._background.close()

    async def _begin(self, interpreter: Interpreter, base: Mapping[str, str]) -> None:
        try:
            server = await self._start(interpreter, base)
        except NotForked as why:
            _log.warning("Kernels of %s are not forked: %s", interpreter[0], why)
            self._failed[interpreter] = (time.monotonic() + _AFTER_FAILURE_SECONDS, str(why))
        else:
            self._servers[interpreter] = server
            self._background.do(self._forget_at_its_end(server))

    async def _make_spare(self, request: ForkRequest) -> None:
        await asyncio.shield(self.prepare(request.interpreter, request.base))
        server = self._servers.get(request.interpreter)
        if server is None or not server.is_usable:
            return
        try:
            await server.spares.make(request)
        except (NotForked, OSError) as why:
            _log.debug("There is no spare kernel: %s", why)

    async def _forget_at_its_end(self, server: ForkServer) -> None:
        try:
            await server.ended()
        finally:
            if self._servers.get(server.interpreter) is server:
                del self._servers[server.interpreter], self._starts[server.interpreter]
            await server.close()

    async def _start(self, interpreter: Interpreter, base: Mapping[str, str]) -> ForkServer:
        settings = self._settings
        while True:
            server = ForkServer(interpreter, base, settings)
            try:
                await server.start()
            except UnfitPreload as unfit:
                _log.warning("fork_preload does without %s: %s", unfit.module, unfit)
                rest = tuple(name for name in settings.preload if name != unfit.module)
                settings = replace(settings, preload=rest)
                continue
            for name, why in server.left_out.items():
                _log.warning("fork_preload: %s cannot be imported: %s", name, why)
            return server
