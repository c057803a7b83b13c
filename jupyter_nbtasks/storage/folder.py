"""Files in a folder that several servers fill and tidy at once: whole or not there, never lost."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO

_NAME = re.compile(r"[0-9a-f]{62}(\.[a-z]+)?")
_ASIDE = re.compile(r"\.([0-9a-f]{62}(\.[a-z]+)?)\.[0-9a-f]{16}")
# How often a reader looks: a sweep takes a file aside once at most, and few sweep at once.
_LOOKS = 5
# The system has stored by itself what was written longer ago than that.
_SETTLED_NS = 60 * 10**9


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was seen: its name, and when it was last put (ns since the epoch)."""

    name: str
    put_at: int


class BlobFolder:
    """The files in *folder*; a name is 64 hex digits, perhaps with a suffix, and says the content.

    Putting a file touches or writes it; it is removed only if nobody did so since it was seen.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def batch(self, *, durable: bool) -> Iterator[WriteBatch]:
        """Let files be put; at the end all that were written are there, or after an error none.

        *durable* ones outlive a power failure. Raises OSError.
        """
        batch = WriteBatch(self._folder)
        try:
            yield batch
            batch.finish(durable=durable)
        finally:
            batch.discard()

    def scratch(self) -> IO[bytes]:
        """Open an empty file on the same disk, unbuffered, which is gone once it is closed.

        Raises OSError.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return TemporaryFile(dir=self._folder, buffering=0)

    def read(self, *names: str) -> tuple[str, bytes]:
        """Return which of *names* is there, and its bytes; raises FileNotFoundError."""
        for look in range(_LOOKS):
            for name in names:
                path = _path(self._folder, name)
                for place in (path, *_asides(path)) if look else (path,):
                    with suppress(FileNotFoundError):
                        return name, place.read_bytes()
        raise FileNotFoundError(names[0])

    def filed(self, suffix: str, before: int | None = None) -> Iterator[StoredFile]:
        """Yield the files with that *suffix*, those alone that were put *before* that moment."""
        for folder, entry in self._entries():
            if not _NAME.fullmatch(entry.name) or Path(entry.name).suffix != suffix:
                continue
            with suppress(FileNotFoundError):
                put_at = entry.stat().st_mtime_ns
                if before is None or put_at < before:
                    yield StoredFile(folder + entry.name, put_at)

    def remove(self, seen: StoredFile) -> bool:
        """Remove a file unless it was put again since it was *seen*; return whether it is gone."""
        path = _path(self._folder, seen.name)
        aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with suppress(FileNotFoundError):
            # From here on, whoever puts it finds nothing and writes; whoever did before touched it.
            os.replace(path, aside)
            if _put_at(aside) == seen.put_at:
                aside.unlink()
                return True
            _put_back(aside, path)
        return False

    def mend(self, before: int) -> None:
        """Put back what a process that died had taken aside, and remove what was half written
        *before* that moment (ns since the epoch).
        """
        for folder, entry in self._entries():
            with suppress(FileNotFoundError):
                if aside := _ASIDE.fullmatch(entry.name):
                    _put_back(Path(entry.path), _path(self._folder, folder + aside[1]))
                elif entry.name.startswith(".") and entry.stat().st_mtime_ns < before:
                    os.unlink(entry.path)

    def _entries(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        for folder in sorted(self._folder.glob("??")):
            with os.scandir(folder) as entries:
                found = list(entries)
            yield from ((folder.name, entry) for entry in found)


class WriteBatch:
    """Files on their way into *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._half: dict[Path, str] = {}
        self._unsettled: list[Path] = []

    def touch(self, name: str) -> bool:
        """Return whether the file is there; if so, no sweep will take it away for now."""
        path = _path(self._folder, name)
        if path in self._half:
            return True
        with suppress(FileNotFoundError):
            was, now = _put_at(path), time.time_ns()
            os.utime(path, ns=(now, now))
            # Still there: or else a sweep had it aside already, and may not have seen the touch.
            _put_at(path)
            if was > now - _SETTLED_NS:
                self._unsettled.append(path)
            return True
        return False

    def write(self, name: str, data: bytes) -> None:
        """Write *data*, which is to be the file *name* at the end."""
        path = _path(self._folder, name)
        # Only the last of the folders that it makes has that mode.
        for folder in (self._folder, path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            self._half[path] = file.name
            file.write(data)

    def finish(self, *, durable: bool) -> None:
        """Give what is written its names."""
        paths = [*self._half, *self._unsettled]
        if durable:
            for path in paths:
                _sync(self._half.get(path, path), os.O_RDWR)
        for path, half in self._half.items():
            os.replace(half, path)
        if durable:
            for folder in {path.parent for path in paths}:
                # Some systems cannot do that with a folder.
                with suppress(OSError):
                    _sync(folder, os.O_RDONLY)

    def discard(self) -> None:
        """Remove what has not got its name."""
        for half in self._half.values():
            with suppress(FileNotFoundError):
                os.unlink(half)


def _path(folder: Path, name: str) -> Path:
    return folder / name[:2] / name[2:]


def _asides(path: Path) -> Iterator[Path]:
    return path.parent.glob(f".{path.name}.{'[0-9a-f]' * 16}")


def _put_at(path: Path) -> int:
    # Opened rather than stat() by name: that is when a network file system asks its server.
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_mtime_ns


def _put_back(aside: Path, path: Path) -> None:
    # Made young first: it may replace what was put meanwhile, and must not make that older.
    os.utime(aside)
    os.replace(aside, path)


def _sync(path: Path | str, flags: int) -> None:
    opened = os.open(path, flags)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
