"""Files of the server's Contents as a file browser has them: any type, whole, as bytes."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from typing import Any

from jupyter_core.utils import ensure_async

from ..errors import Conflict, Forbidden, InvalidRequest, NotFound
from .model import Entry
from .notebook_files import in_our_words
from .paths import NAME_BYTES, clean, folders_of, has_control, is_too_long

_NOT_READ = "cannot be read."
_NOT_WRITTEN = "is refused as a place to save to."
_NOT_CHANGED = "is not moved or deleted by this server."


class Files:
    """All paths are those of Contents: relative to the root, separated by ``/``.

    *manager* is the server's ContentsManager. What is hidden is not there, unless it allows that.
    """

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    async def walk(
        self, prefix: str, *, after: str = "", deep: bool = True
    ) -> AsyncIterator[Entry]:
        """Yield what has a name that begins with *prefix* and comes *after*, in order of names.

        Without *deep*, what is in folders below that of *prefix* is left out.
        """
        folder = prefix.rpartition("/")[0]
        for entry in await self._entries(folder):
            if entry.name.startswith(prefix) and entry.name > after:
                yield entry
            is_passed = entry.name < after and not after.startswith(entry.name)
            if entry.is_folder and deep and entry.name.startswith(prefix) and not is_passed:
                async for inner in self.walk(entry.name, after=after):
                    yield inner

    async def read(self, path: str) -> bytes:
        """Return the bytes of the file at *path*; raises NotFound, InvalidRequest, Forbidden."""
        path = await self._known(path)
        if await ensure_async(self._manager.dir_exists(path)):
            msg = f"{path!r} is a folder. Name a file."
            raise InvalidRequest(msg)
        with in_our_words(path, _NOT_READ):
            model = await ensure_async(self._manager.get(path, type="file", format="base64"))
        return await asyncio.to_thread(base64.b64decode, model["content"])

    async def exists(self, path: str) -> bool:
        """Whether there is a file or a folder at *path*; raises InvalidRequest."""
        path = _named(path)
        is_folder = await ensure_async(self._manager.dir_exists(path))
        return bool(is_folder or await ensure_async(self._manager.file_exists(path)))

    async def write(self, path: str, data: bytes, *, overwrite: bool = False) -> None:
        """Save *data* at *path* and make its folders; raises Conflict if there is something."""
        path = await self._new(path)
        if await ensure_async(self._manager.dir_exists(path)):
            msg = f"{path!r} is a folder already. Choose another name."
            raise Conflict(msg)
        if not overwrite and await ensure_async(self._manager.file_exists(path)):
            msg = f"There is a file {path!r} already. Delete it first, or ask to overwrite it."
            raise Conflict(msg)
        await self._make_folders(path)
        content = (await asyncio.to_thread(base64.b64encode, data)).decode()
        await self._save(path, {"type": "file", "format": "base64", "content": content})

    async def make_folder(self, path: str) -> None:
        """Make the folder *path* and those it is in; raises Conflict if there is one."""
        path = await self._new(path)
        if await self.exists(path):
            msg = f"There is {path!r} already. Choose another name."
            raise Conflict(msg)
        await self._make_folders(f"{path}/")

    async def delete(self, path: str) -> None:
        """Delete the file or folder at *path* as the server's file browser would."""
        path = await self._known(path)
        with in_our_words(path, _NOT_CHANGED):
            await ensure_async(self._manager.delete(path))

    async def move(self, source: str, target: str) -> None:
        """Move or rename a file or folder; a *target* that ends in a slash is the folder for it."""
        source = await self._known(source)
        name = source.rpartition("/")[2] if target.endswith("/") else ""
        target = await self._new(target + name)
        if target.startswith(f"{source}/"):
            msg = f"{source!r} cannot be moved into itself."
            raise InvalidRequest(msg)
        if await self.exists(target):
            msg = f"There is {target!r} already. Choose another name."
            raise Conflict(msg)
        await self._make_folders(target)
        with in_our_words(source, _NOT_CHANGED):
            await ensure_async(self._manager.rename(source, target))

    async def _entries(self, folder: str) -> list[Entry]:
        if folder:
            folder = _named(folder)
            await self._refuse_hidden(folder)
        if not await ensure_async(self._manager.dir_exists(folder)):
            return []
        with in_our_words(folder, _NOT_READ):
            model = await ensure_async(self._manager.get(folder, type="directory"))
        return sorted((_entry(one) for one in model["content"]), key=lambda entry: entry.name)

    async def _known(self, path: str) -> str:
        """Return *path* as Contents knows it; raises NotFound, InvalidRequest, Forbidden."""
        path = _named(path)
        await self._refuse_hidden(path)
        if not await self.exists(path):
            msg = f"There is no file {path!r} below the server's root."
            raise NotFound(msg)
        return path

    async def _new(self, path: str) -> str:
        """Return *path* as Contents will know it; raises InvalidRequest, Forbidden."""
        path = _named(path)
        if has_control(path):
            msg = f"{path!r} has control characters in it. Choose another name."
            raise InvalidRequest(msg, reason="invalid_path")
        if any(map(is_too_long, path.split("/"))):
            msg = f"{path[:40]!r}… has a name in it that is longer than {NAME_BYTES} bytes."
            raise InvalidRequest(msg, reason="invalid_path")
        await self._refuse_hidden(path)
        return path

    async def _refuse_hidden(self, path: str) -> None:
        """Refuse what is hidden or in a hidden folder, whether it is there or not."""
        if self._manager.allow_hidden:
            return
        with in_our_words(path, _NOT_READ):
            is_hidden = await ensure_async(self._manager.is_hidden(path))
        if is_hidden or any(part.startswith(".") for part in path.split("/")):
            msg = f"{path!r} is hidden, and this server leaves hidden files alone."
            raise Forbidden(msg)

    async def _make_folders(self, path: str) -> None:
        for folder in folders_of(path):
            if await ensure_async(self._manager.file_exists(folder)):
                msg = f"{folder!r} is a file, so nothing can be saved in it. Name a folder."
                raise InvalidRequest(msg, reason="invalid_path")
            if not await ensure_async(self._manager.dir_exists(folder)):
                await self._save(folder, {"type": "directory"})

    async def _save(self, path: str, model: dict[str, Any]) -> None:
        with in_our_words(path, _NOT_WRITTEN):
            await ensure_async(self._manager.save(model, path))


def _named(path: str) -> str:
    path = clean(path)
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        msg = f"{path!r} cannot be the name of a file."
        raise InvalidRequest(msg, reason="invalid_path") from None
    return path


def _entry(model: dict[str, Any]) -> Entry:
    is_folder = model["type"] == "directory"
    return Entry(
        name=model["path"] + ("/" if is_folder else ""),
        size=None if is_folder else model.get("size"),
        modified=model["last_modified"],
        created=model["created"],
    )
