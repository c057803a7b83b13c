"""The REST API of tools."""

from __future__ import annotations

from typing import Protocol

from jupyter_server.utils import url_path_join

from ..jobs.model import Job
from ..rest.handlers import PREFIX, HandlerServices, NbTasksHandler, Routes, operation
from .answers import CallAnswer, CallLinks, ToolAnswer, ToolLinks, ToolPage
from .caller import ToolCaller
from .fields import schema_of
from .model import Tool
from .openapi import document
from .requests import CallRequest, OverwriteRequest, RunRequest, ToolChange, ToolQuery, ToolRequest
from .service import ToolService

_NAME = r"(?P<name>[A-Za-z][\w-]*)"
_ID = r"(?P<id>\w+)"


class ToolServices(HandlerServices, Protocol):
    """What these handlers need."""

    @property
    def max_tool_wait(self) -> float: ...

    @property
    def tool_caller(self) -> ToolCaller: ...

    @property
    def tools(self) -> ToolService: ...


class ToolsHandler(NbTasksHandler):
    """What the handlers of tools share."""

    services: ToolServices

    def here(self, tool: Tool, *parts: str) -> str:
        """Return the address of *tool*, or of what is below it."""
        return url_path_join(self.base_url, PREFIX, "tools", tool.name, *parts)

    def shown(self, tool: Tool) -> ToolAnswer:
        """Return *tool* as it is answered."""
        links = ToolLinks(
            self=self.here(tool),
            run=self.here(tool, "run"),
            call=self.here(tool, "call"),
            openapi=self.here(tool, "openapi.json"),
        )
        more = {"results": tool.outputs, "form": schema_of(tool.inputs), "links": links}
        facts = tool.request | vars(tool) | more
        return ToolAnswer(**{name: facts[name] for name in ToolAnswer.model_fields})

    def called(self, tool: Tool, job: Job) -> CallAnswer:
        """Return *job* as its caller is answered."""
        here = self.here(tool, "jobs", job.id)
        links = CallLinks(self=here, cancel=f"{here}/cancel")
        results = tool.results_for_caller(job.results)
        facts = vars(job) | {"tool": tool.name, "results": results, "links": links}
        return CallAnswer(**{name: facts[name] for name in CallAnswer.model_fields})


class ToolListHandler(ToolsHandler):
    """``tools``."""

    @operation("write", body=ToolRequest, answer=ToolAnswer, status=201)
    async def post(self, request: ToolRequest) -> None:
        """Publish a notebook as a tool: it runs as it is now, until it is overwritten."""
        caller = await self.caller()
        tool = await self.services.tools.create(request, caller.name)
        self.set_header("Location", self.here(tool))
        await self.answer(self.shown(tool), status=201)

    @operation("read", query=ToolQuery, answer=ToolPage)
    async def get(self, query: ToolQuery) -> None:
        """List tools, newest first: one's own and those that are shared."""
        page, cursor = await self.services.tools.page(query, await self.caller())
        await self.answer(ToolPage(items=[self.shown(one) for one in page], next=cursor))


class ToolHandler(ToolsHandler):
    """``tools/<name>``."""

    @operation("read", answer=ToolAnswer)
    async def get(self, name: str) -> None:
        """Show a tool: what it takes and what it hands back."""
        await self.answer(self.shown(await self.services.tools.get(name, await self.caller())))

    @operation("write", body=ToolChange, answer=ToolAnswer)
    async def patch(self, change: ToolChange, name: str) -> None:
        """Change what is given; what it runs stays."""
        tool = await self.services.tools.change(name, change, await self.caller())
        await self.answer(self.shown(tool))

    @operation("write", status=204)
    async def delete(self, name: str) -> None:
        """Remove a tool; its jobs and its snapshot stay."""
        await self.services.tools.delete(name, await self.caller())
        self.set_status(204)
        self.finish()


class OverwriteHandler(ToolsHandler):
    """``tools/<name>/overwrite``."""

    @operation("write", body=OverwriteRequest, answer=ToolAnswer)
    async def post(self, request: OverwriteRequest, name: str) -> None:
        """Let a tool run its notebook as that is now."""
        tool = await self.services.tools.overwrite(name, request, await self.caller())
        await self.answer(self.shown(tool))


class RunToolHandler(ToolsHandler):
    """``tools/<name>/run``."""

    @operation("execute", body=RunRequest, answer=CallAnswer, status=201)
    async def post(self, request: RunRequest, name: str) -> None:
        """Call a tool; look at the job for its results."""
        tool, job = await self.services.tool_caller.run(name, request, await self.caller())
        shown = self.called(tool, job)
        self.set_header("Location", shown.links.self)
        await self.answer(shown, status=201)


class CallToolHandler(ToolsHandler):
    """``tools/<name>/call``."""

    @operation("execute", body=CallRequest, answer=CallAnswer, status=(200, 202))
    async def post(self, request: CallRequest, name: str) -> None:
        """Call a tool and wait for its results; 202 if it takes longer than may be waited."""
        tool, job = await self.services.tool_caller.run(name, request, await self.caller())
        limit = self.services.max_tool_wait
        seconds = limit if request.wait is None else min(request.wait, limit)
        job = await self.services.tool_caller.wait(tool, job, seconds)
        shown = self.called(tool, job)
        self.set_header("Location", shown.links.self)
        await self.answer(shown, status=200 if job.status.is_final else 202)


class ToolJobHandler(ToolsHandler):
    """``tools/<name>/jobs/<id>``."""

    @operation("read", answer=CallAnswer)
    async def get(self, name: str, id: str) -> None:
        """Show a call of a tool and its results: one's own, or of one's own tool."""
        tool, job = await self.services.tool_caller.job(name, id, await self.caller())
        await self.answer(self.called(tool, job))


class CancelToolHandler(ToolsHandler):
    """``tools/<name>/jobs/<id>/cancel``."""

    @operation("execute", answer=CallAnswer, status=202)
    async def post(self, name: str, id: str) -> None:
        """Stop a call of a tool."""
        tool, job = await self.services.tool_caller.cancel(name, id, await self.caller())
        await self.answer(self.called(tool, job), status=202)


class ToolDocumentHandler(ToolsHandler):
    """``tools/<name>/openapi.json``."""

    @operation("read")
    async def get(self, name: str) -> None:
        """Describe a tool (OpenAPI 3.1)."""
        tool = await self.services.tools.get(name, await self.caller())
        await self.answer(document(tool, self.here(tool)))


ROUTES = Routes[ToolServices](
    [
        (rf"{PREFIX}/tools", ToolListHandler),
        (rf"{PREFIX}/tools/{_NAME}", ToolHandler),
        (rf"{PREFIX}/tools/{_NAME}/overwrite", OverwriteHandler),
        (rf"{PREFIX}/tools/{_NAME}/run", RunToolHandler),
        (rf"{PREFIX}/tools/{_NAME}/call", CallToolHandler),
        (rf"{PREFIX}/tools/{_NAME}/openapi.json", ToolDocumentHandler),
        (rf"{PREFIX}/tools/{_NAME}/jobs/{_ID}", ToolJobHandler),
        (rf"{PREFIX}/tools/{_NAME}/jobs/{_ID}/cancel", CancelToolHandler),
    ]
)
