"""Snapshots of notebooks; every operation is a POST, reading too."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import quote

from ...contents.notebook_files import Contents
from ...errors import NotFound
from ...rest.handlers import Routes, operation
from ...rest.schemas import read
from ...snapshots.model import Snapshot, SnapshotKind
from ...snapshots.requests import RestoreRequest, SnapshotQuery, SnapshotRequest
from ...snapshots.service import SnapshotService
from ..jobs import items
from ..surface.base import ArcgisHandler, ArcgisServices
from ..surface.dialect import id_in
from ..surface.rest import Folder, Operation
from .answers import resource_key, shown, snapshot_id, unknown
from .forms import (
    ConvertForm,
    DeleteSnapshotsForm,
    NewSnapshotForm,
    RestoreForm,
    SnapshotForm,
    SnapshotsForm,
)

SNAPSHOTS = "admin/notebooks/snapshots"
_PAGE = 500
# Only manual ones, as scripts that count and prune are not to come upon the automatic ones.
_LISTED = (SnapshotKind.MANUAL, SnapshotKind.RESTORE)


class SnapshotServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def most_snapshots(self) -> int | None: ...

    @property
    def snapshots(self) -> SnapshotService: ...


class SnapshotsHandler(ArcgisHandler):
    """What the handlers of snapshots share."""

    services: SnapshotServices

    async def one(self, item: str, key: str) -> Snapshot:
        """Return the snapshot *key* of the notebook *item*; raises NotFound."""
        try:
            snapshot = await self.services.snapshots.get(snapshot_id(key), await self.caller())
        except NotFound:
            raise unknown(key) from None
        # The path alone does not decide, because the file may be gone.
        is_its = snapshot.item_id is not None and id_in(item) == snapshot.item_id
        if not is_its and items.path_of(self.services.contents, item) != snapshot.path:
            raise unknown(key)
        return snapshot

    async def all_of(self, path: str) -> list[Snapshot]:
        """Return those of the notebook at *path* that were asked for, newest first."""
        found: list[Snapshot] = []
        for kind in _LISTED:
            query = read(SnapshotQuery, {"path": path, "kind": kind.value, "limit": _PAGE})
            page, cursor = await self.services.snapshots.page(query, await self.caller())
            found += page
            while cursor is not None:
                query = query.model_copy(update={"cursor": cursor})
                page, cursor = await self.services.snapshots.page(query, await self.caller())
                found += page
        return sorted(found, key=lambda one: one.id, reverse=True)


class CreateHandler(SnapshotsHandler, Operation):
    """``snapshots/create``."""

    @operation("write", body=NewSnapshotForm)
    async def post(self, form: NewSnapshotForm) -> None:
        """Keep a notebook as it is now, or as an editor holds it."""
        asked = {
            "path": items.path_of(self.services.contents, form.item_id),
            "name": form.name,
            "description": form.description,
            "content": form.notebook,
            "private": form.private_access,
        }
        request, caller = read(SnapshotRequest, asked), await self.caller()
        kept = await self.services.snapshots.create(
            request, caller, at_most=self.services.most_snapshots
        )
        await self.answer({"snapshotResourceKey": resource_key(kept.id), "status": "success"})


class ListHandler(SnapshotsHandler, Operation):
    """``snapshots/list``."""

    is_got = True

    @operation("read", body=SnapshotsForm)
    async def post(self, form: SnapshotsForm) -> None:
        """List the snapshots of a notebook that were asked for, newest first."""
        found = await self.all_of(items.path_of(self.services.contents, form.item_id))
        listed = [shown(one) for one in found]
        await self.answer({"snapshots": listed, "total": len(listed), "status": "success"})


class DownloadHandler(SnapshotsHandler, Operation):
    """``snapshots/download``."""

    is_got = True

    @operation("read", body=SnapshotForm)
    async def post(self, form: SnapshotForm) -> None:
        """Give the notebook as it was; a browser gets a file."""
        snapshot = await self.one(form.item_id, form.resource_key)
        document = await self.services.snapshots.content(snapshot)
        # The Python client would save it to a file and return its path.
        if self.format == "html":
            name = quote(f"{snapshot.name}.ipynb", safe="")
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
        self.finish(document, set_content_type="application/json")


class RestoreHandler(SnapshotsHandler, Operation):
    """``snapshots/restore``."""

    @operation("write", body=RestoreForm)
    async def post(self, form: RestoreForm) -> None:
        """Put a notebook back as it was; what is there now is kept first, if that is asked for."""
        snapshot = await self.one(form.item_id, form.resource_key)
        asked = {
            "preserve": form.preserve_current_as_snapshot,
            "name": form.title,
            "description": form.description,
        }
        request = read(RestoreRequest, asked)
        restored = await self.services.snapshots.restore(snapshot.id, request, await self.caller())
        key = resource_key(restored.preserved.id) if restored.preserved else ""
        await self.answer({"resourceKey": key, "status": "success"})


class ConvertHandler(SnapshotsHandler, Operation):
    """``snapshots/convertToItem``."""

    @operation("write", body=ConvertForm)
    async def post(self, form: ConvertForm) -> None:
        """Make a new notebook of a snapshot, in the folder of the old one."""
        snapshot = await self.one(form.item_id, form.resource_key)
        name = re.sub(r"[/\\]", "-", form.notebook_title).removesuffix(".ipynb") + ".ipynb"
        path = await self.services.contents.new_path(name, snapshot.path.rpartition("/")[0])
        made, _ = await self.services.snapshots.save_as(snapshot.id, path, await self.caller())
        await self.answer(
            {"itemId": items.id_of(self.services.contents, made), "status": "success"}
        )


class DeleteHandler(SnapshotsHandler, Operation):
    """``snapshots/delete``."""

    @operation("write", body=DeleteSnapshotsForm)
    async def post(self, form: DeleteSnapshotsForm) -> None:
        """Remove snapshots; none if one of them is not there."""
        keys = [key.strip() for key in form.resource_keys.split(",")]
        found = [await self.one(form.item_id, key) for key in dict.fromkeys(keys)]
        for snapshot in found:
            await self.services.snapshots.delete(snapshot.id, await self.caller())
        await self.answer({"status": "success"})


ROUTES = Routes[SnapshotServices](
    [
        (SNAPSHOTS, Folder),
        (f"{SNAPSHOTS}/create", CreateHandler),
        (f"{SNAPSHOTS}/list", ListHandler),
        (f"{SNAPSHOTS}/download", DownloadHandler),
        (f"{SNAPSHOTS}/restore", RestoreHandler),
        (f"{SNAPSHOTS}/convertToItem", ConvertHandler),
        (f"{SNAPSHOTS}/delete", DeleteHandler),
    ]
)
