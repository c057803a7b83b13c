"""Web tools as their callers see them: asynchronous geoprocessing services of one task each."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Protocol

from ...errors import FieldError, InvalidRequest, NotFound
from ...jobs.model import Job
from ...rest.handlers import Routes, operation
from ...rest.schemas import read
from ...tools.caller import ToolCaller
from ...tools.model import Input, Tool
from ...tools.requests import RunRequest
from ..surface.forms import Asked
from ..surface.rest import Operation, Resource
from . import gp_answers
from .answers import SERVICE
from .forms import JobForm
from .gp_types import type_of_input, value_in, value_out
from .handlers import ServicesHandler, ToolServices

CATALOG = "rest/services"
TOOL = f"{CATALOG}/<name>/{SERVICE}"
TASK = f"{TOOL}/<task>"
# Clients send these to any task; they are not parameters of it.
_CONTROLS = re.compile(r"f|token|context|callback|env:.*|return\w+|_.*")
_KINDS = {"GPLinearUnit", "GPFeatureRecordSetLayer", "GPRecordSet"}


class GeoprocessingServices(ToolServices, Protocol):
    """What these handlers need."""

    @property
    def tool_caller(self) -> ToolCaller: ...


class TasksHandler(ServicesHandler):
    """What the handlers of services and their jobs share."""

    services: GeoprocessingServices

    async def tool(self, name: str, task: str) -> Tool:
        """Return the tool whose task that is; raises NotFound."""
        tool = await self.services.tools.get(name, await self.caller())
        if task != tool.name:
            msg = f"There is no task {task!r}; that of this service is {tool.name!r}."
            raise NotFound(msg)
        return tool

    async def call(self, name: str, task: str, job_id: str) -> tuple[Tool, Job]:
        """Return a tool and one of its calls; raises NotFound."""
        await self.tool(name, task)
        return await self.services.tool_caller.job(name, job_id, await self.caller())


class CatalogHandler(TasksHandler, Resource):
    """``rest/services``."""

    @operation("read")
    async def get(self) -> None:
        """List the services: all tools that one may call, newest first."""
        listed = [
            {"name": tool.name, "type": SERVICE, "url": self.shown(tool)["url"]}
            for tool in await self.all()
        ]
        await self.answer({"currentVersion": 11.4, "folders": [], "services": listed})


class ServiceHandler(TasksHandler, Resource):
    """``rest/services/<name>/GPServer``."""

    @operation("read")
    async def get(self, name: str) -> None:
        """Show a service, and the name of its task."""
        tool = await self.services.tools.get(name, await self.caller())
        at = self.url("rest", "services", tool.name, SERVICE, tool.name)
        await self.answer({**gp_answers.service(tool), "taskUrl": at})


class TaskHandler(TasksHandler, Resource):
    """``…/GPServer/<task>``."""

    @operation("read")
    async def get(self, name: str, task: str) -> None:
        """Show what a task takes and what it hands back."""
        await self.answer(gp_answers.task(await self.tool(name, task)))


class SubmitHandler(TasksHandler, Operation):
    """``…/GPServer/<task>/submitJob``."""

    is_got = True

    @operation("read")
    async def get(self, **path: str) -> None:
        """Show a form of the task's parameters."""
        if self.format != "html":
            await super().get(**path)
            return
        tool = await self.tool(path["name"], path["task"])
        [form] = self.place.links()["operations"]
        self.send_page(operations=[replace(form, fields=[*map(_asked, tool.inputs)])])

    @operation("execute")
    async def post(self, name: str, task: str) -> None:
        """Run a web tool as a job; parameters are sent by their names."""
        tool = await self.tool(name, task)
        request = read(RunRequest, {"parameters": _values(tool, self.given)})
        _, job = await self.services.tool_caller.run(name, request, await self.caller())
        await self.answer(gp_answers.brief(job))


class JobHandler(TasksHandler, Resource):
    """``…/<task>/jobs/<job_id>``."""

    @operation("read", query=JobForm)
    async def get(self, form: JobForm, name: str, task: str, job_id: str) -> None:
        """Show how a job of a web tool stands, and where its results are."""
        tool, job = await self.call(name, task, job_id)
        await self.answer(gp_answers.full(tool, job, with_messages=form.return_messages))


class ResultHandler(TasksHandler, Resource):
    """``…/jobs/<job_id>/results/<parameter>``."""

    @operation("read")
    async def get(self, name: str, task: str, job_id: str, parameter: str) -> None:
        """Give a result of a job."""
        tool, job = await self.call(name, task, job_id)
        files = self.absolute("/files")
        await self.answer(gp_answers.result(tool, job, parameter, files))


class InputHandler(TasksHandler, Resource):
    """``…/jobs/<job_id>/inputs/<parameter>``."""

    @operation("read")
    async def get(self, name: str, task: str, job_id: str, parameter: str) -> None:
        """Give the value that a job was given, or its default."""
        tool, job = await self.call(name, task, job_id)
        await self.answer(gp_answers.input_of(tool, job, parameter))


class CancelHandler(TasksHandler, Operation):
    """``…/jobs/<job_id>/cancel``."""

    is_got = True

    @operation("execute")
    async def post(self, name: str, task: str, job_id: str) -> None:
        """Stop a job of a web tool."""
        await self.tool(name, task)
        _, job = await self.services.tool_caller.cancel(name, job_id, await self.caller())
        await self.answer(gp_answers.brief(job))


def _values(tool: Tool, given: dict[str, Any]) -> dict[str, Any]:
    """Return what was *given* for the inputs of *tool*; raises InvalidRequest for other names."""
    inputs = {one.name: one for one in tool.inputs}
    unknown = [name for name in given if name not in inputs and not _CONTROLS.fullmatch(name)]
    if unknown:
        known = ", ".join(inputs) or "none"
        errors = [
            FieldError(name, f"There is no parameter {name!r}. Known: {known}.") for name in unknown
        ]
        raise InvalidRequest(" ".join(error.message for error in errors), errors=errors)
    sent = {name: given[name] for name in inputs if given.get(name, "") != ""}
    return {name: value_in(inputs[name], value) for name, value in sent.items()}


def _asked(one: Input) -> Asked:
    data_type = type_of_input(one)
    is_large = data_type in _KINDS or data_type.startswith("GPMultiValue")
    kind = "boolean" if data_type == "GPBoolean" else "object" if is_large else "string"
    return Asked(
        name=one.name,
        kind="choice" if one.choices else kind,
        is_required=one.required,
        default=value_out(data_type, one.default),
        help=f"{one.description or one.title} ({data_type})",
        choices=tuple(map(str, one.choices or ())),
    )


ROUTES = Routes[GeoprocessingServices](
    [
        (CATALOG, CatalogHandler),
        (TOOL, ServiceHandler),
        (TASK, TaskHandler),
        (f"{TASK}/submitJob", SubmitHandler),
        (f"{TASK}/jobs/<job_id>", JobHandler),
        (f"{TASK}/jobs/<job_id>/results/<parameter>", ResultHandler),
        (f"{TASK}/jobs/<job_id>/inputs/<parameter>", InputHandler),
        (f"{TASK}/jobs/<job_id>/cancel", CancelHandler),
    ]
)
