"""Where things are kept, and how that is made ready."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ..database import Database
from ..errors import of_system
from ..storage.private import make_private


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Where things are: the store, and the *root* whose jobs these are (None: those of all).

    *timezone* is that of schedules which name none.
    """

    data_dir: Path
    database_url: str
    root: str | None
    timezone: str

    @property
    def blobs_dir(self) -> Path:
        """The folder of the stored documents."""
        return self.data_dir / "blobs"


async def make_ready(storage: Storage, database: Database) -> None:
    """Make the folders, let nobody else in, and bring the *database* up to date.

    Raises Unavailable.
    """
    try:
        await asyncio.to_thread(_make_folders, storage)
    except OSError as error:
        raise of_system(error, f"use the folder {str(storage.data_dir)!r} (data_dir)") from error
    await database.migrate()


def _make_folders(storage: Storage) -> None:
    storage.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    storage.blobs_dir.mkdir(exist_ok=True, mode=0o700)
    make_private(storage.data_dir)
