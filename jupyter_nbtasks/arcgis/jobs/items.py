"""Which notebook an item is: by the 32 hex digits that follow the file, or by its path."""

from __future__ import annotations

from typing import Any

from ...contents.notebook_files import Contents
from ...contents.paths import clean
from ...errors import InvalidRequest, NotFound
from ..surface.dialect import id_in


def path_of(contents: Contents, item: str) -> str:
    """Return where the notebook *item* is; raises NotFound, InvalidRequest."""
    id = id_in(item)
    if id is None:
        return clean(item)
    path = contents.file_ids.path_of(id)
    if path is None:
        msg = f"There is no notebook with the item id {item!r}."
        raise NotFound(msg)
    return path


def id_of(contents: Contents, path: str) -> str:
    """Return the item id of the file at *path*; its path where nothing keeps ids."""
    return contents.file_ids.id_of(path) or path


async def describe(contents: Contents, item: str) -> dict[str, Any]:
    """Return the Contents model of the notebook *item*; raises NotFound, InvalidRequest."""
    path = path_of(contents, item)
    model = await contents.describe(path)
    if model["type"] != "notebook":
        msg = f"{path!r} is not a notebook."
        raise InvalidRequest(msg, reason="not_a_notebook")
    return model
