"""Lets Jupyter's Contents save a file whole or not at all, killed midway or on a full disk."""

from __future__ import annotations

import asyncio
import copy
import functools
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.fileio import path_to_intermediate
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyter_server.utils import ApiPath, to_os_path

from ..errors import DiskFull


def at_once(manager: Any) -> Any:
    """Return what saves as *manager* does, hooks and all, but gives a file its new content at once.

    Jupyter empties a file before it writes it: a server that is killed then leaves half of it.
    Managers that keep no files of their own, or are told to write plainly, are returned as given.
    """
    if not (isinstance(manager, FileContentsManager) and manager.use_atomic_writing):
        return manager
    saving = copy.copy(manager)
    saving.__class__ = _saving_at_once(type(manager))
    return saving


@functools.cache
def _saving_at_once(kind: type[Any]) -> type[Any]:
    return type(kind.__name__, (_AtOnce, kind), {})


class _AtOnce:
    @contextmanager
    def atomic_writing(
        self, os_path: str, text: bool = True, encoding: str = "utf-8", **kwargs: Any
    ) -> Iterator[Any]:
        place, its = Path(os.path.realpath(os_path)), cast(Any, super())
        if (half := _beside(place)) is None:
            with its.atomic_writing(os_path, text, encoding, **kwargs) as file:
                yield file
            return
        form: dict[str, Any] = {"encoding": encoding, "newline": "\n"} if text else {}
        with its.perm_to_403(os_path):
            try:
                with half.open("w" if text else "wb", **form) as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(half, place)
                _sync(place.parent)
            finally:
                half.unlink(missing_ok=True)


def _beside(place: Path) -> Path | None:
    """Make an empty file that may take *place*; None where that would change whose file it is."""
    half = place.with_name(f".~{secrets.token_hex(8)}")
    try:
        half.touch(exist_ok=False)
        if place.exists():
            there = place.stat()
            if there.st_nlink > 1 or place.is_mount():
                raise OSError
            os.chown(half, there.st_uid, there.st_gid)
            shutil.copystat(place, half)
    except OSError:
        half.unlink(missing_ok=True)
        return None
    return half


def _sync(folder: Path) -> None:
    # Some systems cannot do that with a folder.
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


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
    # The file is not emptied first, so that nobody else gets its room meanwhile.
    with place.open("r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
