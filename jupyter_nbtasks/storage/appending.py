"""A stored document that grows at its end, of which only what is new is written each time."""

from __future__ import annotations

import asyncio
import hashlib

from .blobs import Blobs
from .digest import digest

# A piece of this size is never written again; a smaller one is, each time, with what is new.
_SEALED = 65_536


class AppendableBlob:
    """A document in *blobs* that is put again and again, each time with more in it."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._sealed: list[str] = []
        self._hash = hashlib.sha256()
        self._open = bytearray()

    async def put(self, more: bytes, end: bytes) -> str:
        """Store what was given so far, *more*, and the *end*, which only this version has.

        Return the hash of it all. After an error (see Blobs.put_pieces) it is of no use.
        """
        self._open += more
        hash = await asyncio.to_thread(self._digest, end)
        is_large = len(self._open) >= _SEALED
        new = [bytes(self._open), end] if is_large else [bytes(self._open) + end]
        await self._blobs.put_pieces(hash, [*self._sealed, *(memoryview(piece) for piece in new)])
        if is_large:
            await asyncio.to_thread(self._seal)
        return hash

    def _digest(self, end: bytes) -> str:
        whole = self._hash.copy()
        whole.update(self._open)
        whole.update(end)
        return whole.hexdigest()

    def _seal(self) -> None:
        self._hash.update(self._open)
        self._sealed.append(digest(memoryview(self._open)))
        self._open.clear()
