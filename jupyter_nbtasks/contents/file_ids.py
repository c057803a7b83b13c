"""The stable ids of the server's files, by which they are found again wherever it moved them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from .paths import folders_of


class FileIds:
    """What the jupyter_server_fileid *manager* knows: None before that extension has started."""

    def __init__(self, manager: Callable[[], Any] = lambda: None) -> None:
        self._manager = manager

    def id_of(self, path: str) -> str | None:
        """Return the stable 32-hex id of the file at *path*, None where nothing keeps ids."""
        manager = self._manager()
        if manager is None:
            return None
        # What is in a folder without an id is lost when the folder is moved.
        for folder in folders_of(path):
            manager.index(folder)
        id = manager.index(path)
        return str(id).replace("-", "") if id else None

    def path_of(self, id: str) -> str | None:
        """Return where the file *id* is now, None where nothing or nobody knows."""
        manager = self._manager()
        path = manager.get_path(str(UUID(id))) if manager is not None else None
        return str(path) if path else None

    def current_path(self, path: str, id: str | None) -> str:
        """Return where the file *id*, which was at *path*, is as far as is known."""
        return (id and self.path_of(id)) or path
