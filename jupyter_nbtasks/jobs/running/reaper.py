"""Ends what nobody runs any more: jobs whose server is gone, and the kernels it has left."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from ...errors import Stale
from ...kernels.processes import end_process, is_gone
from ..model import Job, StartedKernel, Status
from .run import RunContext


class Reaper:
    """Looks after the jobs of one root for *server*."""

    def __init__(self, context: RunContext, server: str) -> None:
        self._context = context
        self._server = server

    async def reap(self, held: Sequence[Job], running: Collection[str]) -> bool:
        """End what is lost of the jobs *held*, when this server ran those whose ids are *running*.

        Their kernels are ended too, if they are on this machine. Returns whether there is a job or
        a kernel that may be lost later.
        """
        now = self._context.now()
        for job in held:
            if self._is_lost(job, running, now):
                await self._give_up(job, now)
        kernels = await self._context.started.all()
        for kernel in kernels:
            if kernel.server != self._server and is_gone(kernel.server):
                await self._end(kernel)
        return bool(held or kernels)

    def _is_lost(self, job: Job, running: Collection[str], now: datetime) -> bool:
        if job.server == self._server:
            return job.status is not Status.SUBMITTED and job.id not in running
        return job.lease_until is None or job.lease_until < now or is_gone(str(job.server))

    async def _give_up(self, job: Job, now: datetime) -> None:
        with suppress(Stale):
            lost = job.lost(now)
            await self._context.store.save(lost, was=job)
            self._context.events.announce(lost)
            for kernel in await self._context.started.of(job):
                await self._end(kernel)

    async def _end(self, kernel: StartedKernel) -> None:
        await asyncio.to_thread(end_process, kernel.process)
        await self._context.started.remove(kernel.job_id, kernel.attempt)
