"""The REST API of the server itself."""

from __future__ import annotations

from typing import Protocol

from ..rest.handlers import PREFIX, HandlerServices, NbTasksHandler, Routes, operation
from ..rest.openapi import document
from .answers import ConfigAnswer, OpenNotebooks, RuntimeAnswer, RuntimeList
from .service import ServerService


class ServerServices(HandlerServices, Protocol):
    """What these handlers need."""

    @property
    def api_routes(self) -> list[tuple[str, type[NbTasksHandler]]]: ...

    @property
    def server(self) -> ServerService: ...


class NotebooksHandler(NbTasksHandler):
    """``notebooks``."""

    services: ServerServices

    @operation("read", answer=OpenNotebooks)
    async def get(self) -> None:
        """List the notebooks open now, with their kernels."""
        items = await self.services.server.notebooks(self.services.access.sole_owner)
        await self.answer(OpenNotebooks(items=items))


class RuntimesHandler(NbTasksHandler):
    """``runtimes``."""

    services: ServerServices

    @operation("read", answer=RuntimeList)
    async def get(self) -> None:
        """List the kernels that the server offers."""
        await self.answer(RuntimeList(items=await self.services.server.runtimes()))


class RuntimeHandler(NbTasksHandler):
    """``runtimes/<name>``."""

    services: ServerServices

    @operation("read", answer=RuntimeAnswer)
    async def get(self, name: str) -> None:
        """Show a kernel and the packages of its environment."""
        await self.answer(await self.services.server.runtime(name))


class ConfigHandler(NbTasksHandler):
    """``config``."""

    services: ServerServices

    @operation("read", answer=ConfigAnswer)
    async def get(self) -> None:
        """Show the limits and policies in force, and who asks."""
        caller = await self.caller()
        await self.answer(await self.services.server.config(caller.name))


class OpenApiHandler(NbTasksHandler):
    """``openapi.json``."""

    services: ServerServices

    @operation("read")
    async def get(self) -> None:
        """Describe this API (OpenAPI 3.1)."""
        await self.answer(await document(self.services.api_routes, self.base_url))


ROUTES = Routes[ServerServices](
    [
        (rf"{PREFIX}/notebooks", NotebooksHandler),
        (rf"{PREFIX}/runtimes", RuntimesHandler),
        (rf"{PREFIX}/runtimes/(?P<name>[^/]+)", RuntimeHandler),
        (rf"{PREFIX}/config", ConfigHandler),
        (rf"{PREFIX}/openapi.json", OpenApiHandler),
    ]
)
