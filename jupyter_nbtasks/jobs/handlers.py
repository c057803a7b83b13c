"""The REST API of jobs and of parameters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from typing import Any, Protocol
from urllib.parse import quote

from jupyter_server.utils import url_path_join

from ..execution.frames import Frame
from ..kernels.answers import EnvironmentAnswer
from ..kernels.environments import Environments
from ..notebooks.ipynb import NOTEBOOK_TYPE
from ..notebooks.parameters_cell import Inspection
from ..parameters.model import form_schema
from ..rest.handlers import (
    PREFIX,
    HandlerServices,
    NbTasksHandler,
    Routes,
    operation,
)
from ..rest.sockets import NbTasksSocket
from ..snapshots.answers import DiffAnswer, comparison_json
from .answers import (
    AttemptAnswer,
    CellAnswer,
    JobAnswer,
    JobPage,
    LinksAnswer,
    ParametersAnswer,
    UsageRow,
    UsageTable,
)
from .follower import JobFollower
from .model import Job, Trigger
from .rendering import Document
from .requests import (
    JobDiffQuery,
    JobQuery,
    JobRequest,
    OutputQuery,
    ParametersRequest,
    PathQuery,
    RerunRequest,
    StreamQuery,
    UsageQuery,
)
from .service import JobService
from .submission import Submitter

# nbconvert may have exporters that we have never heard of.
_ANY_DOCUMENT = (NOTEBOOK_TYPE, "text/html", "text/markdown", "application/pdf", "*/*")
_ID = r"(?P<id>\w+)"


class JobServices(HandlerServices, Protocol):
    """What these handlers need."""

    @property
    def follower(self) -> JobFollower: ...

    @property
    def jobs(self) -> JobService: ...

    @property
    def environments(self) -> Environments: ...


class JobsHandler(NbTasksHandler):
    """What the handlers of jobs share."""

    services: JobServices

    async def shown(self, job: Job, **more: Any) -> JobAnswer:
        """Return *job* as it is answered."""
        told = await self.services.environments.answers([job.environment])
        return self.shown_in(told.get(job.environment), job, left_out=[], **more)

    def shown_in(self, environment: EnvironmentAnswer | None, job: Job, **more: Any) -> JobAnswer:
        """Return *job*, which is for *environment*, as it is answered."""
        here = url_path_join(self.base_url, PREFIX, "jobs", job.id)
        output = f"{here}/output"
        links = LinksAnswer(
            self=here, output=output, html=f"{output}?format=html", stream=f"{here}/stream"
        )
        facts = {name: value for name, value in vars(job).items() if name in _SHOWN}
        return JobAnswer(**facts, environment=environment, links=links, **more)

    async def created(self, job: Job) -> None:
        """Answer a job that was submitted."""
        shown = await self.shown(job)
        self.set_header("Location", shown.links.self)
        await self.answer(shown, status=201)

    def send(self, job: Job, document: Document, *, download: bool) -> None:
        """Answer *document*, in a sandbox if a browser opens it."""
        if download:
            name = quote(f"{job.name}{document.extension}", safe="")
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
        self.set_header("Cache-Control", "no-cache")
        # Outputs may run scripts, but not as this server's pages.
        self.set_header("Content-Security-Policy", "frame-ancestors 'self'; sandbox allow-scripts")
        self.finish(document.content, set_content_type=_with_charset(document.content_type))


class JobListHandler(JobsHandler):
    """``jobs``."""

    @operation("write", body=JobRequest, answer=JobAnswer, status=201)
    async def post(self, request: JobRequest) -> None:
        """Submit a job: run a notebook once."""
        caller = await self.caller()
        trigger = Trigger(type=request.trigger)
        by = Submitter(owner=caller.name, trigger=trigger, sees_all=caller.sees_all)
        await self.created(await self.services.jobs.submit(request, by))

    @operation("read", query=JobQuery, answer=JobPage)
    async def get(self, query: JobQuery) -> None:
        """List jobs, newest first, without what is long; each job's own page has all of it."""
        jobs, cursor = await self.services.jobs.listing(query, await self.caller())
        told = await self.services.environments.answers(job.environment for job in jobs)
        items = [
            self.shown_in(told.get(job.environment), job, left_out=job.left_out) for job in jobs
        ]
        page = JobPage(items=items, next=cursor)
        without: Any = {"items": {"__all__": _NOT_LISTED}}
        await self.answer(await asyncio.to_thread(page.model_dump, mode="json", exclude=without))


class JobHandler(JobsHandler):
    """``jobs/<id>``."""

    @operation("read", answer=JobAnswer)
    async def get(self, id: str) -> None:
        """Show a job with its cells, and the attempts that have ended."""
        job = await self.services.jobs.get(id, await self.caller())
        cells = [CellAnswer.model_validate(cell) for cell in await self.services.jobs.cells(job)]
        ended = [
            AttemptAnswer.model_validate(one) for one in await self.services.jobs.attempts(job)
        ]
        await self.answer(await self.shown(job, cells=cells, attempts=ended))

    @operation("write", status=204)
    async def delete(self, id: str) -> None:
        """Remove a job that is over, and its output."""
        await self.services.jobs.delete(id, await self.caller())
        self.set_status(204)
        self.finish()


class CancelHandler(JobsHandler):
    """``jobs/<id>/cancel``."""

    @operation("execute", answer=JobAnswer, status=202)
    async def post(self, id: str) -> None:
        """Stop a job."""
        job = await self.services.jobs.cancel(id, await self.caller())
        await self.answer(await self.shown(job), status=202)


