"""How what runs jobs and answers for them is put together."""

from __future__ import annotations

from dataclasses import dataclass

from ..execution.rpc_client import ExecutionProcess
from ..jobs.events import JobEvents
from ..jobs.follower import JobFollower
from ..jobs.policy import Policy
from ..jobs.rendering import Renderer
from ..jobs.running.executions import Executions
from ..jobs.running.output_delivery import OutputDelivery
from ..jobs.running.run import RunContext
from ..jobs.running.worker import Worker
from ..jobs.service import JobService
from ..jobs.sql.kernel_store import KernelStore
from ..jobs.sql.store import JobStore
from ..jobs.streams import JobStreams
from ..jobs.submission import Submission
from ..kernels.warm import WarmKernels
from .ground import Ground
from .snapshots import Snapshots


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """What runs jobs, and what can be done with them."""

    store: JobStore
    events: JobEvents
    executions: Executions
    warm: WarmKernels
    started: KernelStore
    worker: Worker
    submission: Submission
    renderer: Renderer
    service: JobService
    follower: JobFollower


def assemble_jobs(
    ground: Ground,
    snapshots: Snapshots,
    events: JobEvents,
    policy: Policy,
    *,
    warm_kernels: int = 0,
    only_reserved: bool = False,
) -> Jobs:
    """Put together what runs jobs within the limits of *policy*, and tells of them on *events*.

    *warm_kernels* are kept ready for the next job. With *only_reserved* the worker takes no jobs
    but those that are submitted for it.
    """
    store = JobStore(ground.database, ground.root)
    process = ExecutionProcess(ground.storage.blobs_dir) if policy.executor_process else None
    context = RunContext(
        streams=JobStreams(),
        store=store,
        started=KernelStore(ground.database, ground.root),
        blobs=ground.blobs,
        contents=ground.contents,
        delivery=OutputDelivery(ground.contents, store, ground.blobs, snapshots.keeper),
        executions=Executions(ground.blobs, process),
        events=events,
        kernels=ground.kernels,
        environments=ground.environments,
        warm=WarmKernels(ground.kernels, warm_kernels),
        policy=policy,
        now=ground.now,
    )
    worker = Worker(context, only_reserved=only_reserved)
    submission = Submission(
        store=store,
        blobs=ground.blobs,
        contents=ground.contents,
        kernels=ground.kernels,
        environments=ground.environments,
        policy=policy,
        root=ground.root or "",
        now=ground.now,
    )
    renderer = Renderer()
    service = JobService(
        submission=submission,
        store=store,
        blobs=ground.blobs,
        events=events,
        snapshots=snapshots.service,
        worker=worker,
        renderer=renderer,
        now=ground.now,
    )
    return Jobs(
        store=store,
        events=events,
        executions=context.executions,
        warm=context.warm,
        started=context.started,
        worker=worker,
        submission=submission,
        renderer=renderer,
        service=service,
        follower=JobFollower(service, context.streams, events),
    )
