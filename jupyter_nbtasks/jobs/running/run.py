"""A notebook on its kernel: prepared, executed, and recorded while it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from ...background import beside, meanwhile
from ...contents.notebook_files import Contents
from ...errors import InvalidRequest, NotFound
from ...execution.events import Event, ExecutionState, FinalState
from ...execution.execution import Execution, Order
from ...execution.executor import KernelDied
from ...execution.rpc_client import ExecutionLost
from ...kernels.environments import Environments
from ...kernels.kernel import JobKernel
from ...kernels.launcher import KernelEnded, Kernels, KernelStartFailed
from ...kernels.model import KernelSpec
from ...kernels.resolving import is_gone
from ...kernels.warm import KernelRequest, WarmKernels
from ...notebooks import ipynb, parameters_cell
from ...storage.blobs import Blobs
from ..events import JobEvents
from ..model import CellRecord, Job, Progress
from ..policy import Policy
from ..sql.kernel_store import KernelStore
from ..sql.store import JobStore
from ..streams import JobStreams
from .executions import Executions
from .output_delivery import OutputDelivery
from .recorder import Recorder, records

# How often a kernel that ends before its first cell is started again.
_STARTS_AGAIN = 3
# What the server is told of the kernel when a cell starts and ends.
_ACTIVITY = {"cell_started": "busy", "cell_finished": "idle"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """The parts that a running job works with."""

    store: JobStore
    started: KernelStore
    blobs: Blobs
    contents: Contents
    delivery: OutputDelivery
    events: JobEvents
    streams: JobStreams
    executions: Executions
    kernels: Kernels
    environments: Environments
    warm: WarmKernels
    policy: Policy
    now: Callable[[], datetime]


@dataclass(frozen=True)
class _KernelInUse:
    """The *kernel* of a notebook, and the *request* for which it was started."""

    kernel: JobKernel
    request: KernelRequest


class Run:
    """Executes the frozen notebook of *job* on a fresh kernel.

    *kernel* is None until there is one; *has_kernel* is set with it. *records* are those of the
    cells once it *is_finished*. *on_event* hears each event of the execution, *on_stale* that the
    job is somebody else's.
    """

    def __init__(
        self,
        job: Job,
        context: RunContext,
        on_event: Callable[[Event], None],
        on_stale: Callable[[], None],
    ) -> None:
        self._job = job
        self._context = context
        self._on_event = on_event
        self._recorder = Recorder(job, context.store, context.events, on_stale)
        self._execution: Execution | None = None
        self._has_begun = self._is_stopped = False
        self._failed = 0
        self._in_use: _KernelInUse | None = None
        self.has_kernel = asyncio.Event()
        self.is_finished = False
        self.records: list[CellRecord] = []

    @property
    def kernel(self) -> JobKernel | None:
        """The kernel that the notebook runs on; None until it was started."""
        return self._in_use.kernel if self._in_use else None

    def stop(self) -> None:
        """Begin no further cell."""
        self._is_stopped = True
        if self._execution is not None:
            self._execution.stop()

    async def execute(self) -> None:
        """Run all cells; raises what the kernels, the execution and notebooks.py raise."""
        spec = await self._spec()
        self._context.executions.prepare()
        async with meanwhile(self._start_kernel(spec)):
            document = await self._prepare(spec.language)
        execution, begun = await self._begin(document)
        assert self.kernel is not None
        # It begins this late because it would have taken the processor from this kernel.
        self.kernel.prepare_next()
        async with self._recording(execution, document, begun):
            await execution.run()

    async def finish(self) -> FinalState | None:
        """Store the executed notebook; return what Execution.finish does.

        None if no cell was begun, or if what ran it is lost: then all there is was recorded.
        """
        if self._execution is None or not self._has_begun:
            return None
        try:
            state = await self._execution.finish()
        except ExecutionLost:
            await self._recorder.flush()
            return None
        self.is_finished, self.records = True, records(state["cells"])
        return state

    def close(self) -> None:
        """Let go of the kernel, which lives on."""
        if self._execution is not None:
            self._execution.close()

    def prepare_next(self) -> None:
        """Have a kernel ready for the next job like this one."""
        if self._in_use is not None:
            self._context.warm.prepare(self._in_use.request, self._in_use.kernel)

    async def _spec(self) -> KernelSpec:
        """Return the kernel of the environment that the job is for; raises KernelStartFailed."""
        job, context = self._job, self._context
        try:
            if job.environment is None:
                return await context.kernels.spec(job.kernel_name)
            spec = await context.environments.store.get(job.environment)
        except (InvalidRequest, NotFound) as error:
            raise KernelStartFailed(str(error)) from error
        if await asyncio.to_thread(is_gone, spec):
            msg = (
                "The environment in which it was submitted is gone: there is no "
                f"{spec.program} any more. Run it again here, or put that back."
            )
            raise KernelStartFailed(msg)
        return spec

    async def _prepare(self, language: str) -> str:
        """Store the document that the outputs will join; return its hash."""
        data = await self._context.blobs.get(self._job.input_hash)
        document = await asyncio.to_thread(_fill_in, data, self._job, language)
        return await self._context.blobs.put(document)

    async def _start_kernel(self, spec: KernelSpec) -> None:
        job = self._job
        folder = await self._context.contents.kernel_folder(job.notebook) if job.notebook else ""
        env = {**job.request.get("env", {}), "NBTASKS_JOB_ID": job.id}
        request = KernelRequest(spec=spec, folder=folder, env=env)
        self._in_use = _KernelInUse(await self._start(request), request)
        self.has_kernel.set()

    async def _start(self, request: KernelRequest) -> JobKernel:
        """Return a kernel for *request*; one that has ended at once is started again."""
        context, seconds = self._context, self._context.policy.kernel_start_timeout
        while True:
            try:
                if not self._failed:
                    return await context.warm.start(request, seconds)
                # It finds ports of its own.
                return await context.kernels.start(
                    request.spec, request.folder, request.env, seconds, failed=self._failed
                )
            except KernelEnded as error:
                self._count_failed(error)

    def _count_failed(self, error: Exception) -> None:
        """Count a kernel that has ended before its first cell; raise *error* after the last."""
        self._failed += 1
        if self._failed > _STARTS_AGAIN or self._is_stopped:
            raise error
        why = (self.kernel and self.kernel.end) or error
        _log.warning("Job %s: its kernel is started again: %s", self._job.id, why)

    async def _begin(self, document: str) -> tuple[Execution, ExecutionState]:
        """Return the execution, which has begun; a kernel that ends before is started again."""
        while True:
            assert self.kernel is not None
            try:
                async with meanwhile(self._remember_kernel()):
                    execution = await self._open(self.kernel)
                    seconds = self._context.policy.kernel_start_timeout
                    async with meanwhile(execution.ready(seconds)):
                        return execution, await execution.begin(document)
            except KernelDied as error:
                self._count_failed(error)
            await self._replace_kernel()

    async def _replace_kernel(self) -> None:
        assert self._in_use is not None
        kernel, request = self._in_use.kernel, self._in_use.request
        self.close()
        self._execution = None
        await kernel.kill()
        await self._context.started.remove(self._job.id, self._job.attempt)
        self._in_use = _KernelInUse(await self._start(request), request)

    async def _remember_kernel(self) -> None:
        """Whoever finds the job when this server is lost is to know its process."""
        if self.kernel is not None and self.kernel.processes is not None:
            await self._context.started.add(self._job, self.kernel.processes.name)

    async def _open(self, kernel: JobKernel) -> Execution:
        order = Order(
            attempt=self._job.attempt,
            max_output_characters=self._context.policy.max_output_characters,
            code=kernel.code,
        )
        self._execution = await self._context.executions.open(kernel, order, self._hear)
        # Whoever wanted it stopped until here found nothing to stop.
        if self._is_stopped:
            self._execution.stop()
        return self._execution

    @asynccontextmanager
    async def _recording(
        self, execution: Execution, document: str, begun: ExecutionState
    ) -> AsyncIterator[None]:
        """Store that it has *begun* with *document*, then what comes of it."""
        assert self.kernel is not None
        self._has_begun = True
        await self._context.store.record(
            self._job,
            progress=Progress(**begun["progress"]),
            records=records(begun["cells"]),
            output_hash=document,
            kernel_id=self.kernel.id,
            kernel_start=self.kernel.start,
        )
        stream = execution.stream
        self._context.streams.open(self._job.id, stream)
        # It is this late because a socket that has just received something is not to be closed.
        if self.kernel.connection() is not None:
            self.kernel.activity.take_over()
        try:
            async with beside(self._recorder.run_forever()):
                yield
        finally:
            self._context.streams.close(self._job.id, stream)

    def _hear(self, event: Event) -> None:
        assert self.kernel is not None
        if event["type"] == "kept":
            self._recorder.take(event)
        self.kernel.activity.tell(_ACTIVITY.get(event["type"]))
        self._on_event(event)
        self._context.events.happened(self._job, event)


def _fill_in(data: bytes, job: Job, language: str) -> bytes:
    notebook, _repairs = ipynb.parse(data)
    inspection = parameters_cell.inspect(notebook, job.kernel_name, language)
    filled = parameters_cell.fill_in(
        notebook, job.parameters, inspection.parameters, job.kernel_name, language
    )
    # Until the kernel has told more of it.
    filled["metadata"].setdefault("language_info", {"name": language})
    return ipynb.write(filled)
