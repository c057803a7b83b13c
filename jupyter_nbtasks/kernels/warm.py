"""Kernels that cannot be forked, started before there is a job for them: behind a gateway too."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..background import Background
from .kernel import JobKernel
from .launcher import Kernels, KernelSpec, KernelStartFailed

_IDLE_SECONDS = 600.0
_START_SECONDS = 600.0
# The one variable that differs from job to job, and how code sets it; it has letters and digits.
_LATE = "NBTASKS_JOB_ID"
_CODE = {
    "python": '__import__("os").environ["{name}"] = "{value}"',
    "r": 'Sys.setenv({name} = "{value}")',
    "bash": 'export {name}="{value}"',
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class KernelRequest:
    """A kernel for a job, of *spec*: its *folder* in Contents, *env* beyond the server's own."""

    spec: KernelSpec
    folder: str
    env: Mapping[str, str]

    @property
    def kind(self) -> tuple[Any, ...]:
        """What has to be the same of a kernel that was started for another job."""
        rest = {name: value for name, value in self.env.items() if name != _LATE}
        return self.spec, self.folder, {**os.environ, **rest}

    @property
    def code(self) -> str | None:
        """What tells a kernel that runs already of its job; None if that cannot be told."""
        code = _CODE.get(self.spec.language.casefold())
        if code is None or self.env.keys() != {_LATE}:
            return None
        return code.format(name=_LATE, value=self.env[_LATE])


class WarmKernels:
    """At most *most* kernels of *kernels* that wait for a job, of the kinds that were used last.

    Each is for one job. They are given up when for *seconds* none was made or taken.
    """

    def __init__(self, kernels: Kernels, most: int, seconds: float = _IDLE_SECONDS) -> None:
        self._kernels = kernels
        self._most = most
        self._seconds = seconds
        self._waiting: list[tuple[tuple[Any, ...], JobKernel]] = []
        self._making = 0
        self._background = Background()
        self._timer: asyncio.TimerHandle | None = None

    async def start(self, request: KernelRequest, seconds: float) -> JobKernel:
        """Return one that waited, or else start it within *seconds*; raises KernelStartFailed."""
        for each in self._waiting:
            kind, kernel = each
            if kind == request.kind:
                self._waiting.remove(each)
                self._wait()
                if not await _is_alive(kernel):
                    self._background.do(_end(kernel))
                    break
                # A gateway is never told of the environment.
                kernel.employ(request.code if kernel.connection() else None)
                return kernel
        return await self._kernels.start(request.spec.name, request.folder, request.env, seconds)

    def prepare(self, request: KernelRequest, kernel: JobKernel) -> asyncio.Task[None] | None:
        """Have another like *kernel*, which was started for *wish*; the task ends with its start.

        None if there is no need, or no way.
        """
        if kernel.can_be_forked:
            return kernel.prepare_spare()
        if request.env.keys() != {_LATE} or (kernel.connection() and request.code is None):
            return None
        alike = sum(kind == request.kind for kind, _ in self._waiting)
        if alike + self._making >= self._most:
            return None
        return self._background.do(self._make(request))

    async def close(self) -> None:
        """End them all."""
        self._most = 0
        await self._background.close()
        if self._timer is not None:
            self._timer.cancel()
        await self._leave(0)

    async def _make(self, request: KernelRequest) -> None:
        kind = request.kind
        self._making += 1
        try:
            kernel = await self._kernels.start(
                request.spec.name, request.folder, {}, _START_SECONDS
            )
        except KernelStartFailed as why:
            _log.warning("There is no kernel ready for the next job: %s", why)
            return
        finally:
            self._making -= 1
        self._waiting.append((kind, kernel))
        self._wait()
        await self._leave(self._most)

    async def _leave(self, most: int) -> None:
        """Leave the newest, *most* of them."""
        while len(self._waiting) > most:
            await _end(self._waiting.pop(0)[1])

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._on_idle)

    def _on_idle(self) -> None:
        self._background.do(self._leave(0))


async def _is_alive(kernel: JobKernel) -> bool:
    try:
        return await kernel.is_alive()
    except Exception as error:  # Of a gateway, for one.
        _log.warning("A kernel that waited for a job cannot be asked: %s", error)
        return False


async def _end(kernel: JobKernel) -> None:
    try:
        await kernel.kill()
    except Exception as error:
        _log.warning("A kernel that waited for a job did not end: %s", error)
