"""What can be done with snapshots: make, list, show, describe anew, delete, read."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ..caller import Caller
from ..contents.notebook_files import Contents, check_hash
from ..rest.paging import page_of
from ..storage.blobs import Blobs
from ..storage.digest import digest
from .comparing import Comparer, Comparison, Form, Side
from .events import SnapshotEvents
from .keeper import Keeper, NewSnapshot
from .model import Snapshot
from .requests import DiffQuery, RestoreRequest, SnapshotChange, SnapshotQuery, SnapshotRequest
from .restorer import Restored, Restorer
from .store import SnapshotStore
from .transactions import gone


class SnapshotService:
    """Snapshots, for whoever asks.

    A caller finds what is theirs, and what others do not keep private of notebooks that can be
    read; they can change or delete only what is theirs.
    """

    def __init__(
        self,
        *,
        store: SnapshotStore,
        blobs: Blobs,
        contents: Contents,
        events: SnapshotEvents,
        keeper: Keeper,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._contents = contents
        self._events = events
        self._keeper = keeper
        self.comparer = Comparer()
        self._restorer = Restorer(keeper, blobs, contents)

    async def create(
        self, request: SnapshotRequest, caller: Caller, *, at_most: int | None = None
    ) -> Snapshot:
        """Keep a notebook as it is now, or as an editor holds it.

        Raises NotebookInvalid, and Conflict where the file is not the expected one, the name is
        another's, or there are as many as may be: by the settings, and *at_most* so many.
        """
        new = NewSnapshot(
            path=request.path,
            data=await self._asked(request),
            owner=caller.name,
            name=request.name,
            description=request.description,
            private=request.private,
            at_most=at_most,
        )
        return await self._keeper.keep(new)

    async def get(self, id: str, caller: Caller) -> Snapshot:
        """Return snapshot *id*; raises NotFound."""
        seen = await self._seen([await self._store.get(id, caller)], caller)
        if not seen:
            raise gone(id)
        return seen[0]

    async def page(self, query: SnapshotQuery, caller: Caller) -> tuple[list[Snapshot], str | None]:
        """Return a page of snapshots, newest first, and the cursor of the next one."""
        notebook = None if query.path is None else await self._keeper.finder.at(query.path)
        seen: list[Snapshot] = []
        more = True
        while more and len(seen) <= query.limit:
            found = await self._store.page(query, caller, notebook)
            seen += await self._seen(found, caller)
            more = len(found) > query.limit
            query = query.model_copy(update={"cursor": found[-1].id if found else None})
        return page_of(seen, query.limit)

    async def content(self, snapshot: Snapshot) -> bytes:
        """Return the notebook."""
        return await self._blobs.get(snapshot.hash)

    async def change(self, id: str, change: SnapshotChange, caller: Caller) -> Snapshot:
        """Change what is given; raises NotFound, and Conflict where the name is another's."""
        was = await self._store.get(id, caller, only_own=True)
        [snapshot] = await self._followed([was])
        notebook = await self._keeper.finder.at(snapshot.path)
        changes = change.model_dump(exclude_none=True)
        changed = await self._store.change(snapshot, notebook, changes)
        self._events.announce(id)
        return changed

    async def delete(self, id: str, caller: Caller) -> None:
        """Remove a snapshot; raises NotFound, and Conflict while a tool is pinned to it."""
        await self._keeper.drop(await self._store.get(id, caller, only_own=True))

    async def restore(self, id: str, request: RestoreRequest, caller: Caller) -> Restored:
        """Put a notebook back as it was; see Restorer for what is refused."""
        return await self._restorer.restore(await self.get(id, caller), request, caller)

    async def save_as(self, id: str, path: str, caller: Caller) -> tuple[str, str | None]:
        """Make a new notebook of a snapshot; return its path and item id."""
        return await self._restorer.save_as(await self.get(id, caller), path)

    async def compare(
        self, id: str, query: DiffQuery, caller: Caller, form: Form = "json"
    ) -> Comparison:
        """Return how another snapshot, or the file as it is now, differs from snapshot *id*."""
        base = await self.get(id, caller)
        if query.other == "file":
            remote = await self._file_side(base.path)
        else:
            remote = await self._side(await self.get(query.other, caller))
        side, outputs = await self._side(base), query.outputs
        return await self.comparer.compare(side, remote, outputs=outputs, form=form)

    async def _side(self, snapshot: Snapshot) -> Side:
        return Side(
            label=snapshot.name,
            id=snapshot.id,
            path=snapshot.path,
            hash=snapshot.hash,
            created_at=snapshot.created_at,
            document=await self.content(snapshot),
        )

    async def _file_side(self, path: str) -> Side:
        document = await self._contents.read(path)
        hash = await asyncio.to_thread(digest, document)
        return Side(label=path, id=None, path=path, hash=hash, created_at=None, document=document)

    async def _asked(self, request: SnapshotRequest) -> bytes:
        if request.expected_hash is not None or request.content is None:
            data = await self._contents.read(request.path)
            hash = await asyncio.to_thread(digest, data)
            check_hash(request.path, hash, request.expected_hash)
        if request.content is None:
            return data
        return await self._keeper.as_saved(request.content)

    async def _seen(self, several: list[Snapshot], caller: Caller) -> list[Snapshot]:
        """Return those of *several* that *caller* may see, with their notebooks where they are."""
        followed = await self._followed(several)
        if caller.sees_all:
            return followed
        foreign = {one.path for one in followed if one.owner != caller.name}
        readable = {path for path in foreign if await self._contents.is_readable(path)}
        return [one for one in followed if one.owner == caller.name or one.path in readable]

    async def _followed(self, several: list[Snapshot]) -> list[Snapshot]:
        """Return *several* with their notebooks where this server moved them.

        That is noted: once a notebook is gone, nothing else knows where it was last.
        """
        items = {one.item_id for one in several if one.item_id}
        here = {id: path for id in items if (path := self._contents.file_ids.path_of(id))}
        followed = [replace(one, path=here.get(one.item_id or "", one.path)) for one in several]
        pairs = zip(several, followed, strict=True)
        for id, path in {(now.item_id, now.path) for was, now in pairs if was.path != now.path}:
            await self._store.moved(str(id), path)
        return followed
