"""Takes submitted jobs, as many as allowed; the only writer of a running job."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta

from ...background import Background
from ...errors import NbTasksError, Stale
from ...kernels.processes import this_server
from ..ending import Stop
from ..model import Job, Status
from .attempt import Attempt
from .reaper import Reaper
from .run import RunContext

# A job of another server, or one submitted by a command, is seen after this time at the latest.
_LOOK = timedelta(seconds=5)
# Everything is looked at after this time, whatever is known.
_LONGEST = timedelta(minutes=1)
_AFTER_FAULT_SECONDS = 1.0
_STOP_SECONDS = 3.5

_log = logging.getLogger(__name__)


class Worker:
    """Runs the jobs of one root on this server.

    With *only_reserved* it takes just the jobs that were submitted for it, as a command does.
    """

    def __init__(self, context: RunContext, *, only_reserved: bool = False) -> None:
        self._context = context
        self._only_reserved = only_reserved
        self.server = this_server()
        self._reaper = Reaper(context, self.server)
        self._slots = asyncio.Semaphore(context.policy.max_concurrent_jobs)
        self._wake = asyncio.Event()
        # Held while a job is claimed here and not yet known to run.
        self._claiming = asyncio.Lock()
        # The state in which there was nothing to reap: while it lasts, there is nothing new.
        self._nothing_held: object = None
        self._running: dict[str, Attempt] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._loops = Background()

    async def start(self) -> None:
        """Give up what lost servers held, then begin to take jobs."""
        await self._reap()
        self._loops.do(self._take_jobs())
        self._loops.do(self._keep_leases())

    async def stop(self) -> None:
        """Take no more jobs, and end those that run as lost to the server's stop."""
        if not self._loops:
            return
        await self._loops.close()
        for attempt in self._running.values():
            attempt.stop(Stop.SHUTDOWN)
        # A kernel that hangs in its start must not hang the server.
        await self._over(_STOP_SECONDS)
        await self._context.kernels.give_up()
        await self._over(_STOP_SECONDS)
        with suppress(NbTasksError):
            await self._give_back()

    async def _over(self, seconds: float) -> None:
        """Wait until nothing runs here any more, at most *seconds*."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait(self._tasks.values())

    def wake(self) -> None:
        """Look for a job now."""
        self._wake.set()

    def cancel(self, job: Job) -> None:
        """Stop *job* if it runs here; elsewhere its server sees the wish at its next heartbeat."""
        if attempt := self._running.get(job.id):
            attempt.stop(Stop.CANCEL)

    def release(self, job: Job) -> None:
        """End the kernel that a failed *job* has kept."""
        if attempt := self._running.get(job.id):
            attempt.stop(Stop.SHUTDOWN)

    def kernels(self) -> dict[str, str]:
        """Return the ids of the kernels in use here, each with the id of the job that has it."""
        return {a.kernel_id: id for id, a in self._running.items() if a.kernel_id}

    async def closed(self, id: str) -> None:
        """Wait until job *id* is over here and its kernel gone."""
        while task := self._tasks.get(id):
            await asyncio.wait([task])

    async def _take_jobs(self) -> None:
        while True:
            await self._slots.acquire()
            try:
                await self._begin_next()
            except BaseException:
                self._slots.release()
                raise

    async def _begin_next(self) -> None:
        """Wait for the next job, claim it and begin it."""
        while True:
            self._wake.clear()
            try:
                seen = await self._context.store.state()
                elsewhere = await self._context.environments.store.elsewhere()
                if await self._begin(elsewhere):
                    return
                due = await self._context.store.next_due(
                    self.server, only_reserved=self._only_reserved, elsewhere=elsewhere
                )
            except Exception as error:
                _log.warning("No job could be taken: %s", error)
                await asyncio.sleep(_AFTER_FAULT_SECONDS)
                continue
            await self._wait(seen, due)

    async def _wait(self, seen: object, due: datetime | None) -> None:
        """Wait until it is woken or *due*, or something is not as it was *seen*."""
        ends = time.monotonic() + _LONGEST.total_seconds()
        while time.monotonic() < ends:
            left = _LOOK if due is None else min(due - self._context.now(), _LOOK)
            if left <= timedelta(0):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left.total_seconds()):
                    await self._wake.wait()
                    return
            try:
                if await self._context.store.state() != seen:
                    return
            except Exception:
                return

    async def _begin(self, elsewhere: frozenset[str]) -> bool:
        """Return whether there was a job that may run now, and not only *elsewhere*."""
        now = self._context.now()
        async with self._claiming:
            job = await self._context.store.claim(
                self.server,
                now,
                now + self._lease,
                only_reserved=self._only_reserved,
                shares=self._context.policy.shares,
                elsewhere=elsewhere,
            )
            if job is None:
                return False
            self._start(job)
        return True

    def _start(self, job: Job) -> None:
        attempt = Attempt(job, self._context)
        self._running[job.id] = attempt
        self._context.events.announce(job)
        task = asyncio.create_task(self._see_through(job, attempt))
        self._tasks[job.id] = task
        task.add_done_callback(functools.partial(self._forget, job.id))

    async def _see_through(self, job: Job, attempt: Attempt) -> None:
        try:
            await attempt.run()
        except Exception:
            _log.exception("The end of job %s could not be stored", job.id)
        finally:
            self._slots.release()
            self.wake()
        await attempt.close()

    def _forget(self, id: str, task: asyncio.Task[None]) -> None:
        # The next attempt may have begun while the kernel of this one was closing.
        if self._tasks.get(id) is task:
            del self._tasks[id], self._running[id]

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self._context.policy.lease)

    async def _keep_leases(self) -> None:
        """Renew our leases, notice wishes from elsewhere, and give up what the lost held."""
        looked_at = time.monotonic()
        while True:
            await asyncio.sleep(self._context.policy.heartbeat)
            try:
                await self._renew()
                if time.monotonic() - looked_at >= min(_LOOK, self._lease / 2).total_seconds():
                    looked_at = time.monotonic()
                    await self._reap()
            except Exception as error:
                _log.warning("The leases could not be renewed: %s", error)

    async def _renew(self) -> None:
        if not (self._running or self._only_reserved):
            return
        held = await self._context.store.renew(self.server, self._context.now() + self._lease)
        for id, attempt in self._running.items():
            if attempt.is_ending:
                continue
            if id not in held:
                attempt.stop(Stop.STALE)
            elif held[id] is Status.CANCELLING:
                attempt.stop(Stop.CANCEL)

    async def _reap(self) -> None:
        seen = await self._context.store.state()
        if seen == self._nothing_held:
            return
        async with self._claiming:
            held, running = await self._context.store.held(), set(self._running)
        self._nothing_held = None if await self._reaper.reap(held, running) else seen

    async def _give_back(self) -> None:
        """Let others have what was claimed in the moment of stopping."""
        for id in await self._context.store.renew(self.server, self._context.now()):
            job = await self._context.store.get(id)
            if job.status is Status.EXECUTING and id not in self._running:
                with suppress(Stale):
                    await self._context.store.save(job.given_back(), was=job)
                    self._context.events.announce(job)