class RerunHandler(JobsHandler):
    """``jobs/<id>/rerun``."""

    @operation("write", body=RerunRequest, answer=JobAnswer, status=201)
    async def post(self, request: RerunRequest, id: str) -> None:
        """Submit a job again, with what is given changed."""
        await self.created(await self.services.jobs.rerun(id, request, await self.caller()))


class OutputHandler(JobsHandler):
    """``jobs/<id>/output``."""

    @operation("read", query=OutputQuery, content_types=_ANY_DOCUMENT)
    async def get(self, query: OutputQuery, id: str) -> None:
        """Get the executed notebook, as far as it has come."""
        output = self.services.jobs.output(id, query, await self.caller())
        job, document = await self.while_asked(output)
        self.send(job, document, download=query.download)


class JobDiffHandler(JobsHandler):
    """``jobs/<id>/diff``."""

    @operation("read", query=JobDiffQuery, answer=DiffAnswer)
    async def get(self, query: JobDiffQuery, id: str) -> None:
        """Compare the executed notebook with that of an earlier job."""
        comparing = self.services.jobs.compare(id, query, await self.caller())
        comparison = await self.while_asked(comparing)
        self.finish(comparison_json(comparison))


class InputHandler(JobsHandler):
    """``jobs/<id>/input``."""

    @operation("read", content_types=(NOTEBOOK_TYPE,))
    async def get(self, id: str) -> None:
        """Get the notebook as it was submitted."""
        job, document = await self.services.jobs.input(id, await self.caller())
        self.send(job, document, download=False)


class StreamHandler(NbTasksSocket, JobsHandler):
    """``jobs/<id>/stream``."""

    services: JobServices

    @operation("read", query=StreamQuery, status=101)
    async def get(self, query: StreamQuery, id: str) -> None:
        """Follow a job: a websocket of what happens after frame `after`, to its end."""
        self._after, self._caller = query.after, await self.caller()
        self._job = await self.services.jobs.get(id, self._caller)
        await self.upgrade()

    def frames(self) -> AsyncIterator[Frame]:
        """Return the frames of the job."""
        return self.services.follower.follow(self._job, self._after, self._caller)


class ParametersHandler(JobsHandler):
    """``parameters``."""

    @operation("read", query=PathQuery, answer=ParametersAnswer)
    async def get(self, query: PathQuery) -> None:
        """Read the parameters of a notebook, and a form for them."""
        source, kernel_name, inspection = await self.services.jobs.parameters_of(query.path)
        facts = {"path": source.path, "item_id": source.item_id, "hash": source.hash}
        await self.answer(await self._parameters(inspection, kernel_name, facts))

    @operation("read", body=ParametersRequest, answer=ParametersAnswer)
    async def post(self, request: ParametersRequest) -> None:
        """Read the parameters of what is not saved yet."""
        kernel_name, inspection = await self.services.jobs.parameters_in(request)
        facts = {"path": None, "item_id": None, "hash": None}
        await self.answer(await self._parameters(inspection, kernel_name, facts))

    async def _parameters(
        self, inspection: Inspection, kernel_name: str | None, facts: Mapping[str, str | None]
    ) -> dict[str, Any]:
        known = inspection.parameters or []
        environment = await self.services.environments.of_kernel(kernel_name)
        return {
            **facts,
            "kernel_name": kernel_name,
            "environment": environment and environment.model_dump(),
            "language": inspection.language,
            "cell": inspection.cell,
            "parameters": [parameter.as_json() for parameter in known],
            "schema": form_schema(known),
            "warnings": inspection.warnings,
            "imports": [asdict(one) for one in inspection.imports],
        }


class UsageHandler(JobsHandler):
    """``usage``."""

    @operation("read", query=UsageQuery, answer=UsageTable)
    async def get(self, query: UsageQuery) -> None:
        """Add up what jobs took, by owner, notebook, schedule or day."""
        rows = await self.services.jobs.usage(query, await self.caller())
        items = [
            UsageRow(
                key=key,
                jobs=jobs,
                failures=failures,
                kernel_seconds=kernel or 0,
                cpu_seconds=cpu or 0,
            )
            for key, jobs, failures, kernel, cpu in rows
        ]
        await self.answer(UsageTable(by=query.by, items=items))


_SHOWN = JobAnswer.model_fields.keys() - {"environment", "left_out", "links", "cells", "attempts"}
_NOT_LISTED = {"error": {"traceback"}, "cells": True, "attempts": True}


def _with_charset(content_type: str) -> str:
    return f"{content_type}; charset=UTF-8" if content_type.startswith("text/") else content_type


ROUTES = Routes[JobServices](
    [
        (rf"{PREFIX}/jobs", JobListHandler),
        (rf"{PREFIX}/jobs/{_ID}", JobHandler),
        (rf"{PREFIX}/jobs/{_ID}/cancel", CancelHandler),
        (rf"{PREFIX}/jobs/{_ID}/rerun", RerunHandler),
        (rf"{PREFIX}/jobs/{_ID}/output", OutputHandler),
        (rf"{PREFIX}/jobs/{_ID}/input", InputHandler),
        (rf"{PREFIX}/jobs/{_ID}/diff", JobDiffHandler),
        (rf"{PREFIX}/jobs/{_ID}/stream", StreamHandler),
        (rf"{PREFIX}/parameters", ParametersHandler),
        (rf"{PREFIX}/usage", UsageHandler),
    ]
)
