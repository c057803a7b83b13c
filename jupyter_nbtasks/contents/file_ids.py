"""The stable ids of the server's files, by which they are found again wherever it moved them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from .paths import folders_of


class NotebookRef(Protocol):
    """A frozen dataclass that names a *notebook* by its path and by the id of its file."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def notebook(self) -> str:
        """The Contents path at which it was last."""

    @property
    def item_id(self) -> str | None:
        """The id of its file, None where nothing keeps ids."""


R = TypeVar("R", bound=NotebookRef)


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

    def followed(self, ref: R) -> R:
        """Return *ref* with its notebook where this server moved it, as far as is known."""
        return replace(ref, notebook=self.current_path(ref.notebook, ref.item_id))

    def current_path(self, path: str, id: str | None) -> str:
        """Return where the file *id*, which was at *path*, is as far as is known."""
        return (id and self.path_of(id)) or path
