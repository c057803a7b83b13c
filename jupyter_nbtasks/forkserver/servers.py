"""The fork servers of this Jupyter server, one for each interpreter that its jobs use."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
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
        self._keeping: dict[Interpreter, asyncio.Task[None]] = {}
        self._failed: dict[Interpreter, tuple[float, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def fork(
        self,
        interpreter: Interpreter,
        base: Mapping[str, str],
        job: dict[str, Any],
        streams: tuple[int, int],
    ) -> ForkedProcess:
        """Return the process of a ready kernel; raises NotForked, then nothing was started.

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

    def prepare(self, interpreter: Interpreter, base: Mapping[str, str]) -> None:
        """Begin to have a fork server of *interpreter*, if there is none."""
        server = self._servers.get(interpreter)
        failed_at, _ = self._failed.get(interpreter, (-_AFTER_FAILURE_SECONDS, ""))
        is_usable = server is not None and server.is_usable
        is_starting = server is None and interpreter in self._keeping
        failed_lately = time.monotonic() - failed_at < _AFTER_FAILURE_SECONDS
        if is_usable or is_starting or failed_lately:
            return
        self._servers.pop(interpreter, None)
        task = asyncio.create_task(self._keep(interpreter, base))
        self._keeping[interpreter] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End them all, and with them what is left of their kernels."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, interpreter: Interpreter, base: Mapping[str, str]) -> None:
        """Start one and see it to its end."""
        try:
            server = await self._start(interpreter, base)
        except NotForked as why:
            _log.warning("Kernels of %s are not forked: %s", interpreter[0], why)
            self._failed[interpreter] = (time.monotonic(), str(why))
            del self._keeping[interpreter]
            return
        self._failed.pop(interpreter, None)
        self._servers[interpreter] = server
        try:
            await server.ended()
        finally:
            if self._servers.get(interpreter) is server:
                del self._servers[interpreter], self._keeping[interpreter]
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
