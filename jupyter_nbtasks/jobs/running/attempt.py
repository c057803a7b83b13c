"""One try at a job: its limits, why it stopped, and its end."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from ...background import beside
from ...errors import Stale
from ...execution.events import Event
from ..ending import RunOutcome, Stop
from ..model import Job
from .failures import failure_of, is_of_database
from .finisher import Finisher
from .run import Run, RunContext

_MEASURE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Attempt:
    """Runs *job*, which is claimed, to the end of this attempt, whatever happens.

    Nobody else writes the job meanwhile, but for the wish to cancel it. `stop` may be called
    from anywhere on the loop; `close` ends the kernel, after `run`. *is_ending* once the
    notebook is done and its end is being stored.
    """

    def __init__(self, job: Job, context: RunContext) -> None:
        self._job = job
        self._context = context
        self._run = Run(job, context, self._limit_cell, lambda: self.stop(Stop.STALE))
        self._stopped: Stop | None = None
        self._stopping = asyncio.Event()
        self._limit = ""
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._finisher = Finisher(job, context, self._run, lambda: self._stopped is None)
        self.is_ending = False

    def stop(self, why: Stop) -> None:
        """Interrupt the notebook and, after the grace period, kill its kernel."""
        if self._stopped is None:
            self._stopped = why
            self._stopping.set()

    @property
    def kernel_id(self) -> str | None:
        """The kernel that runs the notebook, or is kept after it."""
        return self._run.kernel.id if self._run.kernel else None

    async def run(self) -> None:
        """Execute the notebook and store how that ended."""
        if self._job.timeout is not None:
            self._start_timer("The job", self._job.timeout)
        async with beside(self._enforce_stop(), self._measure()):
            try:
                outcome = await self._execute()
            finally:
                for timer in self._timers.values():
                    timer.cancel()
        self.is_ending = True
        try:
            if outcome.stop is not Stop.STALE:
                await self._finisher.finish(outcome)
        finally:
            self._run.close()

    async def close(self) -> None:
        """End the kernel; of a failed job, once the time is over for which it was to be kept."""
        kernel = self._run.kernel
        if kernel is None:
            return
        if self._stopped is not Stop.SHUTDOWN:
            self._run.prepare_next()
        if self._finisher.keep_seconds:
            kernel.activity.give_back()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._finisher.keep_seconds):
                await self._stopping.wait()
        try:
            await (kernel.kill() if self._stopped else kernel.shutdown())
        except Exception as error:
            _log.warning("Job %s: its kernel did not end cleanly: %s", self._job.id, error)
        await self._context.started.remove(self._job.id, self._job.attempt)

    def _limit_cell(self, event: Event) -> None:
        """Start the timer of a cell that has started; stop it when the cell has finished."""
        seconds = self._job.request.get("cell_timeout")
        if event["type"] == "cell_started" and seconds:
            self._start_timer(f"Cell {event['cell'] + 1}", seconds)
        if event["type"] == "cell_finished" and (timer := self._timers.get("cell")):
            timer.cancel()

    def _start_timer(self, what: str, seconds: float) -> None:
        def time_out() -> None:
            self._limit = f"{what} ran longer than its timeout of {seconds:g} seconds."
            self.stop(Stop.TIMEOUT)

        key = "job" if what == "The job" else "cell"
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, time_out)

    async def _enforce_stop(self) -> None:
        """Once stopped: interrupt, wait for the grace period, kill."""
        await self._stopping.wait()
        self._run.stop()
        await self._run.has_kernel.wait()
        assert self._run.kernel is not None
        self._run.stop()
        if self._stopped in (Stop.CANCEL, Stop.TIMEOUT):
            with suppress(Exception):
                await self._run.kernel.interrupt()
            await asyncio.sleep(self._context.policy.cancel_grace)
        await self._run.kernel.kill()

    async def _measure(self) -> None:
        await self._run.has_kernel.wait()
        assert self._run.kernel is not None
        while processes := self._run.kernel.processes:
            await asyncio.to_thread(processes.measure)
            await asyncio.sleep(_MEASURE_SECONDS)

    async def _execute(self) -> RunOutcome:
        """Run the notebook; return how that ended."""
        try:
            await self._run.execute()
        except Stale:
            self.stop(Stop.STALE)
        except Exception as error:
            return RunOutcome(
                failure=failure_of(error, self._run.kernel, self._job),
                stop=self._stopped,
                limit=self._limit,
                has_database=not is_of_database(error),
            )
        return RunOutcome(stop=self._stopped)
