"""Stores how an attempt at a job ended, with its output and what it took."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ...errors import NbTasksError, Stale, Unavailable
from ..ending import AttemptFacts, RunOutcome, ending, keep_seconds
from ..model import Job, Status, Usage
from .failures import failure_of, is_of_database
from .run import Run, RunContext

# Seconds between tries to store an end while the database is gone; then it is given up.
_PAUSES = (1, 2, 5, *[10] * 60)

_log = logging.getLogger(__name__)


class Finisher:
    """Brings the attempt at *job* that *run* was to its end; `finish` it once.

    *may_keep_kernel* says whether nobody has stopped it by now; *keep_seconds*, for how long its
    kernel is kept after the end.
    """

    def __init__(
        self, job: Job, context: RunContext, run: Run, may_keep_kernel: Callable[[], bool]
    ) -> None:
        self._job = job
        self._context = context
        self._run = run
        self._may_keep_kernel = may_keep_kernel
        self._delivered: Job | None = None
        self.keep_seconds = 0.0

    async def finish(self, outcome: RunOutcome) -> None:
        """Store the output, write it to where it is asked for, and store the end."""
        usage, facts = await asyncio.gather(self._usage(), self._facts())
        facts = replace(facts, usage=usage)
        try:
            await self._store_at_last(outcome, facts)
        except Exception as error:
            if isinstance(error, Unavailable):
                raise
            # Whatever of it cannot be stored, the job is over, and no server was lost.
            failure = failure_of(error, self._run.kernel, self._job)
            self._run.records = []
            await self._store_at_last(replace(outcome, failure=failure), AttemptFacts(usage=usage))

    async def _store_at_last(self, outcome: RunOutcome, facts: AttemptFacts) -> None:
        """Store the end, as soon as there is a database."""
        pauses = iter(_PAUSES)
        while True:
            try:
                await self._store(outcome, facts)
            except Stale:
                # A wish to cancel came between reading the status and writing the end.
                continue
            except Unavailable as error:
                _log.warning("The end of job %s waits for the database: %s", self._job.id, error)
                if (pause := next(pauses, None)) is None:
                    raise
                await asyncio.sleep(pause)
            else:
                break

    async def _store(self, outcome: RunOutcome, facts: AttemptFacts) -> None:
        was = await self._context.store.get(self._job.id)
        is_ours = (was.attempt, was.server) == (self._job.attempt, self._job.server)
        if was.status.is_final or not is_ours:
            return
        end = partial(ending, was, outcome, now=self._context.now())
        ended = end(facts)
        if ended.status is not Status.CANCELLED:
            # Once: what was written is known as ours only after the end is stored.
            if self._delivered is None:
                self._delivered = await self._deliver(ended, facts, end)
            ended = self._delivered
        if self._run.kernel and self._may_keep_kernel() and (seconds := keep_seconds(ended)):
            self.keep_seconds = seconds
            ended = replace(ended, kernel_id=self._run.kernel.id)
        await self._context.store.save(ended, was=was, records=self._run.records)
        self._context.events.announce(ended)

    async def _deliver(
        self, ended: Job, facts: AttemptFacts, end: Callable[[AttemptFacts], Job]
    ) -> Job:
        """Return the job as *ended*, its output written wherever it is asked for.

        If that fails, return what *end* makes of the *facts* then.
        """
        if not (self._run.is_finished and ended.status.is_final):
            return ended
        is_completed = ended.status is Status.COMPLETED
        try:
            return await self._context.delivery.deliver(ended, completed=is_completed)
        except Exception as error:
            if is_of_database(error):
                raise
            return end(replace(facts, delivery_error=str(error)))

    async def _facts(self) -> AttemptFacts:
        """Store the executed notebook; return what is known of it."""
        try:
            return AttemptFacts(output=await self._run.finish())
        except (OSError, NbTasksError) as error:
            return AttemptFacts(storing_error=str(error))
        except Exception as error:
            _log.exception("The output of job %s could not be stored", self._job.id)
            return AttemptFacts(storing_error=f"{type(error).__name__}: {error}")

    async def _usage(self) -> Usage:
        if (kernel := self._run.kernel) is None:
            return Usage()
        if (processes := kernel.processes) is None:
            return Usage(kernel_seconds=kernel.seconds)
        try:
            await asyncio.to_thread(processes.measure)
        except Exception as error:
            _log.warning("Job %s: what it used is not known to the end: %s", self._job.id, error)
        return Usage(
            kernel_seconds=round(kernel.seconds, 3),
            cpu_seconds=round(processes.cpu_seconds, 3),
            peak_memory_bytes=processes.peak_memory_bytes,
        )
