"""Puts a file back as it was when there was no room for what Jupyter's Contents saved to it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.fileio import path_to_intermediate
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyter_server.utils import ApiPath, to_os_path

from .errors import DiskFull


@asynccontextmanager
async def put_back_if_full(manager: Any, path: str) -> AsyncIterator[None]:
    """Undo what was saved to the file *path* if that ends in DiskFull.

    Jupyter empties a file before it writes it, and on a full disk may leave it so, with a copy
    beside it. Managers that keep no files of their own on a disk are taken at their word.
    """
    if not isinstance(manager, FileContentsManager):
        yield
        return
    place = _place(manager, path)
    before = await asyncio.to_thread(_read, place)
    had_checkpoint = await ensure_async(manager.list_checkpoints(path))
    try:
        yield
    except DiskFull:
        if not had_checkpoint:
            for checkpoint in await ensure_async(manager.list_checkpoints(path)):
                await ensure_async(manager.delete_checkpoint(checkpoint["id"], path))
        await asyncio.to_thread(_put_back, place, before)
        raise


def _place(manager: FileContentsManager, path: str) -> Path:
    place = Path(to_os_path(ApiPath(path), manager.root_dir))
    # Jupyter follows a link once, and puts its copy beside what that names.
    return place.parent / os.readlink(place) if place.is_symlink() else place


def _read(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None


def _put_back(place: Path, before: bytes | None) -> None:
    copy = Path(path_to_intermediate(str(place)))
    if before is None:
        place.unlink(missing_ok=True)
    elif _read(place) != before:
        if _read(copy) == before:
            os.replace(copy, place)
        else:
            _write_over(place, before)
    copy.unlink(missing_ok=True)


def _write_over(place: Path, data: bytes) -> None:
    # Not emptied first: the room that the file has is not given to others meanwhile.
    with place.open("r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
