"""Ends what nobody runs any more: jobs whose server is gone, and the kernels it has left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from ...errors import Stale
from ...kernels.processes import end_process, is_at_work, is_gone
from ..model import Job, StartedKernel, Status
from .run import RunContext


class Reaper:
    """Looks after the jobs of one root for *server*.

    Whether another server is lost is seen by its process, where that is on this machine. That of
    another machine is lost once a lease went by, measured here, in which it did not renew its own:
    what clocks on walls say, here or there, is of no matter.
    """

    def __init__(self, context: RunContext, server: str) -> None:
        self._context = context
        self._server = server
        # What was last seen of each lease, and since when it is so, by our steady clock.
        self._leases: dict[tuple[str, str], tuple[datetime, float]] = {}
        self._looked_at = time.monotonic()

    async def reap(self, held: Sequence[Job], running: Collection[str]) -> bool:
        """End what is lost of the jobs *held*, when this server ran those whose ids are *running*.

        Their kernels are ended too, if they are on this machine. Returns whether there is a job or
        a kernel that may be lost later.
        """
        now = self._context.now()
        self._look_at_leases(held)
        for job in held:
            if self._is_lost(job, running):
                await self._give_up(job, now)
        kernels = await self._context.started.all()
        for kernel in kernels:
            if kernel.server != self._server and is_gone(kernel.server):
                await self._end(kernel)
        return bool(held or kernels)

    def _look_at_leases(self, held: Sequence[Job]) -> None:
        now = time.monotonic()
        # Where we could not look for so long, others may not have been able to renew.
        is_blind = now - self._looked_at > self._context.policy.lease
        seen, self._leases, self._looked_at = {} if is_blind else self._leases, {}, now
        for job in held:
            if job.server is not None and job.lease_until is not None:
                lease = (job.lease_until, now)
                before = seen.get((job.id, job.server), lease)
                is_renewed = before[0] != job.lease_until
                self._leases[job.id, job.server] = lease if is_renewed else before

    def _is_lost(self, job: Job, running: Collection[str]) -> bool:
        server = str(job.server)
        if server == self._server:
            return job.status is not Status.SUBMITTED and job.id not in running
        if is_at_work(server):
            return False
        if is_gone(server) or (lease := self._leases.get((job.id, server))) is None:
            return True
        return time.monotonic() - lease[1] > self._context.policy.lease

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
