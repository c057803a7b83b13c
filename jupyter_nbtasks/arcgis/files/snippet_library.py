"""Code snippets kept as Python files in a folder of Contents, to see and to change there."""

from __future__ import annotations

import asyncio

from ...contents.files import Files
from ...errors import Conflict, InvalidRequest, NotFound
from .snippet_archive import MOST_BYTES, MOST_BYTES_OF_ONE, MOST_FILES, pack, unpack

_MOST_ENTRIES = 10_000


class SnippetLibrary:
    """Brings snippets into a folder, as a zip of them, and out of it again."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def add(self, folder: str, archive: bytes, *, overwrite: bool) -> list[str]:
        """Save the snippets of a zip in *folder*, all or none; return their paths.

        Raises InvalidRequest, Conflict if one is there and is not to be overwritten, Forbidden.
        """
        snippets = await asyncio.to_thread(unpack, archive)
        paths = [f"{folder}/{name}" for name in snippets]
        there = [path for path in paths if not overwrite and await self._files.exists(path)]
        if there:
            shown = ", ".join(map(repr, there[:10]))
            msg = f"There is {shown} already. Ask to overwrite what is there, or rename it."
            raise Conflict(msg)
        for path, source in zip(paths, snippets.values(), strict=True):
            await self._files.write(path, source, overwrite=overwrite)
        return paths

    async def export(self, folder: str) -> bytes:
        """Return a zip of the snippets in *folder*; raises NotFound, InvalidRequest."""
        found: dict[str, bytes] = {}
        for path in await self._candidates(folder):
            found[path.removeprefix(f"{folder}/")] = await self._files.read(path)
            if len(found) > MOST_FILES or sum(map(len, found.values())) > MOST_BYTES:
                raise _too_much(folder)
        return await asyncio.to_thread(pack, found)

    async def _candidates(self, folder: str) -> list[str]:
        if not await self._files.exists(folder):
            msg = f"There is no folder {folder!r} below the server's root."
            raise NotFound(msg)
        found, seen = [], 0
        async for entry in self._files.walk(f"{folder}/"):
            seen += 1
            if seen > _MOST_ENTRIES:
                raise _too_much(folder)
            if entry.name.endswith(".py") and (entry.size or 0) <= MOST_BYTES_OF_ONE:
                found.append(entry.name)
        return found


def _too_much(folder: str) -> InvalidRequest:
    return InvalidRequest(f"There is too much in {folder!r}. Name a folder of snippets.")
