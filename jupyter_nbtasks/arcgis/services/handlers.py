"""Web tools as an administrator sees them: our tools, one of a notebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, Protocol

from ...contents.notebook_files import Contents
from ...errors import Conflict, NotFound
from ...rest.handlers import Routes, operation
from ...rest.schemas import read
from ...tools.model import Tool
from ...tools.requests import OverwriteRequest, ToolChange, ToolQuery, ToolRequest
from ...tools.service import ToolService
from ..jobs import items
from ..surface.base import ArcgisHandler, ArcgisServices
from ..surface.rest import Operation, Resource
from .answers import SERVICE, shown, tool_id
from .forms import (
    NewServiceForm,
    ParameterProperties,
    ServiceChanges,
    ServiceForm,
    ServiceProperties,
    TaskProperties,
)

SERVICES = "admin/services"
_PAGE = 500
_NAME_LENGTH = 50


class ToolServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def tools(self) -> ToolService: ...


class ServicesHandler(ArcgisHandler):
    """What the handlers of web tools share."""

    services: ToolServices

    def shown(self, tool: Tool) -> dict[str, Any]:
        """Return *tool* as it is listed."""
        return shown(tool, self.url("rest", "services", tool.name, SERVICE))

    async def all(self, **asked: Any) -> list[Tool]:
        """Return all tools that are meant, newest first."""
        query, caller = read(ToolQuery, {"limit": _PAGE, **asked}), await self.caller()
        found, cursor = await self.services.tools.page(query, caller)
        while cursor is not None:
            query = query.model_copy(update={"cursor": cursor})
            page, cursor = await self.services.tools.page(query, caller)
            found += page
        return found

    async def one(self, service: str) -> Tool:
        """Return the tool behind ``<id>.GPServer``; raises NotFound."""
        id, _, kind = service.rpartition(".")
        found = tool_id(id) if kind == SERVICE else None
        if found is None:
            msg = f"There is no service {service!r}."
            raise NotFound(msg)
        return await self.services.tools.by_id(found, await self.caller())


class ServiceListHandler(ServicesHandler, Resource):
    """``admin/services``."""

    @operation("read")
    async def get(self) -> None:
        """List the web tools: all tools that one may call, newest first."""
        listed = [self.shown(tool) for tool in await self.all()]
        await self.answer({"services": listed, **self.listing()})


class TypesHandler(ServicesHandler, Resource):
    """``admin/services/types``."""

    @operation("read")
    async def get(self) -> None:
        """List the types of services."""
        kind = {"name": SERVICE, "provider": "notebooks", "extensions": []}
        await self.answer({"types": [kind]})


class CreateServiceHandler(ServicesHandler, Operation):
    """``admin/services/createService``."""

    @operation("write", body=NewServiceForm)
    async def post(self, form: NewServiceForm) -> None:
        """Publish a notebook as a web tool: it runs as it is now, until it is edited."""
        asked = read(ServiceProperties, form.service_properties)
        path = (await items.describe(self.services.contents, asked.json_properties.notebook_id))[
            "path"
        ]
        await self.check_first(path)
        title = asked.json_properties.title or PurePosixPath(path).stem
        request = {
            "notebook": path,
            "title": title,
            "description": asked.description,
            **_said(asked.json_properties.tasks),
        }
        tool = await self.made(_name(title), request)
        await self.answer({"itemId": shown(tool, "")["itemId"], "status": "success"})

    async def check_first(self, path: str) -> None:
        """Refuse a notebook that has a web tool; raises Conflict."""
        id = self.services.contents.file_ids.id_of(path)
        for tool in await self.all(**({"item_id": id} if id else {"notebook": path})):
            msg = f"This notebook is the web tool {tool.name!r} already. Edit or delete that one."
            raise Conflict(msg, reason="limit_reached")

    async def made(self, name: str, request: dict[str, Any]) -> Tool:
        """Publish the notebook by *name*, or that with a number if it is another tool's."""
        owner, free, number = (await self.caller()).name, name, 1
        while True:
            try:
                return await self.services.tools.create(
                    read(ToolRequest, request | {"name": free}), owner
                )
            except Conflict as refused:
                if refused.reason != "name_taken":
                    raise
            number += 1
            free = f"{name}_{number}"


class ServiceHandler(ServicesHandler, Resource):
    """``admin/services/<service>``."""

    @operation("read")
    async def get(self, service: str) -> None:
        """Show a web tool."""
        await self.answer({**self.shown(await self.one(service)), **self.listing()})


class EditServiceHandler(ServicesHandler, Operation):
    """``admin/services/<service>/edit``."""

    @operation("write", body=ServiceForm)
    async def post(self, form: ServiceForm, service: str) -> None:
        """Let a web tool run its notebook as that is now."""
        asked = read(ServiceChanges, form.service_properties)
        tool, caller = await self.one(service), await self.caller()
        said = {} if asked.json_properties.tasks is None else _said(asked.json_properties.tasks)
        await self.services.tools.overwrite(tool.name, read(OverwriteRequest, said), caller)
        told = {"title": asked.json_properties.title, "description": asked.description}
        changes = {name: value for name, value in told.items() if value is not None}
        if changes:
            await self.services.tools.change(tool.name, read(ToolChange, changes), caller)
        await self.answer({"itemId": self.shown(tool)["itemId"], "status": "success"})


class DeleteServiceHandler(ServicesHandler, Operation):
    """``admin/services/<service>/delete``."""

    @operation("write")
    async def post(self, service: str) -> None:
        """Remove a web tool; its notebook, its jobs and its snapshot stay."""
        await self.services.tools.delete((await self.one(service)).name, await self.caller())
        await self.answer({"status": "success"})


def _name(title: str) -> str:
    """Return *title* as a part of an address."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", title)[:_NAME_LENGTH].strip("_")
    if not name:
        return "tool"
    return name if name[0].isalpha() else f"tool_{name}"


def _said(tasks: Sequence[TaskProperties]) -> dict[str, Any]:
    """Return what is said of the parameters of *tasks*, in the words of our tools."""
    parameters = [one for task in tasks for one in task.parameters]
    return {
        "inputs": {one.name: _options(one) for one in parameters if one.direction == "input"},
        "results": [
            {"name": one.name, **_options(one), "description": one.description or ""}
            for one in parameters
            if one.direction == "output"
        ],
    }


def _options(one: ParameterProperties) -> dict[str, Any]:
    return {"type": one.data_type, "title": one.display_name, "description": one.description}


ROUTES = Routes[ToolServices](
    [
        (SERVICES, ServiceListHandler),
        (f"{SERVICES}/types", TypesHandler),
        (f"{SERVICES}/createService", CreateServiceHandler),
        (f"{SERVICES}/<service>", ServiceHandler),
        (f"{SERVICES}/<service>/edit", EditServiceHandler),
        (f"{SERVICES}/<service>/delete", DeleteServiceHandler),
    ]
)
