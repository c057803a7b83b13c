"""Snapshots, as the store has them."""

from __future__ import annotations

from pathlib import Path

from ...contents.file_ids import FileIds
from ...rest.paging import page_of
from ...rest.schemas import read
from ...snapshots.model import Snapshot
from ...snapshots.notebook_finder import NotebookFinder
from ...snapshots.requests import SnapshotQuery
from ...snapshots.store import SnapshotStore
from ..session import me, only_one
from .opening import opened


async def newest(
    folder: Path | None, path: str | None, search: str | None, limit: int
) -> list[Snapshot]:
    """Return the newest snapshots: of the notebook at *path* below *folder*, or of all roots."""
    query = read(SnapshotQuery, {"path": path, "q": search, "limit": limit})
    async with opened(folder) as (database, root):
        store = SnapshotStore(database, root)
        # Only a server knows the ids of files.
        finder = NotebookFinder(store, FileIds())
        notebook = None if query.path is None else await finder.at(query.path)
        return page_of(await store.page(query, me(), notebook), limit)[0]


async def get(beginning: str) -> Snapshot:
    """Return the only snapshot whose id begins so."""
    async with opened() as (database, root):
        store = SnapshotStore(database, root)
        return await store.get(only_one("snapshots", beginning, await store.ids(beginning)), me())
