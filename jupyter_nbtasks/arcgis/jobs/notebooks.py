"""Notebooks that are open: list, show, close."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

from ...contents.notebook_files import Contents
from ...errors import NbTasksError, NotFound
from ...rest.handlers import Routes, operation
from ...server.answers import OpenNotebook
from ...server.service import ServerService
from ..surface.base import ArcgisHandler, ArcgisServices
from ..surface.rest import Operation, Resource
from . import answers


class NotebookServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def server(self) -> ServerService: ...


class NotebookReader(ArcgisHandler):
    """What the handlers of open notebooks share."""

    services: NotebookServices

    async def shown(self, opened: OpenNotebook) -> dict[str, Any]:
        """Return an open notebook as it is answered."""
        modified = None
        with suppress(NbTasksError):
            modified = (await self.services.contents.describe(opened.path))["last_modified"]
        return answers.open_notebook(opened, self.notebook_url(opened.path), modified)

    async def one(self, id: str) -> OpenNotebook:
        """Return the open notebook *id*; raises NotFound."""
        try:
            session = str(UUID(id))
        except ValueError:
            msg = f"There is no open notebook {id!r}."
            raise NotFound(msg) from None
        return await self.services.server.notebook(session, self.services.access.sole_owner)


class NotebooksHandler(NotebookReader, Resource):
    """``admin/notebooks``."""

    @operation("read")
    async def get(self) -> None:
        """List the notebooks that are open with a kernel, and what is below."""
        opened = await self.services.server.notebooks(self.services.access.sole_owner)
        shown = [await self.shown(one) for one in opened]
        await self.answer({"notebooks": shown, **self.listing()})


class NotebookHandler(NotebookReader, Resource):
    """``admin/notebooks/<id>``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """Show an open notebook."""
        await self.answer({**await self.shown(await self.one(id)), **self.listing()})


class CloseHandler(NotebookReader, Operation):
    """``admin/notebooks/<id>/close``."""

    @operation("execute")
    async def post(self, id: str) -> None:
        """Close an open notebook: its session and its kernel end."""
        await self.allow("execute", "sessions")
        await self.services.server.close((await self.one(id)).id)
        await self.answer({"status": "success"})


ROUTES = Routes[NotebookServices](
    [
        ("admin/notebooks", NotebooksHandler),
        ("admin/notebooks/<id>", NotebookHandler),
        ("admin/notebooks/<id>/close", CloseHandler),
        ("admin/notebooks/<id>/closeNotebook", CloseHandler),
    ]
)
