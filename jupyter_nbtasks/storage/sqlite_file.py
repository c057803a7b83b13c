"""The file of an SQLite database: whether it is the one that was opened, or another by now.

A process that has a file open goes on with it though it was deleted or replaced, and all that is
written to it then is lost.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

Identity = tuple[int, int]


class SqliteFile:
    """The file at *path* as it is now, which others may delete or replace later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = _identity(path)
        self._logs = {log: _identity(log) for log in (_beside(path, "-wal"), _beside(path, "-shm"))}

    def is_there(self) -> bool:
        """Whether it is still the file at its path."""
        return _identity(self.path) == self._opened is not None

    def fault(self) -> str | None:
        """Say why what is at its path cannot take its place; None if it can."""
        if _identity(self.path) is None:
            return "was deleted or moved while the server ran. Put it back, or restart the server"
        try:
            with closing(
                sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)
            ) as db:
                db.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error as error:
            return (
                f"was replaced by something that jupyter_nbtasks did not make ({error}). Put the "
                "database or a backup of it there"
            )
        return None

    def remove_logs(self) -> None:
        """Remove what was written for it, and would be taken for part of the file at its place."""
        for log, opened in self._logs.items():
            if opened is not None and _identity(log) == opened:
                with suppress(FileNotFoundError):
                    log.unlink()


def _identity(path: Path) -> Identity | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
