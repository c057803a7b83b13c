"""How a command opens the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ...assembly.storage import make_ready
from ...database import Database
from ..session import settings


@asynccontextmanager
async def opened(folder: Path | None = None) -> AsyncIterator[tuple[Database, str | None]]:
    """The database, and the root of a server on *folder*; None, for all roots, without."""
    app = settings()
    storage = app.storage(None if folder is None else app.root_on(folder))
    database = Database(storage.database_url)
    try:
        await make_ready(storage, database)
        yield database, storage.root
    finally:
        await asyncio.to_thread(database.close)
