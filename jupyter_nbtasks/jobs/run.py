"""A notebook on its kernel: prepared, executed, and recorded while it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import notebooks
from ..blobs import Blobs
from ..contents import Contents
from ..errors import InvalidRequest
from .delivery import Delivery
from .events import JobEvents
from .executor import Executor
from .kernels import JobKernel, Kernels, KernelStartFailed
from .kernelstore import KernelStore
from .model import Job
from .outputlimit import OutputLimit
from .policy import Policy
from .recorder import Recorder
from .store import JobStore
from .stream import JobStream, JobStreams
from .transcript import Transcript

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """The parts that a running job works with."""

    store: JobStore
    started: KernelStore
    blobs: Blobs
    contents: Contents
    delivery: Delivery
    events: JobEvents
    streams: JobStreams
    kernels: Kernels
    policy: Policy
    now: Callable[[], datetime]


class Run:
    """Executes the frozen notebook of *job* on a fresh kernel.

    *kernel* and *recorder* are None until there is one; *has_kernel* is set with the first.
    *on_event* hears each event of the executor, *on_stale* that the job is somebody else's.
    """

    def __init__(
        self,
        job: Job,
        workshop: Workshop,
        on_event: Callable[[dict[str, Any]], None],
        on_stale: Callable[[], None],
    ) -> None:
        self._job = job
        self._use = workshop
        self._on_event = on_event
        self._on_stale = on_stale
        self._executor: Executor | None = None
        self._stream: JobStream | None = None
        self._limit = OutputLimit(workshop.policy.max_output_characters)
        self.kernel: JobKernel | None = None
        self.has_kernel = asyncio.Event()
        self.recorder: Recorder | None = None

    def stop(self) -> None:
        """Begin no further cell."""
        if self._executor is not None:
            self._executor.stop()

    async def execute(self) -> None:
        """Run all cells; raises what the kernels, the executor and notebooks.py raise."""
        data = await self._use.blobs.get(self._job.input_hash)
        try:
            spec = await self._use.kernels.spec(self._job.kernel_name)
        except InvalidRequest as error:
            raise KernelStartFailed(str(error)) from error
        notebook = await asyncio.to_thread(_fill_in, data, self._job, spec.language)
        self.kernel = await self._start_kernel()
        self.has_kernel.set()
        if self.kernel.processes is not None:
            await self._use.started.add(self._job, self.kernel.processes.name)
        self._executor = Executor(self.kernel.client(), self._report, self.kernel.is_alive)
        try:
            info = await self._executor.ready(self._use.policy.kernel_start_timeout)
            # Not before: it would have taken the processor from this one.
            self.kernel.prepare_next()
            notebook["metadata"]["language_info"] = info.get("language_info", {})
            async with self._recording(notebook):
                await self._executor.run(notebook["cells"])
        finally:
            self._executor.close()

    async def _start_kernel(self) -> JobKernel:
        job = self._job
        folder = await self._use.contents.kernel_folder(job.notebook) if job.notebook else ""
        env = {**job.request.get("env", {}), "NBTASKS_JOB_ID": job.id}
        seconds = self._use.policy.kernel_start_timeout
        kernel = await self._use.kernels.start(job.kernel_name, folder, env, seconds)
        if kernel.start:
            _log.info("Job %s: its kernel's start: %s", job.id, kernel.start)
        return kernel

    @asynccontextmanager
    async def _recording(self, notebook: dict[str, Any]) -> AsyncIterator[None]:
        """Store the document that the outputs will join, then what comes of it."""
        assert self.kernel is not None
        document = await asyncio.to_thread(notebooks.write, notebook)
        hash = await self._use.blobs.put(document)
        keeping = (self._use.store, self._use.blobs, self._use.events)
        transcript = Transcript(notebook)
        self.recorder = Recorder(self._job, transcript, keeping, self._on_stale)
        await self._use.store.record(
            self._job,
            progress=self.recorder.progress(),
            records=self.recorder.records(),
            output_hash=hash,
            kernel_id=self.kernel.id,
        )
        stream = self._use.streams.open(self._job.id, self._job.attempt, transcript)
        self._stream = stream
        recording = asyncio.create_task(self.recorder.run_forever())
        try:
            yield
        finally:
            recording.cancel()
            await asyncio.gather(recording, return_exceptions=True)
            self._use.streams.close(self._job.id, stream)

    @property
    def warnings(self) -> list[str]:
        """What is to be said of the run beside its result."""
        if not self._limit.is_reached:
            return []
        kept = self._use.policy.max_output_characters
        return [f"Some output was left out: {kept:,} characters of a job are kept."]

    def _report(self, event: dict[str, Any]) -> None:
        assert self.recorder is not None
        assert self._stream is not None
        for kept in self._limit.admit(event):
            self.recorder.report(kept)
            self._stream.add(kept)
            self._on_event(kept)
            self._use.events.happened(self._job, kept)


def _fill_in(data: bytes, job: Job, language: str) -> dict[str, Any]:
    notebook = notebooks.parse(data)
    inspection = notebooks.inspect(notebook, job.kernel_name, language)
    return notebooks.fill_in(
        notebook, job.parameters, inspection.parameters, job.kernel_name, language
    )
