"""Keeps what is stored from the other accounts of the machine, whoever made the folder for it."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What data_dir has of ours; whatever else lies there belongs to somebody else.
_FOLDER, _FILES = "blobs", ("nbtasks.", "template.ipynb")
# What SQLite has beside a database; a new one of them is as private as the database itself.
_BESIDE = ("", "-wal", "-shm", "-journal")
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_log = logging.getLogger(__name__)


def make_private(data_dir: Path) -> None:
    """Let nobody but the owner into *data_dir*, or if it is shared into what is ours in it.

    What cannot be done is told in the log: it may belong to another account. Raises OSError where
    the folder cannot be read.
    """
    blobs = data_dir / _FOLDER
    names = os.listdir(data_dir)
    files = [data_dir / name for name in names if name.startswith(_FILES)]
    is_shared = len(files) + blobs.is_dir() < len(names)
    # Nobody gets through a folder that is closed, however open what is in it may be.
    was_open = _is_open(blobs)
    close_to_others([*files, blobs] if is_shared else [data_dir, *files, blobs])
    if was_open:
        close_to_others(_below(blobs))


def make_database_private(name: str) -> None:
    """Let nobody but the owner into the SQLite database *name*, a path or a ``file:`` URI of one.

    It is made if it is not there. What cannot be done is told in the log, or by SQLite when it
    opens the file.
    """
    path = unquote(urlsplit(name).path) if name.startswith("file:") else name
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    close_to_others([Path(path + ending) for ending in _BESIDE])


def close_to_others(paths: Iterable[Path]) -> None:
    """Take from other accounts what they may do with *paths*, as far as these are there.

    What cannot be done is told in the log.
    """
    if os.name != "posix":
        return
    failed = []
    for path in filter(_is_open, paths):
        try:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OF_OTHERS)
        except FileNotFoundError:
            continue
        except OSError as error:
            failed.append((path, error.strerror))
    if failed:
        path, why = failed[0]
        _log.warning(
            "Other accounts of this machine may read %s, where jobs and their secrets are kept, "
            "and it cannot be closed to them (%s). Have its owner run: chmod go= %s",
            path, why, path,
        )  # fmt: skip


def _is_open(path: Path) -> bool:
    """Whether accounts other than the owner's may do anything with it."""
    with suppress(OSError):
        return bool(path.stat().st_mode & _OF_OTHERS)
    return False


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in [*folders, *files])
