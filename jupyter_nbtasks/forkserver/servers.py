"""The fork servers of this Jupyter server, one for each interpreter that its jobs use."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any

from .client import ForkServer, UnfitPreload
from .launch import Settings
from .process import ForkedProcess
from .safety import Interpreter, NotForked, check_environment, read_early

_AFTER_FAILURE_SECONDS = 600.0

_log = logging.getLogger(__name__)


class ForkServers:
    """Starts them when they are first of use, and again when they have gone."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._servers: dict[Interpreter, ForkServer] = {}
        self._beginning: dict[Interpreter, asyncio.Task[None]] = {}
        self._failed: dict[Interpreter, tuple[float, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def fork(
        self,
        interpreter: Interpreter,
        base: Mapping[str, str],
        job: dict[str, Any],
        streams: tuple[int, int],
    ) -> ForkedProcess:
        """Return a process that is to become a kernel; raises NotForked, then there is none.

        *base* is the environment without what *job* adds to it; *job* is what kernel.py reads.
        """
        server = self._servers.get(interpreter)
        if server is None:
            _, why = self._failed.get(interpreter, (0.0, "its fork server has not begun yet"))
            raise NotForked(why)
        if server.is_usable and read_early(base) != read_early(server.env):
            server.retire()
        if not server.is_usable:
            raise NotForked("its fork server is being replaced")
        check_environment(job["env"], base)
        return await server.fork(job, streams)

    def prepare(self, interpreter: Interpreter, base: Mapping[str, str]) -> asyncio.Task[None]:
        """Have a fork server of *interpreter*; the task is done when there is one, or none can be.

        After a failure it is not tried again for ten minutes.
        """
        server = self._servers.get(interpreter)
        if server is not None and not server.is_usable:
            del self._servers[interpreter], self._beginning[interpreter]
        if interpreter in self._failed and time.monotonic() > self._failed[interpreter][0]:
            del self._failed[interpreter], self._beginning[interpreter]
        if interpreter not in self._beginning:
            self._beginning[interpreter] = self._do(self._begin(interpreter, base))
        return self._beginning[interpreter]

    async def close(self) -> None:
        """End them all, and with them what is left of their kernels."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _do(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _begin(self, interpreter: Interpreter, base: Mapping[str, str]) -> None:
        try:
            server = await self._start(interpreter, base)
        except NotForked as why:
            _log.warning("Kernels of %s are not forked: %s", interpreter[0], why)
            self._failed[interpreter] = (time.monotonic() + _AFTER_FAILURE_SECONDS, str(why))
        else:
            self._servers[interpreter] = server
            self._do(self._see_off(server))

    async def _see_off(self, server: ForkServer) -> None:
        try:
            await server.ended()
        finally:
            if self._servers.get(server.interpreter) is server:
                del self._servers[server.interpreter], self._beginning[server.interpreter]
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
