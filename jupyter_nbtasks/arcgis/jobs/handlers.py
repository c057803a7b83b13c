"""Jobs, by the addresses of either kind of notebook server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Protocol

from ...caller import Caller
from ...errors import Conflict, NotFound
from ...jobs.model import Job, Status
from ...jobs.requests import JobQuery
from ...jobs.service import JobService
from ...rest.handlers import Routes, operation
from ...server.answers import OpenNotebook
from ...server.service import ServerService
from ..surface.base import ArcgisHandler, ArcgisServices
from ..surface.rest import Operation, Resource
from . import answers
from .forms import JobsForm

_PAGE = 500
_FINAL = ",".join(status for status in Status if status.is_final)


class JobServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def jobs(self) -> JobService: ...

    @property
    def server(self) -> ServerService: ...


class JobReader(ArcgisHandler):
    """What the handlers of jobs share."""

    services: JobServices

    async def newest(self, form: JobsForm, *, is_full: bool) -> list[dict[str, Any]]:
        """Return jobs, and what opened notebooks, the newest first."""
        caller = await self.caller()
        query = JobQuery.model_validate({"limit": min(form.num, _PAGE)})
        found = await self.some(query, form.num, caller)
        # Sessions have no owners: where there are persons, only an administrator sees all.
        opened = (
            await self.services.server.notebooks(self.services.access.sole_owner)
            if caller.sees_all
            else []
        )
        shown = await asyncio.to_thread(self._shown, found, opened, is_full)
        return sorted(shown, key=lambda job: -job["startTime"])[: form.num]

    async def some(self, query: JobQuery, count: int, caller: Caller) -> list[Job]:
        """Return the newest *count* jobs that *query* means."""
        found: list[Job] = []
        while len(found) < count:
            page, cursor = await self.services.jobs.page(query, caller)
            found += page
            if cursor is None:
                break
            query = query.model_copy(update={"cursor": cursor})
        return found[:count]

    async def one(self, job_id: str) -> dict[str, Any]:
        """Return all of a job; raises NotFound."""
        session = answers.session_of(job_id)
        if session is None:
            return self.full(await self.services.jobs.get(job_id, await self.caller()))
        opened = await self.services.server.notebook(session, self.services.access.sole_owner)
        return answers.opened_full(opened, self.notebook_url(opened.path))

    def full(self, job: Job) -> dict[str, Any]:
        """Return all of *job*."""
        return answers.full(job, self.absolute(f"/nbtasks/api/jobs/{job.id}/output"))

    def _shown(
        self, jobs: list[Job], opened: list[OpenNotebook], is_full: bool
    ) -> list[dict[str, Any]]:
        if not is_full:
            return [*map(answers.brief, jobs), *map(answers.opened_brief, opened)]
        sessions = [answers.opened_full(one, self.notebook_url(one.path)) for one in opened]
        return [*map(self.full, jobs), *sessions]


class SystemJobsHandler(JobReader, Resource):
    """``admin/system/jobs``."""

    @operation("read", query=JobsForm)
    async def get(self, form: JobsForm) -> None:
        """List jobs, the newest first."""
        jobs = await self.newest(form, is_full=form.detail or form.details)
        await self.answer({"asyncJobs": jobs, "total": len(jobs), **self.listing()})


class NotebookJobsHandler(JobReader, Resource):
    """``admin/notebooks/jobs``."""

    @operation("read", query=JobsForm)
    async def get(self, form: JobsForm) -> None:
        """List jobs, the newest first; with details under another name."""
        is_full = form.detail or form.details
        name = "notebookJobs" if is_full else "asyncNotebookJobs"
        await self.answer({name: await self.newest(form, is_full=is_full)})


class JobHandler(JobReader, Resource):
    """``admin/…/jobs/<job_id>``."""

    @operation("read")
    async def get(self, job_id: str) -> None:
        """Show a job."""
        await self.answer(await self.one(job_id))


class CancelHandler(JobReader, Operation):
    """``admin/…/jobs/<job_id>/cancel``."""

    is_got = True

    @operation("execute")
    async def post(self, job_id: str) -> None:
        """Stop a job."""
        if answers.session_of(job_id) is not None:
            msg = f"Job {job_id} has opened its notebook already; close the notebook instead."
            raise Conflict(msg, reason="already_final")
        await self.services.jobs.cancel(job_id, await self.caller())
        await self.answer({"status": "success"})


class DeleteAllHandler(JobReader, Operation):
    """``admin/system/jobs/deleteAll``."""

    @operation("write")
    async def post(self) -> None:
        """Remove all jobs that are over, and what they kept."""
        caller = await self.caller()
        query = JobQuery.model_validate({"status": _FINAL, "limit": _PAGE})
        while found := await self.some(query, _PAGE, caller):
            for job in found:
                with suppress(NotFound):
                    await self.services.jobs.delete(job.id, caller)
        await self.answer({"status": "success"})


ROUTES = Routes[JobServices](
    [
        ("admin/system/jobs", SystemJobsHandler),
        ("admin/system/jobs/deleteAll", DeleteAllHandler),
        ("admin/system/jobs/<job_id>", JobHandler),
        ("admin/system/jobs/<job_id>/cancel", CancelHandler),
        ("admin/notebooks/jobs", NotebookJobsHandler),
        ("admin/notebooks/jobs/<job_id>", JobHandler),
        ("admin/notebooks/jobs/<job_id>/cancel", CancelHandler),
    ]
)
