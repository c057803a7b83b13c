"""What can be done with jobs: submit, get, list, cancel, run again, delete, read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..caller import Caller
from ..errors import Conflict, InvalidRequest, NotFound
from ..notebooks import ipynb, parameters_cell
from ..notebooks.parameters_cell import Inspection
from ..rest import schemas
from ..rest.paging import page_of
from ..snapshots.comparing import Comparison, Side
from ..snapshots.service import SnapshotService
from ..storage.blobs import Blobs
from ..storage.digest import digest
from .cancelling import cancel
from .events import JobEvents
from .history import AttemptRecord
from .model import CellRecord, Job, ListedJob, Status, Trigger
from .rendering import Document, Renderer
from .requests import (
    JobDiffQuery,
    JobOptions,
    JobQuery,
    JobRequest,
    OutputQuery,
    ParametersRequest,
    RerunRequest,
    UsageQuery,
)
from .running.worker import Worker
from .sql.store import JobStore
from .submission import ONCE, Source, Submission, Submitter


class JobService:
    """Jobs, for whoever asks: a caller finds what is theirs, and nothing else."""

    def __init__(
        self,
        *,
        submission: Submission,
        store: JobStore,
        blobs: Blobs,
        events: JobEvents,
        snapshots: SnapshotService,
        worker: Worker,
        renderer: Renderer,
        now: Callable[[], datetime],
    ) -> None:
        self._submission = submission
        self._store = store
        self._blobs = blobs
        self._events = events
        self._snapshots = snapshots
        self._worker = worker
        self._renderer = renderer
        self._now = now

    async def submit(self, request: JobRequest, by: Submitter) -> Job:
        """Submit a job; nothing is stored if the request is refused."""
        if request.notebook is not None:
            source = await self._submission.read(request.notebook)
        elif request.snapshot_id is not None:
            caller = Caller(by.owner, sees_all=by.sees_all)
            source = await self._snapshot(request.snapshot_id, caller)
        else:
            data = await asyncio.to_thread(_dump, request.content)
            source = self._submission.inline(data)
        options = JobOptions.model_validate(
            request.model_dump(include=set(JobOptions.model_fields), exclude_unset=True)
        )
        return await self.submit_source(options, source, by)

    async def submit_source(self, options: JobOptions, source: Source, by: Submitter) -> Job:
        """Submit a job that runs *source*; nothing is stored if that is refused."""
        job = await self._submission.submit(options, source, by)
        if job.status is Status.SUBMITTED:
            self.announce(job)
        return job

    async def rerun(self, id: str, request: RerunRequest, caller: Caller) -> Job:
        """Submit job *id* again: the same frozen notebook, the file as it is now, or a snapshot."""
        job = await self.get(id, caller)
        source = await self._again(job, request, caller)
        changed = request.model_dump(exclude_unset=True, exclude={"latest", "snapshot_id"})
        before = {name: value for name, value in job.request.items() if name not in ONCE}
        options = schemas.read(JobOptions, before | changed)
        by = Submitter(owner=caller.name, trigger=Trigger(type="rerun", id=job.id))
        return await self.submit_source(options, source, by)

    async def get(self, id: str, caller: Caller) -> Job:
        """Return job *id*; raises NotFound."""
        return await self._store.get(id, caller.only)

    async def cells(self, job: Job) -> list[CellRecord]:
        """Return the code cells of *job*."""
        return await self._store.cells(job)

    async def attempts(self, job: Job) -> list[AttemptRecord]:
        """Return the attempts at *job* that have ended."""
        return await self._store.attempts(job)

    async def page(self, query: JobQuery, caller: Caller) -> tuple[list[Job], str | None]:
        """Return a page of jobs, newest first, and the cursor of the next one."""
        return page_of(await self._store.page(query, caller.only), query.limit)

    async def listing(self, query: JobQuery, caller: Caller) -> tuple[list[ListedJob], str | None]:
        """Return the same jobs as `page`, without what is long."""
        return page_of(await self._store.listing(query, caller.only), query.limit)

    async def cancel(self, id: str, caller: Caller) -> Job:
        """Stop a job: at once if it waits, else as soon as its kernel lets go of it.

        Raises Conflict if it is final.
        """
        job, is_news = await cancel(self._store, id, caller.only, self._now())
        if is_news:
            self._events.announce(job)
            self._worker.cancel(job)
        return job

    def by_kernel(self) -> dict[str, str]:
        """Return the id of the job that has each kernel in use here, by the kernel's."""
        return self._worker.kernels()

    async def let_go(self, id: str, caller: Caller) -> None:
        """Have a job end its kernel: cancel it, or what it has kept the kernel for."""
        job = await self.get(id, caller)
        if job.status.is_final:
            self._worker.release(job)
        else:
            await self.cancel(id, caller)

    async def delete(self, id: str, caller: Caller) -> None:
        """Remove a final job and what it kept; raises Conflict while it is not final."""
        job = await self.get(id, caller)
        if not job.status.is_final:
            msg = f"Job {id} is {job.status}; cancel it before you delete it."
            raise Conflict(msg, reason="not_final")
        self._worker.release(job)
        await self._store.delete(job)
        self._events.deleted(job)

    async def output(self, id: str, query: OutputQuery, caller: Caller) -> tuple[Job, Document]:
        """Return the executed notebook as far as it has come, in the format asked for."""
        await self._renderer.check_format(query.format)
        job = await self.get(id, caller)
        if job.output_hash is None:
            msg = f"Job {id} has no output: it is {job.status} and has not run a cell."
            raise NotFound(msg, reason="no_output")
        document = await self._blobs.get(job.output_hash)
        cells = [cell for cell in await self._store.output_cells(job) if cell.outputs_hash]
        outputs = [await self._blobs.get(str(cell.outputs_hash)) for cell in cells]
        if cells:
            document = await asyncio.to_thread(_joined, document, cells, outputs)
        document = await asyncio.to_thread(ipynb.strictly, document)
        return job, await self._renderer.render(document, query.format, job.name)

    async def compare(self, id: str, query: JobDiffQuery, caller: Caller) -> Comparison:
        """Return how the output of job *id* differs from that of another, as far as both are.

        Raises NotFound where one of them has none, or there is no earlier one.
        """
        job = await self.get(id, caller)
        remote = await self._side(job, caller)
        if query.other == "last":
            other = await self._store.earlier(job, caller.only)
        else:
            other = await self.get(query.other, caller)
        base = await self._side(other, caller)
        return await self._snapshots.comparer.compare(base, remote, outputs=query.outputs)

    async def _side(self, job: Job, caller: Caller) -> Side:
        _, output = await self.output(job.id, OutputQuery(), caller)
        return Side(
            label=job.name,
            id=job.id,
            path=job.notebook,
            hash=await asyncio.to_thread(digest, output.content),
            created_at=job.created_at,
            document=output.content,
        )

    async def input(self, id: str, caller: Caller) -> tuple[Job, Document]:
        """Return the frozen notebook as it was submitted."""
        job = await self.get(id, caller)
        data = await asyncio.to_thread(ipynb.strictly, await self._blobs.get(job.input_hash))
        return job, await self._renderer.render(data, "ipynb", job.name)

    async def parameters_of(self, path: str) -> tuple[Source, str, Inspection]:
        """Return the file at *path*, its kernel and its parameters."""
        source = await self._submission.read(path)
        kernel_name, inspection = await self._submission.inspect(source.data)
        return source, kernel_name, inspection

    async def parameters_in(self, request: ParametersRequest) -> tuple[str | None, Inspection]:
        """Return kernel and parameters of what is not saved yet."""
        if request.content is not None:
            data = await asyncio.to_thread(_dump, request.content)
            return await self._submission.inspect(self._submission.inline(data).data)
        source, language = str(request.source), request.language
        return None, await asyncio.to_thread(parameters_cell.inspect_source, source, language)

    async def usage(self, query: UsageQuery, caller: Caller) -> list[tuple[Any, ...]]:
        """Return (key, jobs, failures, kernel seconds, CPU seconds) for each key."""
        return await self._store.usage(query, caller.only)

    def announce(self, job: Job) -> None:
        """Tell of a job that was submitted, and let it be run."""
        self._events.announce(job)
        self._worker.wake()

    async def _again(self, job: Job, request: RerunRequest, caller: Caller) -> Source:
        if request.snapshot_id is not None:
            return await self._snapshot(request.snapshot_id, caller)
        if not request.latest:
            data = await self._blobs.get(job.input_hash)
            place = {"path": job.notebook, "item_id": job.item_id, "snapshot_id": job.snapshot_id}
            return Source(data=data, **place)
        if job.notebook is None:
            msg = "This job ran a notebook that is not a file, so there is no newer version of it."
            raise InvalidRequest(msg)
        return await self._submission.read(job.notebook)

    async def _snapshot(self, id: str, caller: Caller) -> Source:
        snapshot = await self._snapshots.get(id, caller)
        return Source(
            data=await self._snapshots.content(snapshot),
            path=snapshot.path,
            item_id=snapshot.item_id,
            snapshot_id=snapshot.id,
        )


def _dump(content: dict[str, Any] | None) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _joined(document: bytes, cells: list[CellRecord], outputs: list[bytes]) -> bytes:
    """Return the notebook *document* with *outputs* in its *cells*."""
    notebook = json.loads(document)
    for cell, output in zip(cells, outputs, strict=True):
        notebook["cells"][cell.index]["outputs"] = json.loads(output)
        notebook["cells"][cell.index]["execution_count"] = cell.execution_count
    return ipynb.write(notebook)
