"""The one door to stored bytes: by their SHA-256, compressed, in a folder."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from .errors import NotFound

# A blob is written before the row that refers to it: younger ones may have that row to come.
_GRACE_SECONDS = 3600.0
_SWEEP_SIZE = 500


def digest(data: bytes) -> str:
    """Return the SHA-256 of *data* in 64 hex digits, as Jupyter's Contents gives it."""
    return hashlib.sha256(data).hexdigest()


class Blobs:
    """Bytes under their hash in *folder*; equal bytes are stored once. All work is off the loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, data: bytes, *, durable: bool = True) -> str:
        """Store *data* and return its hash; a *durable* blob outlives a power failure."""
        return await asyncio.to_thread(self._put, data, durable)

    async def get(self, hash: str) -> bytes:
        """Return the bytes under *hash*; raises NotFound."""
        return await asyncio.to_thread(self._get, hash)

    async def sweep(self, referenced: Callable[[Sequence[str]], Awaitable[set[str]]]) -> int:
        """Remove what *referenced* does not name and is over an hour old; return how many.

        *referenced* is asked with up to 500 hashes at a time and answers those still needed.
        """
        removed = 0
        for candidates in await asyncio.to_thread(lambda: list(self._old())):
            needed = await referenced(candidates)
            unneeded = [hash for hash in candidates if hash not in needed]
            removed += await asyncio.to_thread(self._remove, unneeded)
        return removed

    def _path(self, hash: str) -> Path:
        return self._folder / hash[:2] / hash[2:]

    def _put(self, data: bytes, durable: bool) -> str:
        hash = digest(data)
        path = self._path(hash)
        try:
            os.utime(path)
        except FileNotFoundError:
            self._write(path, zlib.compress(data, level=3), durable)
        return hash

    def _write(self, path: Path, data: bytes, durable: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise
        if durable:
            _sync_folder(path.parent)

    def _get(self, hash: str) -> bytes:
        try:
            return zlib.decompress(self._path(hash).read_bytes())
        except FileNotFoundError:
            msg = f"The stored document {hash[:12]}… is gone."
            raise NotFound(msg) from None
        except zlib.error:
            msg = f"The stored document {hash[:12]}… is damaged."
            raise NotFound(msg) from None

    def _old(self) -> Iterator[list[str]]:
        """Yield the hashes of blobs past their grace, and half-written files past it."""
        old = (path.parent.name + path.name for path in self._folder.glob("??/*") if _is_old(path))
        while batch := list(islice(old, _SWEEP_SIZE)):
            yield batch

    def _remove(self, hashes: Sequence[str]) -> int:
        return sum(_remove(self._path(hash)) for hash in hashes)


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime <= time.time() - _GRACE_SECONDS
    except FileNotFoundError:
        return False


def _remove(path: Path) -> bool:
    """Remove *path* unless the same bytes were put again meanwhile."""
    # Aside first: a later `put` finds nothing and writes, an earlier one has made it young.
    aside = path.with_name(f".{secrets.token_hex(8)}")
    with suppress(FileNotFoundError):
        os.replace(path, aside)
        if _is_old(aside):
            aside.unlink()
            return True
        os.replace(aside, path)
    return False


def _sync_folder(folder: Path) -> None:
    """Make the names in *folder* outlive a power failure, where the system can do that."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
