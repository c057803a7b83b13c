"""Jobs in a database, at a moment of their own."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.ids import new_id
from jupyter_nbtasks.jobs.model import (
    CellError,
    CellRecord,
    Failure,
    Job,
    Reason,
)
from jupyter_nbtasks.jobs.sql.store import JobStore

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FAILURE = Failure(
    reason=Reason.CELL_ERROR,
    message="Cell 0: E: no",
    error=CellError(cell=0, ename="E", evalue="no", traceback=["E: no", "…"]),
)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def a_job(seconds=0, **facts):
    """A job submitted so many seconds after NOW."""
    at = after(seconds)
    given = {
        "id": new_id(at),
        "root": "/home/ann",
        "owner": "ann",
        "name": "work",
        "notebook": "work.ipynb",
        "item_id": None,
        "input_hash": "0" * 64,
        "kernel_name": "python3",
        "parameters": {},
        "request": {},
        "created_at": at,
    }
    return Job(**given | facts)


def a_cell(index, **facts):
    return CellRecord(**{"index": index, "id": f"cell{index}", "status": "completed"} | facts)


@pytest.fixture
def open_database(tmp_path, request):
    """Open the same database as another server would."""

    def opened():
        database = Database(f"sqlite:///{tmp_path / 'nbtasks.sqlite3'}")
        request.addfinalizer(database.close)
        return database

    return opened


@pytest.fixture
def database(open_database, jp_asyncio_loop):
    database = open_database()
    jp_asyncio_loop.run_until_complete(database.migrate())
    return database


@pytest.fixture
def store(database):
    return JobStore(database, "/home/ann")


@pytest.fixture
def open_store(open_database, database):
    """Open the store of another server."""
    return lambda root="/home/ann": JobStore(open_database(), root)


@pytest.fixture
def add(store):
    async def add(seconds=0, **facts):
        return await store.add(a_job(seconds, **facts))

    return add


async def claim(store, server="s1", now=NOW, **options):
    return await store.claim(server, now, now + timedelta(seconds=20), **options)


@contextmanager
def listening(name):
    """Collect what SQLAlchemy tells listeners of that event."""
    told = []
    event.listen(Engine, name, listener := lambda db, *what: told.append(what))
    yield told
    event.remove(Engine, name, listener)
