"""A database in a file of its own."""

from __future__ import annotations

import asyncio
import sys

import pytest

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import Unavailable


@pytest.fixture
def file(tmp_path):
    return tmp_path / "nbtasks.sqlite3"


@pytest.fixture
def open_database(file, request):
    """Give databases; each is closed at the end."""

    def opened(url=f"sqlite:///{file}"):
        database = Database(url)
        request.addfinalizer(database.close)
        return database

    return opened


@pytest.fixture
def database(open_database, jp_asyncio_loop):
    database = open_database()
    jp_asyncio_loop.run_until_complete(database.migrate())
    return database


async def python(code, *arguments):
    """A process that runs *code*."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), asyncio.subprocess.PIPE)
    return await asyncio.create_subprocess_exec(sys.executable, "-c", code, *arguments, **pipes)


async def refusal(database):
    """The Unavailable that migrating raises."""
    with pytest.raises(Unavailable) as raised:
        await database.migrate()
    return raised.value
