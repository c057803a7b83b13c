"""Workspaces: the files of the server, as the folder of whoever asks."""

from __future__ import annotations

from typing import Any

from ...errors import NotFound
from ...rest.handlers import Routes, operation
from ..surface.base import ArcgisServices
from ..surface.rest import Resource, unsupported

_VOLUMES = "notebooks lie in the server's Contents, which need no storage volumes."


class WorkspaceReader(Resource):
    """What the handlers of workspaces share."""

    async def mine(self) -> dict[str, Any]:
        """Return the caller's workspace."""
        name = (await self.caller()).name
        url = self.url("admin", "dataaccess", name, "notebookworkspace")
        return {"id": name, "name": name, "username": name, "mount": "/", "url": url}


class NotebookWorkspacesHandler(WorkspaceReader):
    """``admin/notebooks/workspaces``."""

    @operation("read")
    async def get(self) -> None:
        """List the workspaces: that of whoever asks, which has all files of the server."""
        await self.answer({"workspaces": [await self.mine()], **self.listing()})


class NotebookWorkspaceHandler(WorkspaceReader):
    """``admin/notebooks/workspaces/<id>``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """Show a workspace, with the address of its files."""
        mine = await self.mine()
        if mine["id"] != id:
            msg = f"There is no workspace of {id!r} here."
            raise NotFound(msg)
        await self.answer(mine)


ROUTES = Routes[ArcgisServices](
    [
        ("admin/notebooks/workspaces", NotebookWorkspacesHandler),
        ("admin/notebooks/workspaces/<id>", NotebookWorkspaceHandler),
        *(
            unsupported(f"admin/notebooks/workspaces/{operation}", _VOLUMES)
            for operation in ("create", "register")
        ),
        *(
            unsupported(f"admin/notebooks/workspaces/<id>/{operation}", _VOLUMES)
            for operation in ("delete", "edit", "unregister", "update")
        ),
    ]
)
