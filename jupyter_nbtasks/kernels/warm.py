"""Kernels that cannot be forked, started before there is a job for them: behind a gateway too."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..background import Background
from ..forkserver.pool import KernelPool
from .kernel import JobKernel
from .launcher import Kernels, KernelStartFailed
from .model import KernelSpec
from .resolving import environ_of
from .variables import setting

_IDLE_SECONDS = 600.0
_START_SECONDS = 600.0
# The one variable that differs from job to job.
_LATE = "NBTASKS_JOB_ID"

# What has to be the same of a kernel that was started for another job.
_Kind = tuple[Any, ...]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class KernelRequest:
    """A kernel for a job, of *spec*: its *folder* in Contents, *env* beyond the server's own."""

    spec: KernelSpec
    folder: str
    env: Mapping[str, str]

    @property
    def kind(self) -> _Kind:
        """What has to be the same of a kernel that was started for another job."""
        rest = {name: value for name, value in self.env.items() if name != _LATE}
        return self.spec, self.folder, {**environ_of(self.spec), **rest}

    @property
    def code(self) -> str | None:
        """What tells a kernel that runs already of its job; None if that cannot be told."""
        return setting(self.spec.language, self.env) if self.env.keys() == {_LATE} else None


class WarmKernels:
    """At most *most* kernels of *kernels* that wait for a job, of the kinds that were used last.

    Each is for one job. They are given up when for *seconds* none was made or taken.
    """

    def __init__(self, kernels: Kernels, most: int, seconds: float = _IDLE_SECONDS) -> None:
        self._kernels = kernels
        self._pool: KernelPool[_Kind, JobKernel] = KernelPool(most, seconds, self._on_idle)
        self._background = Background()

    async def start(self, request: KernelRequest, seconds: float) -> JobKernel:
        """Return one that waited, or else start it within *seconds*; raises KernelStartFailed."""
        kernel = self._pool.take(request.kind)
        if kernel is not None:
            if await _is_alive(kernel):
                kernel.employ(request.code)
                return kernel
            self._background.do(_end_all([kernel]))
        return await self._kernels.start(request.spec, request.folder, request.env, seconds)

    def prepare(self, request: KernelRequest, kernel: JobKernel) -> asyncio.Task[None] | None:
        """Have another like *kernel*, which was started for *request*.

        Return a task that ends with the start; None if there is no need, or no way.
        """
        if kernel.can_be_forked:
            return kernel.prepare_spare()
        if request.env.keys() != {_LATE} or (kernel.connection() and request.code is None):
            return None
        if not self._pool.has_room(request.kind):
            return None
        return self._background.do(self._make(request))

    async def close(self) -> None:
        """End them all."""
        waiting = self._pool.close()
        await self._background.close()
        await _end_all(waiting)

    async def _make(self, request: KernelRequest) -> None:
        start = partial(self._kernels.start, request.spec, request.folder, {}, _START_SECONDS)
        try:
            surplus = await self._pool.make(request.kind, start)
        except KernelStartFailed as why:
            _log.warning("There is no kernel ready for the next job: %s", why)
        else:
            await _end_all(surplus)

    def _on_idle(self) -> None:
        self._background.do(_end_all(self._pool.empty()))


async def _is_alive(kernel: JobKernel) -> bool:
    try:
        return await kernel.is_alive()
    except Exception as error:  # The gateway may be gone, for one.
        _log.warning("A kernel that waited for a job cannot be asked: %s", error)
        return False


async def _end_all(kernels: Iterable[JobKernel]) -> None:
    for kernel in kernels:
        try:
            await kernel.kill()
        except Exception as error:
            _log.warning("A kernel that waited for a job did not end: %s", error)
