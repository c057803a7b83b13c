"""Makes snapshots: of a file, of what an editor holds, of what is about to be overwritten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import notebooks
from ..contents.notebook_files import Contents
from ..contents.paths import clean
from ..errors import NotebookInvalid
from ..ids import new_id
from ..storage.blobs import Blobs
from ..storage.digest import digest
from .events import SnapshotEvents
from .model import Kind, Notebook, Snapshot, default_name
from .policy import SnapshotPolicy
from .store import SnapshotStore


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A snapshot to be made: the bytes *data* of the notebook at the Contents *path*.

    With *at_most* it is refused where the notebook has so many that were asked for.
    """

    path: str
    data: bytes
    owner: str
    kind: Kind = Kind.MANUAL
    name: str | None = None
    description: str = ""
    private: bool = False
    at_most: int | None = None


class Keeper:
    """Makes the snapshots of *root*."""

    def __init__(
        self,
        parts: tuple[SnapshotStore, Blobs, Contents, SnapshotEvents],
        policy: SnapshotPolicy,
        root: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._blobs, self._contents, self._events = parts
        self.policy = policy
        self._root = root
        self._now = now

    async def notebook(self, path: str) -> Notebook:
        """Return which notebook is at the Contents *path*, or was there last."""
        path = clean(path)
        item_id = self._contents.item_id(path)
        before = set(await self._store.former_ids(path))
        if item_id is not None and None in before:
            # Made by a command, which knows no ids: from now on they follow the notebook too.
            await self._store.identify(path, item_id)
        others = {id for id in before - {item_id} if id is not None}
        former = frozenset(id for id in others if self._contents.path_of(id) in (None, path))
        return Notebook(path=path, item_id=item_id, former=former)

    async def as_saved(self, content: dict[str, Any]) -> bytes:
        """Return what an editor holds as its file would be; raises InvalidRequest."""
        data = await asyncio.to_thread(notebooks.as_saved, content)
        self._contents.check_size("The notebook", len(data))
        return data

    async def keep(self, draft: Draft) -> Snapshot:
        """Store a snapshot; raises NotebookInvalid for a manual one of what is no notebook.

        Raises Conflict where its name is another's, and where there are as many as may be.
        """
        notebook = await self.notebook(draft.path)
        kernel_name = await asyncio.to_thread(_kernel_name, draft)
        now = self._now()
        name = draft.name or default_name(notebook.path, draft.kind, now.astimezone())
        snapshot = Snapshot(
            id=new_id(now, "n"),
            root=self._root,
            key=notebook.key,
            path=notebook.path,
            item_id=notebook.item_id,
            name=name,
            description=draft.description,
            owner=draft.owner,
            hash=await self._blobs.put(draft.data),
            size=len(draft.data),
            kernel_name=kernel_name,
            private=draft.private,
            kind=draft.kind,
            created_at=now,
        )
        is_named = draft.name is not None
        policy = self.policy.limited(draft.at_most)
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

    async def keep_version(self, draft: Draft) -> Snapshot:
        """Return the snapshot of that kind with the same bytes; store one if there is none."""
        notebook = await self.notebook(draft.path)
        hash = await asyncio.to_thread(digest, draft.data)
        found = await self._store.version(notebook, hash, draft.kind)
        return found or await self.keep(draft)


def _kernel_name(draft: Draft) -> str | None:
    try:
        return notebooks.kernel_name(notebooks.parse(draft.data))
    except NotebookInvalid:
        # Whatever is about to be overwritten is kept, also what is no notebook any more.
        if draft.kind is Kind.MANUAL:
            raise
        return None
