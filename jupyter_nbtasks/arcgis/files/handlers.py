"""The server's files as workspaces of its users: list, read, write, move, delete."""

from __future__ import annotations

from typing import Any

from ...errors import InvalidRequest
from ...rest.handlers import Routes, operation
from ..surface.base import ArcgisServices
from ..surface.rest import Folder, Operation, Resource, unsupported
from . import blob_xml
from .base import FilesHandler
from .forms import FileForm, FilesForm, FolderForm, MoveForm, PutForm, UploadForm

_WORKSPACE = "notebookworkspace"
_SHARED = "all users of this server share its files, so there is nothing to hand over."


class WorkspacesHandler(FilesHandler, Resource):
    """``admin/dataaccess/listUserWorkspaces``."""

    @operation("read")
    async def get(self) -> None:
        """List the workspaces: all files of the server are in that of whoever asks."""
        await self.answer({"Containers": [{"Name": (await self.caller()).name}]})


class WorkspaceHandler(FilesHandler, Resource):
    """``admin/dataaccess/<user>/notebookworkspace``."""

    @operation("read", query=FilesForm)
    async def get(self, form: FilesForm, user: str = "") -> None:
        """List files and folders; a folder's name ends in a slash."""
        if form.comp != "list":
            msg = "'comp' must be 'list'."
            raise InvalidRequest(msg)
        await self.enter("read", user)
        found: list[dict[str, Any]] = []
        marker = ""
        async for entry in self.services.files.walk(
            form.prefix, after=form.marker, deep=form.delimiter != "/"
        ):
            if len(found) == form.max_results:
                marker = found[-1]["Name"]
                break
            found.append(blob_xml.blob(entry))
        await self.answer({"Prefix": form.prefix, "Blobs": found, "NextMarker": marker})


class BlobHandler(FilesHandler):
    """``admin/dataaccess/<user>/notebookworkspace/<path*>``."""

    has_form = False

    @operation("read")
    async def get(self, path: str, user: str = "") -> None:
        """Download a file."""
        await self.enter("read", user)
        await self.send_file(path)

    @operation("write", query=PutForm)
    async def put(self, form: PutForm, path: str, user: str = "") -> None:
        """Save the body as a file that is not there yet."""
        kind = self.request.headers.get("x-ms-blob-type", "BlockBlob")
        if form.comp or kind != "BlockBlob":
            msg = "A file is sent whole, by one PUT as a BlockBlob."
            raise InvalidRequest(msg)
        await self.enter("write", user)
        await self.services.files.write(path, self.request.body, overwrite=form.overwrite)
        await self.answer({"status": "success"}, status=201)


class DownloadHandler(FilesHandler, Operation):
    """``…/downloadFile``."""

    @operation("read", body=FileForm)
    async def post(self, form: FileForm, user: str = "") -> None:
        """Download a file."""
        await self.enter("read", user)
        await self.send_file(form.file_name)


class UploadHandler(FilesHandler, Operation):
    """``…/uploadFile``."""

    @operation("write", body=UploadForm)
    async def post(self, form: UploadForm, user: str = "") -> None:
        """Save a file that is not there yet."""
        await self.enter("write", user)
        path = form.file_name or form.file.name
        await self.services.files.write(path, form.file.content, overwrite=form.overwrite)
        await self.answer({"status": "success"})


class DeleteHandler(FilesHandler, Operation):
    """``…/deleteFile``."""

    @operation("write", body=FileForm)
    async def post(self, form: FileForm, user: str = "") -> None:
        """Delete a file or a folder."""
        await self.enter("write", user)
        await self.services.files.delete(form.file_name)
        await self.answer({"status": "success"})


class CreateFolderHandler(FilesHandler, Operation):
    """``…/createFolder``."""

    @operation("write", body=FolderForm)
    async def post(self, form: FolderForm, user: str = "") -> None:
        """Make a folder, with those that it is in."""
        await self.enter("write", user)
        await self.services.files.make_folder(form.folder_name)
        await self.answer({"status": "success"})


class MoveHandler(FilesHandler, Operation):
    """``…/move``."""

    @operation("write", body=MoveForm)
    async def post(self, form: MoveForm, user: str = "") -> None:
        """Move or rename a file or a folder."""
        await self.enter("write", user)
        await self.enter("write", form.target_username or "")
        await self.services.files.move(form.source, form.target)
        await self.answer({"status": "success"})


def _below(address: str) -> list[tuple[str, Any]]:
    return [
        (address, WorkspaceHandler),
        (f"{address}/createFolder", CreateFolderHandler),
        (f"{address}/deleteFile", DeleteHandler),
        (f"{address}/downloadFile", DownloadHandler),
        (f"{address}/move", MoveHandler),
        unsupported(f"{address}/transfer", _SHARED),
        (f"{address}/uploadFile", UploadHandler),
        (f"{address}/<path*>", BlobHandler),
    ]


ROUTES = Routes[ArcgisServices](
    [
        ("admin/dataaccess", Folder),
        ("admin/dataaccess/listUserWorkspaces", WorkspacesHandler),
        *_below(f"admin/dataaccess/{_WORKSPACE}"),
        *_below(f"admin/dataaccess/<user>/{_WORKSPACE}"),
    ]
)
