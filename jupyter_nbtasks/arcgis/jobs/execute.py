"""Runs a notebook as that API asks for it: one call, one job."""

from __future__ import annotations

from typing import Any, Protocol

from ...contents.notebook_files import Contents
from ...jobs.model import Job, Trigger
from ...jobs.requests import JobRequest
from ...jobs.service import JobService
from ...jobs.submission import Submitter
from ...parameters.model import Parameter
from ...rest import schemas
from ...rest.handlers import operation
from ..surface.base import ArcgisServices
from ..surface.dialect import dated
from ..surface.rest import Operation
from . import items
from .answers import RUN_TAG, TASK_TAG
from .forms import ExecuteForm

# Longer is for ever, and that API's own examples ask for more.
_LONGEST_MINUTES = 366 * 24 * 60.0


class ExecuteServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def jobs(self) -> JobService: ...


class ExecuteHandler(Operation):
    """``admin/notebooks/executeNotebook``."""

    services: ExecuteServices

    @operation("write", body=ExecuteForm)
    async def post(self, form: ExecuteForm) -> None:
        """Run a notebook as a job: all its cells in order, with these values."""
        job = await self.submit(form)
        url = self.url("admin", "system", "jobs", job.id)
        await self.answer({"jobId": job.id, "jobUrl": url, "status": "success"})

    async def submit(self, form: ExecuteForm) -> Job:
        """Submit the job; raises NotFound, InvalidRequest."""
        path = items.path_of(self.services.contents, form.item_id)
        _, _, inspection = await self.services.jobs.parameters_of(path)
        request = schemas.read(JobRequest, asked(form, path, inspection.parameters or []))
        by = Submitter(owner=(await self.caller()).name, trigger=Trigger(type="api"))
        return await self.services.jobs.submit(request, by)


def asked(form: ExecuteForm, path: str, parameters: list[Parameter]) -> dict[str, Any]:
    """Return what *form* asks for in the words of a job's request.

    Names that the notebook does not define are injected all the same, as that API does.
    """
    minutes = form.execution_timeout_in_minutes
    tags = [(TASK_TAG, form.task_id), (RUN_TAG, form.run_id)]
    return {
        "notebook": path,
        "parameters": with_dates(form.notebook_parameters, parameters),
        "update_notebook": form.update_portal_item,
        "save_parameters": form.save_injected_parameters,
        "timeout": None if minutes is None else min(minutes, _LONGEST_MINUTES) * 60,
        "strict": False,
        "tags": [f"{tag}{value}" for tag, value in tags if value],
    }


def with_dates(values: dict[str, Any], parameters: list[Parameter]) -> dict[str, Any]:
    """Return *values*, a number in milliseconds as a date where the notebook wants one (UTC)."""
    kinds = {one.name: str(one.type.kind) for one in parameters}
    return {name: dated(value, kinds.get(name, "")) for name, value in values.items()}


ROUTES: list[tuple[str, Any]] = [("admin/notebooks/executeNotebook", ExecuteHandler)]
