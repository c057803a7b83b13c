"""One try at a job: its limits, why it stopped, and its end."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from enum import Enum
from typing import Any

from ...background import beside
from ...errors import DATABASE_UNAVAILABLE, NbTasksError, Stale, Unavailable
from ...execution.events import Event
from ..model import Failure, Job, Progress, Reason, Status, Usage
from .failures import failure_of
from .run import Run, RunContext

_MEASURE_SECONDS = 1.0
# Seconds between tries to store an end while the database is gone; then it is given up.
_PAUSES = (1, 2, 5, *[10] * 60)

_log = logging.getLogger(__name__)


class Stop(Enum):
    """Why an attempt is stopped before its end."""

    CANCEL = "cancel"
    TIMEOUT = "timeout"
    SHUTDOWN = "shutdown"
    STALE = "stale"


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
        self._kept = 0.0
        # No cell begins before it is stored that one does: nobody loses what had run.
        self._is_given_back = False
        self._ended: Job | None = None
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
                failure = await self._execute()
            finally:
                for timer in self._timers.values():
                    timer.cancel()
        try:
            await self._finish(failure)
        finally:
            self._run.close()

    async def close(self) -> None:
        """End the kernel; of a failed job, once the time is over for which it was to be kept."""
        kernel = self._run.kernel
        if kernel is None:
            return
        if self._stopped is not Stop.SHUTDOWN:
            self._run.prepare_next()
        if self._kept:
            kernel.activity.give_back()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._kept):
                await self._stopping.wait()
        try:
            await (kernel.kill() if self._stopped else kernel.shutdown())
        except Exception as error:
            _log.warning("Job %s: its kernel did not end cleanly: %s", self._job.id, error)
        await self._context.started.remove(self._job.id, self._job.attempt)

    def _limit_cell(self, event: Event) -> None:
        """A cell has a limit of its own."""
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

    async def _execute(self) -> Failure | None:
        """Run the notebook; return why it failed, None if it did not."""
        try:
            await self._run.execute()
        except Stale:
            self.stop(Stop.STALE)
        except Exception as error:
            if _is_database(error) and self._stopped is None and self._job.trigger.type != "cli":
                self._is_given_back = True
            return failure_of(error, self._run.kernel, self._job)
        return None

    async def _finish(self, failure: Failure | None) -> None:
        self.is_ending = True
        if self._stopped is Stop.STALE:
            return
        failure = self._cause(failure)
        measuring = asyncio.create_task(self._usage())
        facts: dict[str, Any] = {"kernel_id": None}
        try:
            facts |= await self._keep_output()
        except (OSError, NbTasksError) as error:
            message = f"The output could not be stored: {error}"
            failure = failure or Failure(reason=Reason.OUTPUT_NOT_SAVED, message=message)
        facts["usage"] = await measuring
        pauses = iter(_PAUSES)
        while True:
            try:
                await self._store_end(failure, facts)
            except Stale:
                # A wish to cancel came between reading the status and writing the end.
                continue
            except Unavailable as error:
                _log.warning("The end of job %s waits for the database: %s", self._job.id, error)
                await asyncio.sleep(next(pauses))
            else:
                break

    def _cause(self, failure: Failure | None) -> Failure | None:
        """Say why it failed where it was we who made it."""
        if failure is None or self._stopped is None:
            return failure
        if self._stopped is Stop.TIMEOUT:
            return replace(failure, reason=Reason.TIMEOUT, message=self._limit)
        if self._stopped is Stop.SHUTDOWN:
            message = "The server was stopped while it ran. What had run is in the output."
            return replace(failure, reason=Reason.SERVER_LOST, message=message)
        return failure

    async def _store_end(self, failure: Failure | None, facts: dict[str, Any]) -> None:
        was = await self._context.store.get(self._job.id)
        is_ours = (was.attempt, was.server) == (self._job.attempt, self._job.server)
        if was.status.is_final or not is_ours:
            return
        at = self._context.now()
        known = replace(was, **facts)
        if was.status is Status.CANCELLING:
            ended = known.cancelled(at, message="It was cancelled.")
        elif self._is_given_back:
            ended = was.given_back()
        else:
            # Once: what was written is known as ours only after the end is stored.
            self._ended = self._ended or await self._delivered(known, failure)
            ended = self._ended
        if ended.status is Status.FAILED and self._stopped is None and self._run.kernel:
            self._kept = float(was.request.get("keep_kernel_on_failure", 0))
            ended = replace(ended, kernel_id=self._run.kernel.id if self._kept else None)
        await self._context.store.save(ended, was=was, records=self._run.records)
        self._context.events.announce(ended)

    async def _delivered(self, job: Job, failure: Failure | None) -> Job:
        """Return the job at its end, its output written wherever it is asked for."""
        at = self._context.now()
        ended = job.failed(at, failure) if failure else job.completed(at)
        if not (self._run.is_finished and ended.status.is_final):
            return ended
        try:
            return await self._context.delivery.deliver(ended, completed=failure is None)
        except Exception as error:
            if _is_database(error):
                raise
            message = f"The output is kept here, but could not be written: {error}"
            if failure:
                return replace(ended, warnings=[*ended.warnings, message])
            return job.failed(at, Failure(reason=Reason.OUTPUT_NOT_SAVED, message=message))

    async def _keep_output(self) -> dict[str, Any]:
        """Store the executed notebook; return what is to be known of it."""
        kept = await self._run.finish()
        if kept is None:
            return {}
        warnings = [*self._job.warnings, *kept["warnings"]]
        facts = {"progress": Progress(**kept["progress"]), "warnings": warnings}
        if kept["results"] is not None:
            facts["results"] = kept["results"]
        return facts | {"output_hash": kept["hash"], "output_size": kept["size"]}

    async def _usage(self) -> Usage:
        if (kernel := self._run.kernel) is None:
            return Usage()
        if (processes := kernel.processes) is None:
            return Usage(kernel_seconds=kernel.seconds)
        await asyncio.to_thread(processes.measure)
        return Usage(
            kernel_seconds=round(kernel.seconds, 3),
            cpu_seconds=round(processes.cpu_seconds, 3),
            peak_memory_bytes=processes.peak_memory_bytes,
        )


def _is_database(error: Exception) -> bool:
    return isinstance(error, Unavailable) and error.reason == DATABASE_UNAVAILABLE
