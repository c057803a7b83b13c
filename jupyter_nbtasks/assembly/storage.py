"""Where things are kept, and how that is made ready."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ..database import Database
from ..errors import Unavailable


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
    """Make the folder and bring the *database* up to date; raises Unavailable."""
    folder = storage.data_dir
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        msg = f"The folder {str(folder)!r} (data_dir) cannot be made: {error}"
        raise Unavailable(msg) from error
    await database.migrate()
