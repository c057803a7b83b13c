"""The REST API of snapshots."""

from __future__ import annotations

from urllib.parse import quote

from jupyter_server.utils import url_path_join

from ..notebooks import NOTEBOOK_TYPE
from ..rest import PREFIX, NbTasksHandler, operation
from .answers import SnapshotAnswer, SnapshotLinks, SnapshotPage
from .model import Snapshot
from .requests import ContentQuery, SnapshotChange, SnapshotQuery, SnapshotRequest
from .service import SnapshotService

_ID = r"(?P<id>\w+)"


class SnapshotsHandler(NbTasksHandler):
    """What the handlers of snapshots share."""

    snapshots: SnapshotService

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
        shown = self.shown(await self.snapshots.create(request, await self.caller()))
        self.set_header("Location", shown.links.self)
        await self.answer(shown, status=201)

    @operation("read", query=SnapshotQuery, answer=SnapshotPage)
    async def get(self, query: SnapshotQuery) -> None:
        """List snapshots, newest first."""
        page, cursor = await self.snapshots.page(query, await self.caller())
        await self.answer(SnapshotPage(items=[self.shown(one) for one in page], next=cursor))


class SnapshotHandler(SnapshotsHandler):
    """``snapshots/<id>``."""

    @operation("read", answer=SnapshotAnswer)
    async def get(self, id: str) -> None:
        """Show a snapshot."""
        await self.answer(self.shown(await self.snapshots.get(id, await self.caller())))

    @operation("write", body=SnapshotChange, answer=SnapshotAnswer)
    async def patch(self, change: SnapshotChange, id: str) -> None:
        """Change name, description or privacy."""
        changed = await self.snapshots.change(id, change, await self.caller())
        await self.answer(self.shown(changed))

    @operation("write", status=204)
    async def delete(self, id: str) -> None:
        """Remove a snapshot; the notebook and the jobs that ran it stay."""
        await self.snapshots.delete(id, await self.caller())
        self.set_status(204)
        self.finish()


class SnapshotContentHandler(SnapshotsHandler):
    """``snapshots/<id>/content``."""

    @operation("read", query=ContentQuery, content_types=(NOTEBOOK_TYPE,))
    async def get(self, query: ContentQuery, id: str) -> None:
        """Get the notebook as it was."""
        snapshot = await self.snapshots.get(id, await self.caller())
        self.set_header("Etag", f'"{snapshot.hash}"')
        self.set_header("Cache-Control", "private, no-cache")
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        if query.download:
            name = quote(f"{snapshot.name}.ipynb", safe="")
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
        document = await self.snapshots.content(snapshot)
        self.finish(document, set_content_type=NOTEBOOK_TYPE)


_SHOWN = SnapshotAnswer.model_fields.keys() - {"links"}

ROUTES: list[tuple[str, type[NbTasksHandler]]] = [
    (rf"{PREFIX}/snapshots", SnapshotListHandler),
    (rf"{PREFIX}/snapshots/{_ID}", SnapshotHandler),
    (rf"{PREFIX}/snapshots/{_ID}/content", SnapshotContentHandler),
]
