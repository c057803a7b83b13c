"""Makes snapshots: of a file, of what an editor holds, of what is about to be overwritten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..contents.notebook_files import Contents
from ..errors import NotebookInvalid
from ..ids import new_id
from ..notebooks import ipynb
from ..storage.blobs import Blobs
from ..storage.digest import digest
from .events import SnapshotEvents
from .model import Snapshot, SnapshotKind, default_name
from .notebook_finder import NotebookFinder
from .policy import SnapshotPolicy
from .store import SnapshotStore


@dataclass(frozen=True, kw_only=True)
class NewSnapshot:
    """A snapshot to be made: the bytes *data* of the notebook at the Contents *path*.

    With *at_most* it is refused where the notebook has so many that were asked for.
    """

    path: str
    data: bytes
    owner: str
    kind: SnapshotKind = SnapshotKind.MANUAL
    name: str | None = None
    description: str = ""
    private: bool = False
    at_most: int | None = None


class Keeper:
    """Makes the snapshots of *root*."""

    def __init__(
        self,
        *,
        store: SnapshotStore,
        blobs: Blobs,
        contents: Contents,
        events: SnapshotEvents,
        policy: SnapshotPolicy,
        root: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._contents = contents
        self._events = events
        self.policy = policy
        self.finder = NotebookFinder(store, contents.file_ids)
        self._root = root
        self._now = now

    async def as_saved(self, content: dict[str, Any]) -> bytes:
        """Return what an editor holds as its file would be; raises InvalidRequest."""
        data = await asyncio.to_thread(ipynb.as_saved, content)
        self._contents.check_size("The notebook", len(data))
        return data

    async def keep(self, new: NewSnapshot) -> Snapshot:
        """Store a snapshot; raises NotebookInvalid if a manual one would not be of a notebook.

        Raises Conflict where its name is another's, and where there are as many as may be.
        """
        notebook = await self.finder.at(new.path)
        kernel_name = await asyncio.to_thread(_kernel_name, new)
        now = self._now()
        name = new.name or default_name(notebook.path, new.kind, now.astimezone())
        snapshot = Snapshot(
            id=new_id(now, "n"),
            root=self._root,
            key=notebook.key,
            path=notebook.path,
            item_id=notebook.item_id,
            name=name,
            description=new.description,
            owner=new.owner,
            hash=await self._blobs.put(new.data),
            size=len(new.data),
            kernel_name=kernel_name,
            private=new.private,
            kind=new.kind,
            created_at=now,
        )
        is_named = new.name is not None
        policy = self.policy.limited(new.at_most)
        stored, retired = await self._store.add(snapshot, notebook, policy, is_named=is_named)
        if stored.id == snapshot.id:
            self._events.created(stored.id)
        for id in retired:
            self._events.deleted(id)
        return stored

    async def drop(self, snapshot: Snapshot) -> None:
        """Remove a snapshot that was kept for nothing."""
        await self._store.delete(snapshot)
        self._events.deleted(snapshot.id)

    async def keep_version(self, new: NewSnapshot) -> Snapshot:
        """Return the snapshot of that kind with the same bytes; store one if there is none."""
        notebook = await self.finder.at(new.path)
        hash = await asyncio.to_thread(digest, new.data)
        found = await self._store.version(notebook, hash, new.kind)
        return found or await self.keep(new)


def _kernel_name(new: NewSnapshot) -> str | None:
    try:
        notebook, _repairs = ipynb.parse(new.data)
        return ipynb.kernel_name(notebook)
    except NotebookInvalid:
        # Whatever is about to be overwritten is kept, even if it is no longer a notebook.
        if new.kind is SnapshotKind.MANUAL and not ipynb.has_cells(new.data):
            raise
        return None
