"""Code snippets: into a folder of the server's files, and out of it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Protocol

from ...contents.notebook_files import Contents
from ...rest.handlers import Routes, operation
from ..jobs import items
from ..surface.base import ArcgisServices
from ..surface.rest import ArcgisHandler, Folder, Operation
from .forms import ExportForm, ImportForm
from .snippet_library import SnippetLibrary


class SnippetServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def library(self) -> SnippetLibrary: ...


class SnippetsHandler(ArcgisHandler):
    """What the handlers of snippets share."""

    services: SnippetServices


class ImportHandler(SnippetsHandler, Operation):
    """``admin/notebooks/snippets/import``."""

    @operation("write", body=ImportForm)
    async def post(self, form: ImportForm) -> None:
        """Save the snippets of a zip as files in a folder, to be opened and copied from there."""
        await self.allow("write", "contents")
        folder = items.path_of(self.services.contents, form.item_id)
        saved = await self.services.library.add(folder, form.file.content, overwrite=form.overwrite)
        message = f"Snippets in {folder!r} now: {len(saved)}."
        await self.answer({"status": "success", "message": message, "snippets": saved})


class ExportHandler(SnippetsHandler, Operation):
    """``admin/notebooks/snippets/export``."""

    @operation("read", body=ExportForm)
    async def post(self, form: ExportForm) -> None:
        """Download the snippets in a folder as a zip."""
        await self.allow("read", "contents")
        folder = items.path_of(self.services.contents, form.item_id)
        archive = await self.services.library.export(folder)
        self.set_attachment_header(f"{PurePosixPath(folder).name}.zip")
        self.finish(archive, set_content_type="application/zip")


ROUTES = Routes[SnippetServices](
    [
        ("admin/notebooks/snippets", Folder),
        ("admin/notebooks/snippets/import", ImportHandler),
        ("admin/notebooks/snippets/export", ExportHandler),
    ]
)
