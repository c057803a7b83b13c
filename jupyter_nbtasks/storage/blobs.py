"""The one door to stored bytes: by their SHA-256, compressed, in a folder; notebooks in parts."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import islice
from mmap import mmap
from pathlib import Path
from typing import IO

from ..errors import NotFound, of_system
from .chunking import APART, chunks
from .digest import digest
from .folder import BlobFolder, StoredFile, WriteBatch
from .mapping import STEP, forget, mapped

Referenced = Callable[[Sequence[str]], Awaitable[set[str]]]

# A document is put before the row that refers to it: younger ones may have that row to come.
_GRACE_SECONDS = 3600.0
_ASKED = 500
# How many parts are looked for in the lists at a time: more need memory, fewer more reading.
_LOOKED_FOR = 50_000
_LIST = ".parts"
_DIGITS = 64
_SAMPLE = 4096

_log = logging.getLogger(__name__)


class Blobs:
    """Documents under their hash in *folder*; equal ones, and equal parts of notebooks, are stored
    once. All work is off the loop.

    Whoever puts a document has *grace* seconds to store the reference to it.
    """

    def __init__(self, folder: Path, *, grace: float = _GRACE_SECONDS) -> None:
        self._blobs = BlobFolder(folder)
        self._grace = grace

    async def put(self, data: bytes, *, durable: bool = True) -> str:
        """Store *data* and return its hash; a *durable* blob outlives a power failure.

        Raises Unavailable, of which DiskFull is a kind, and nothing is stored then.
        """
        return await asyncio.to_thread(self._put, data, durable)

    async def put_written(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Store durably the document that *pieces* make, which is never in memory as a whole;
        return its hash and its size in bytes.

        Raises Unavailable, and what *pieces* raise; nothing is stored then.
        """
        return await asyncio.to_thread(self._put_written, pieces)

    async def put_pieces(self, hash: str, pieces: Sequence[memoryview | str]) -> None:
        """Store the document *hash* that *pieces* make, not durably; a piece stored before may be
        given by its hash.

        Raises NotFound if such a piece is gone, and Unavailable; nothing is stored then.
        """
        await asyncio.to_thread(self._put_pieces, hash, pieces, durable=False)

    async def get(self, hash: str) -> bytes:
        """Return the bytes under *hash*; raises NotFound if they are gone or damaged.

        Raises Unavailable where they cannot be read now.
        """
        return await asyncio.to_thread(self._get, hash)

    async def sweep(self, referenced: Referenced) -> int:
        """Remove what *referenced* does not name and is past its grace; return how many files.

        *referenced* is asked with up to 500 hashes at a time and answers those still needed. Any
        number of servers may sweep the same folder at once, while others put into it.
        """
        before = time.time_ns() - int(self._grace * 1e9)
        await asyncio.to_thread(self._blobs.mend, before)
        removed = 0
        # Lists come first: what no other list names is no longer needed.
        async for lists in _unreferenced(self._blobs.filed(_LIST, before), referenced):
            removed += await asyncio.to_thread(self._remove, lists)
        async for blobs in _unreferenced(self._blobs.filed("", before), referenced):
            unnamed = await asyncio.to_thread(self._unnamed, blobs)
            removed += await asyncio.to_thread(self._remove, unnamed)
        return removed

    def _put(self, data: bytes | mmap, durable: bool) -> str:
        hash = digest(data)
        self._put_pieces(hash, chunks(data), durable=durable)
        return hash

    def _put_written(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        try:
            with self._blobs.scratch() as file:
                if (data := _left_over(file, pieces)) is not None:
                    return self._put(data, durable=True), len(data)
                document = mapped(file)
                return self._put(document, durable=True), len(document)
        except OSError as error:
            raise of_system(error, "store the document") from error

    def _put_pieces(self, hash: str, pieces: Sequence[memoryview | str], *, durable: bool) -> None:
        try:
            with self._blobs.batch(durable=durable) as batch:
                if len(pieces) == 1 and not isinstance(pieces[0], str):
                    _put(batch, hash, pieces[0])
                else:
                    # Each part is put, even if the list is there: they may be about to be swept.
                    _put(batch, hash + _LIST, _put_parts(batch, pieces))
        except OSError as error:
            raise of_system(error, "store the document") from error

    def _get(self, hash: str) -> bytes:
        try:
            data = self._read(hash)
        except FileNotFoundError as error:
            what = "The" if error.args[0] == hash else "A part of the"
            raise _gone(hash, what=what) from None
        except OSError as error:
            raise of_system(error, "read the stored document") from error
        except (zlib.error, ValueError):
            data = b""
        if digest(data) != hash:
            msg = f"The stored document {hash[:12]}… is damaged."
            raise NotFound(msg)
        return data

    def _read(self, hash: str) -> bytes:
        name, content = self._blobs.read(hash, hash + _LIST)
        if name == hash:
            return zlib.decompress(content)
        pieces, at = [], 0
        entries, small = _listed(content)
        for entry in entries:
            if isinstance(entry, str):
                pieces.append(zlib.decompress(self._blobs.read(entry)[1]))
            else:
                pieces.append(small[at : at + entry])
                at += entry
        return b"".join(pieces)

    def _unnamed(self, blobs: list[StoredFile]) -> list[StoredFile]:
        """Return those of *blobs* that are part of no document."""
        left = {blob.name: blob for blob in blobs}
        for listed in self._blobs.filed(_LIST):
            for name in self._parts(listed.name):
                left.pop(name, None)
        return list(left.values())

    def _parts(self, name: str) -> list[str]:
        try:
            entries, _ = _listed(self._blobs.read(name)[1])
        except FileNotFoundError:
            return []
        except (zlib.error, ValueError):
            _log.warning("The stored document %s is damaged, and its parts are lost", name)
            return []
        return [entry for entry in entries if isinstance(entry, str)]

    def _remove(self, blobs: list[StoredFile]) -> int:
        return sum(self._blobs.remove(blob) for blob in blobs)


async def _unreferenced(
    files: Iterator[StoredFile], referenced: Referenced
) -> AsyncIterator[list[StoredFile]]:
    """Yield, many at a time, those of *files* whose hash *referenced* does not answer."""
    found: list[StoredFile] = []
    while asked := await asyncio.to_thread(lambda: list(islice(files, _ASKED))):
        needed = await referenced([file.name[:_DIGITS] for file in asked])
        found += [file for file in asked if file.name[:_DIGITS] not in needed]
        if len(found) >= _LOOKED_FOR:
            yield found
            found = []
    yield found


def _put_parts(batch: WriteBatch, pieces: Sequence[memoryview | str]) -> bytes:
    """Put the large *pieces*; return the list: hashes of these, sizes of the small, the small."""
    entries: list[str | int] = []
    small = []
    for piece in pieces:
        if isinstance(piece, str):
            if not batch.touch(piece):
                raise _gone(piece, what="A part of the")
            entries.append(piece)
        elif len(piece) < APART:
            entries.append(len(piece))
            small.append(piece)
        else:
            entries.append(hash := digest(piece))
            _put(batch, hash, piece)
    return json.dumps(entries).encode() + b"\n" + b"".join(small)


def _gone(hash: str, *, what: str) -> NotFound:
    return NotFound(f"{what} stored document {hash[:12]}… is gone.")


def _listed(content: bytes) -> tuple[list[str | int], bytes]:
    head, _, small = zlib.decompress(content).partition(b"\n")
    return json.loads(head), small


def _left_over(file: IO[bytes], pieces: Iterable[bytes]) -> bytes | None:
    """Write *pieces* to *file*; return them all instead if there is no room for them."""
    rest, size = iter(pieces), 0
    for piece in rest:
        view = memoryview(piece)
        try:
            while view:
                view = view[file.write(view) :]
        except OSError:
            # What is stored of it is compressed, and may have room.
            file.seek(0)
            return b"".join([file.read()[:size], piece, *rest])
        size += len(piece)
    return None


def _put(batch: WriteBatch, name: str, data: bytes | memoryview) -> None:
    if not batch.touch(name):
        batch.write(name, _compressed(data))


def _compressed(data: bytes | memoryview) -> bytes:
    # In the base64 of a picture nothing repeats: not looking for it is smaller and much faster.
    sample = data[len(data) // 2 :][:_SAMPLE]
    is_dense = len(sample) == _SAMPLE and len(zlib.compress(sample, level=1)) > 0.7 * _SAMPLE
    strategy = zlib.Z_HUFFMAN_ONLY if is_dense else zlib.Z_DEFAULT_STRATEGY
    compress = zlib.compressobj(level=3, strategy=strategy)
    made = bytearray()
    for begin in range(0, len(data), STEP):
        made += compress.compress(data[begin : begin + STEP])
        forget(data)
    return bytes(made + compress.flush())
