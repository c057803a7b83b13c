"""The one door to the server's Contents: read and write files, and follow them by item id."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

import nbformat
from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from ..errors import (
    Conflict,
    DiskFull,
    Forbidden,
    InvalidRequest,
    NbTasksError,
    NotFound,
    Unavailable,
    is_disk_full,
)
from ..storage.digest import digest
from .atomic_writing import at_once, put_back_if_full
from .file_ids import FileIds
from .paths import NAME_BYTES, clean, folders_of, is_too_long

_log = logging.getLogger(__name__)

_WRONG_NAMES = {errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR}
_NOT_SAVED = "is refused as a place to save to."


class Contents:
    """Files of the server, by their Contents path (relative to its root, separated by ``/``).

    *manager* is the server's ContentsManager; *file_ids* gives the jupyter_server_fileid
    manager once that extension has started, else None.
    """

    def __init__(
        self, manager: Any, file_ids: Callable[[], Any] = lambda: None, *, max_bytes: int
    ) -> None:
        self._manager = manager
        self.file_ids = FileIds(file_ids)
        self._max_bytes = max_bytes
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def read(self, path: str) -> bytes:
        """Return the bytes of the file at *path*; raises NotFound, InvalidRequest, Forbidden."""
        path = clean(path)
        described = await self._get(path, content=False)
        if described["type"] == "directory":
            msg = f"{path!r} is a folder, not a notebook. Name a notebook file."
            raise InvalidRequest(msg, reason="not_a_notebook")
        self.check_size(repr(path), described.get("size") or 0)
        model = await self._get(path, content=True, type="file", format="text")
        content: str = model["content"]
        return await asyncio.to_thread(content.encode)

    async def describe(self, path: str) -> dict[str, Any]:
        """Return the Contents model of the file or folder at *path*, without its content.

        Raises NotFound, InvalidRequest, Forbidden.
        """
        return await self._get(clean(path), content=False)

    async def new_path(self, name: str, folder: str = "") -> str:
        """Return the path of *name* in *folder*, with a number where there is such a file."""
        free = await ensure_async(self._manager.increment_filename(name, folder, "-"))
        return f"{folder}/{free}" if folder else str(free)

    async def hash(self, path: str) -> str | None:
        """Return the SHA-256 of the file at *path* as it is now, None if there is none."""
        try:
            return digest(await self.read(path))
        except NotFound:
            return None

    async def is_readable(self, path: str) -> bool:
        """Whether there is a file at *path* that may be read."""
        try:
            described = await self._get(path, content=False)
        except NbTasksError:
            return False
        return bool(described["type"] != "directory")

    def check_size(self, what: str, size: int) -> None:
        """Refuse *what* if it has too many bytes; raises InvalidRequest."""
        if size > self._max_bytes:
            msg = f"{what} is larger than {self._max_bytes:,} bytes, which is the limit here."
            raise InvalidRequest(msg, reason="too_large")

    async def check_target(self, path: str) -> None:
        """Refuse a *path* where no notebook could be saved; raises InvalidRequest, Forbidden."""
        name = path.split("/")[-1]
        if is_too_long(name):
            msg = f"The file name {name[:40]!r}… is too long. Use {NAME_BYTES} bytes at most."
            raise InvalidRequest(msg, reason="invalid_path")
        with in_our_words(path, _NOT_SAVED):
            for folder in folders_of(path):
                if await ensure_async(self._manager.file_exists(folder)):
                    msg = f"{folder!r} is a file, so nothing can be saved in it. Name a folder."
                    raise InvalidRequest(msg, reason="invalid_path")
            is_hidden = await ensure_async(self._manager.is_hidden(path))
        if is_hidden and not self._manager.allow_hidden:
            msg = f"{path!r} is hidden, and this server does not save hidden files. Rename it."
            raise InvalidRequest(msg, reason="invalid_path")
        await self.hash(path)

    async def write_notebook(self, path: str, document: bytes) -> str:
        """Save *document* (a notebook's JSON) at *path*, making its folders; return its new hash.

        It is marked as trusted: its outputs were made by this server on behalf of its owner.
        Raises DiskFull, and then the file is as it was.
        """
        model = self._trusted(await asyncio.to_thread(_as_notebook, document))
        await self._make_folders(path)
        await self._save_whole(path, model)
        return digest(await self.read(path))

    async def replace(
        self, path: str, document: bytes, *, was: str | None, is_ours: bool = False
    ) -> str:
        """Save *document* at *path* where the file still has the hash *was*; return its new hash.

        A *was* of None means that there is no file yet. The document is saved byte for byte, or
        marked as trusted if it *is_ours*. Raises Conflict if the file is another one, and
        DiskFull; then the file is as it was.
        """
        model = await asyncio.to_thread(_as_notebook if is_ours else _exact, document)
        if is_ours:
            model = self._trusted(model)
        await self._make_folders(path)
        async with self._turns.setdefault(path, asyncio.Lock()):
            here = await self.hash(path)
            if was is None and here is not None:
                msg = f"There is a file {path!r} already. Choose another path."
                raise Conflict(msg, reason="file_exists")
            check_hash(path, here or "", was)
            await self._save_whole(path, model)
        return digest(await self.read(path))

    async def kernel_folder(self, path: str) -> str:
        """Return the Contents path of the folder in which a kernel for *path* starts."""
        return str(await ensure_async(self._manager.get_kernel_path(path=path)))

    def _trusted(self, model: dict[str, Any]) -> dict[str, Any]:
        """Mark all cells; the notary is Jupyter's and belongs to the thread that has made it."""
        if notary := getattr(self._manager, "notary", None):
            notary.mark_cells(model["content"], True)
        return model

    async def _make_folders(self, path: str) -> None:
        for folder in folders_of(path):
            with in_our_words(folder, _NOT_SAVED):
                is_there = await ensure_async(self._manager.dir_exists(folder))
            if not is_there:
                await self._save(folder, {"type": "directory"})

    async def _get(self, path: str, **options: Any) -> dict[str, Any]:
        with in_our_words(path, "is not a notebook: it cannot be read as text in UTF-8."):
            model: dict[str, Any] = await ensure_async(self._manager.get(path, **options))
        return model

    async def _save_whole(self, path: str, model: dict[str, Any]) -> None:
        async with put_back_if_full(self._manager, path):
            await self._save(path, model)

    async def _save(self, path: str, model: dict[str, Any]) -> None:
        with in_our_words(path, _NOT_SAVED):
            await ensure_async(at_once(self._manager).save(model, path))


def check_hash(path: str, hash: str, expected: str | None) -> None:
    """Refuse any version of the file at *path* but the *expected* one; raises Conflict."""
    if expected not in (None, hash):
        msg = f"{path!r} is not what you saw: it was saved or removed since. Look again and repeat."
        raise Conflict(msg, reason="hash_differs")


def _as_notebook(document: bytes) -> dict[str, Any]:
    notebook = nbformat.reads(document.decode(), as_version=4)
    return {"type": "notebook", "format": "json", "content": notebook}


def _exact(document: bytes) -> dict[str, Any]:
    """Return the model whose saving makes these very bytes: as a notebook if that will do."""
    text = document.decode()
    try:
        notebook = nbformat.reader.reads(text)
        is_as_saved = f"{nbformat.v4.writes(notebook)}\n" == text
    except Exception:
        # nbformat raises whatever its readers stumble upon in JSON that is not a notebook.
        is_as_saved = False
    if is_as_saved:
        return {"type": "notebook", "format": "json", "content": notebook}
    return {"type": "file", "format": "text", "content": text}


@contextmanager
def in_our_words(path: str, refused: str) -> Iterator[None]:
    """Say what Contents raises: its own words tell where on the server's disk the root is."""
    try:
        yield
    except NbTasksError:
        raise
    except Exception as error:
        # A contents manager from elsewhere may raise anything.
        raise _translated(error, path, refused) from error


def _translated(error: Exception, path: str, refused: str) -> NbTasksError:
    if is_disk_full(error):
        return DiskFull(
            f"There is no room on the disk to save {path!r}. Make some, then try again."
        )
    if isinstance(error, HTTPError):
        return _ours(error, path, refused)
    if isinstance(error, OSError) and error.strerror:
        kind = InvalidRequest if error.errno in _WRONG_NAMES else Unavailable
        return kind(f"{path!r} cannot be opened: {error.strerror}.")
    _log.warning("Contents failed at %r", path, exc_info=error)
    return Unavailable(f"{path!r} cannot be opened: Contents failed with {type(error).__name__}.")


def _ours(error: HTTPError, path: str, refused: str) -> NbTasksError:
    if error.status_code == 404:
        return NotFound(f"There is no file {path!r} below the server's root.")
    if error.status_code == 403:
        return Forbidden(f"The server may not open {path!r}.")
    if error.status_code == 409:
        return Conflict(f"{path!r} cannot be saved: {error.log_message}")
    if error.status_code < 500:
        return InvalidRequest(f"{path!r} {refused}", reason="not_a_notebook")
    return Unavailable(f"{path!r} cannot be opened: {error.log_message or error.reason}")
