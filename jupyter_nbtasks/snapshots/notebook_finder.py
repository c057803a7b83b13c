"""Which notebook a path means: the file that is there, and those that were there before it."""

from __future__ import annotations

from ..contents.file_ids import FileIds
from ..contents.paths import clean
from .model import Notebook
from .store import SnapshotStore


class NotebookFinder:
    """Finds the notebooks that snapshots are of, by their paths and by the ids of their files."""

    def __init__(self, store: SnapshotStore, file_ids: FileIds) -> None:
        self._store = store
        self._file_ids = file_ids

    async def at(self, path: str) -> Notebook:
        """Return which notebook is at the Contents *path*, or was there last."""
        path = clean(path)
        item_id = self._file_ids.id_of(path)
        before = set(await self._store.former_ids(path))
        if item_id is not None and None in before:
            # Made by a command, which knows no ids: from now on they follow the notebook too.
            await self._store.identify(path, item_id)
        others = {id for id in before - {item_id} if id is not None}
        former = frozenset(id for id in others if self._file_ids.path_of(id) in (None, path))
        return Notebook(path=path, item_id=item_id, former=former)
