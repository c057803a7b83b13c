"""The REST API of the server itself."""

from __future__ import annotations

from ..rest.handlers import PREFIX, NbTasksHandler, operation
from ..rest.openapi import document
from .answers import ConfigAnswer, OpenNotebooks, RuntimeAnswer, RuntimeList
from .service import ServerService


class NotebooksHandler(NbTasksHandler):
    """``notebooks``."""

    server: ServerService

    @operation("read", answer=OpenNotebooks)
    async def get(self) -> None:
        """List the notebooks open now, with their kernels."""
        items = await self.server.notebooks(self.access.sole_owner)
        await self.answer(OpenNotebooks(items=items))


class RuntimesHandler(NbTasksHandler):
    """``runtimes``."""

    server: ServerService

    @operation("read", answer=RuntimeList)
    async def get(self) -> None:
        """List the kernels that the server offers."""
        await self.answer(RuntimeList(items=await self.server.runtimes()))


class RuntimeHandler(NbTasksHandler):
    """``runtimes/<name>``."""

    server: ServerService

    @operation("read", answer=RuntimeAnswer)
    async def get(self, name: str) -> None:
        """Show a kernel and the packages of its environment."""
        await self.answer(await self.server.runtime(name))


class ConfigHandler(NbTasksHandler):
    """``config``."""

    server: ServerService

    @operation("read", answer=ConfigAnswer)
    async def get(self) -> None:
        """Show the limits and policies in force."""
        await self.answer(self.server.config())


class OpenApiHandler(NbTasksHandler):
    """``openapi.json``."""

    api_routes: list[tuple[str, type[NbTasksHandler]]]

    @operation("read")
    async def get(self) -> None:
        """Describe this API (OpenAPI 3.1)."""
        await self.answer(document(self.api_routes, self.base_url))


ROUTES: list[tuple[str, type[NbTasksHandler]]] = [
    (rf"{PREFIX}/notebooks", NotebooksHandler),
    (rf"{PREFIX}/runtimes", RuntimesHandler),
    (rf"{PREFIX}/runtimes/(?P<name>[^/]+)", RuntimeHandler),
    (rf"{PREFIX}/config", ConfigHandler),
    (rf"{PREFIX}/openapi.json", OpenApiHandler),
]
