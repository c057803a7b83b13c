"""The REST API of snapshots."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote

from jupyter_server.utils import url_path_join

from ..notebooks.ipynb import NOTEBOOK_TYPE
from ..rest.handlers import PREFIX, HandlerServices, NbTasksHandler, Routes, operation
from .answers import (
    DiffAnswer,
    RestoreAnswer,
    SaveAsAnswer,
    SnapshotAnswer,
    SnapshotLinks,
    SnapshotPage,
    comparison_json,
)
from .model import Snapshot
from .requests import (
    ContentQuery,
    DiffQuery,
    RestoreRequest,
    SaveAsRequest,
    SnapshotChange,
    SnapshotQuery,
    SnapshotRequest,
)
from .service import SnapshotService

_ID = r"(?P<id>\w+)"


class SnapshotServices(HandlerServices, Protocol):
    """What these handlers need."""

    @property
    def snapshots(self) -> SnapshotService: ...


class SnapshotsHandler(NbTasksHandler):
    """What the handlers of snapshots share."""

    services: SnapshotServices

    def shown(self, snapshot: Snapshot) -> SnapshotAnswer:
        """Return *snapshot* as it is answered."""
        here = url_path_join(self.base_url, PREFIX, "snapshots", snapshot.id)
        links = SnapshotLinks(self=here, content=f"{here}/content", diff=f"{here}/diff")
        facts = {name: value for name, value in vars(snapshot).items() if name in _SHOWN}
        return SnapshotAnswer(**facts, links=links)


class SnapshotListHandler(SnapshotsHandler):
    """``snapshots``."""

    @operation("write", body=SnapshotRequest, answer=SnapshotAnswer, status=201)
    async def post(self, request: SnapshotRequest) -> None:
        """Keep a notebook as it is now."""
        shown = self.shown(await self.services.snapshots.create(request, await self.caller()))
        self.set_header("Location", shown.links.self)
        await self.answer(shown, status=201)

    @operation("read", query=SnapshotQuery, answer=SnapshotPage)
    async def get(self, query: SnapshotQuery) -> None:
        """List snapshots, newest first."""
        page, cursor = await self.services.snapshots.page(query, await self.caller())
        await self.answer(SnapshotPage(items=[self.shown(one) for one in page], next=cursor))


class SnapshotHandler(SnapshotsHandler):
    """``snapshots/<id>``."""

    @operation("read", answer=SnapshotAnswer)
    async def get(self, id: str) -> None:
        """Show a snapshot."""
        await self.answer(self.shown(await self.services.snapshots.get(id, await self.caller())))

    @operation("write", body=SnapshotChange, answer=SnapshotAnswer)
    async def patch(self, change: SnapshotChange, id: str) -> None:
        """Change name, description or privacy."""
        changed = await self.services.snapshots.change(id, change, await self.caller())
        await self.answer(self.shown(changed))

    @operation("write", status=204)
    async def delete(self, id: str) -> None:
        """Remove a snapshot; the notebook and the jobs that ran it stay."""
        await self.services.snapshots.delete(id, await self.caller())
        self.set_status(204)
        self.finish()


class SnapshotContentHandler(SnapshotsHandler):
    """``snapshots/<id>/content``."""

    @operation("read", query=ContentQuery, content_types=(NOTEBOOK_TYPE,))
    async def get(self, query: ContentQuery, id: str) -> None:
        """Get the notebook as it was."""
        snapshot = await self.services.snapshots.get(id, await self.caller())
        self.set_header("Etag", f'"{snapshot.hash}"')
        self.set_header("Cache-Control", "private, no-cache")
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        if query.download:
            name = quote(f"{snapshot.name}.ipynb", safe="")
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
        document = await self.services.snapshots.content(snapshot)
        self.finish(document, set_content_type=NOTEBOOK_TYPE)


class DiffHandler(SnapshotsHandler):
    """``snapshots/<id>/diff``."""

    @operation("read", query=DiffQuery, answer=DiffAnswer)
    async def get(self, query: DiffQuery, id: str) -> None:
        """Compare a snapshot with another one, or with the notebook as it is now."""
        comparing = self.services.snapshots.compare(id, query, await self.caller())
        comparison = await self.while_asked(comparing)
        self.finish(comparison_json(comparison))


class RestoreHandler(SnapshotsHandler):
    """``snapshots/<id>/restore``."""

    @operation("write", body=RestoreRequest, answer=RestoreAnswer)
    async def post(self, request: RestoreRequest, id: str) -> None:
        """Put the notebook back as it was; what is there now is kept first."""
        restored = await self.services.snapshots.restore(id, request, await self.caller())
        preserved = None if restored.preserved is None else self.shown(restored.preserved)
        await self.answer(
            RestoreAnswer(path=restored.path, hash=restored.hash, preserved=preserved)
        )


class SaveAsHandler(SnapshotsHandler):
    """``snapshots/<id>/save-as``."""

    @operation("write", body=SaveAsRequest, answer=SaveAsAnswer, status=201)
    async def post(self, request: SaveAsRequest, id: str) -> None:
        """Make a new notebook of a snapshot."""
        path, item_id = await self.services.snapshots.save_as(id, request.path, await self.caller())
        await self.answer(SaveAsAnswer(path=path, item_id=item_id), status=201)


_SHOWN = SnapshotAnswer.model_fields.keys() - {"links"}

ROUTES = Routes[SnapshotServices](
    [
        (rf"{PREFIX}/snapshots", SnapshotListHandler),
        (rf"{PREFIX}/snapshots/{_ID}", SnapshotHandler),
        (rf"{PREFIX}/snapshots/{_ID}/content", SnapshotContentHandler),
        (rf"{PREFIX}/snapshots/{_ID}/diff", DiffHandler),
        (rf"{PREFIX}/snapshots/{_ID}/restore", RestoreHandler),
        (rf"{PREFIX}/snapshots/{_ID}/save-as", SaveAsHandler),
    ]
)
