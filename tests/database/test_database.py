"""The one door to SQL."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import psutil
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import StatementError

from jupyter_nbtasks.database import UtcDateTime
from jupyter_nbtasks.errors import DiskFull
from jupyter_nbtasks.jobs.sql.tables import jobs

from .conftest import python, refusal

LOCK = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
other.execute("COMMIT")
"""
LIMITED = """
import asyncio, resource, sys
from sqlalchemy import text
from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import DiskFull

async def main():
    database = Database(sys.argv[1])
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, unlimited[1]))
    try:
        await database.migrate()
    except DiskFull as error:
        print(error.reason)
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    await database.migrate()
    await database.write(lambda db: db.execute(text("CREATE TABLE rows (data BLOB)")))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, unlimited[1]))
    insert = text("INSERT INTO rows VALUES (randomblob(2000000))")
    try:
        await database.write(lambda db: db.execute(insert))
    except DiskFull as error:
        print(error.reason)
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    await database.write(lambda db: db.execute(insert))
    print(await database.read(lambda db: db.execute(text("SELECT count(*) FROM rows")).scalar()))
    print(await database.read(lambda db: db.execute(text("PRAGMA integrity_check")).scalar()))
    database.close()

asyncio.run(main())
"""
moments = Table(
    "moments", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcDateTime)
)


async def test_a_file_that_is_not_a_database_is_refused(file, open_database):
    file.write_text("This is a diary, and it must not be written to. " * 100)

    refused = await refusal(open_database())

    assert refused.reason == "database_unavailable"
    assert "not a database" in str(refused)
    assert file.read_text().startswith("This is a diary")
    assert str(file) not in {opened.path for opened in psutil.Process().open_files()}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////proc/nowhere/nbtasks.sqlite3", "unable to open"),
        ("sqlite:////proc", "unable to open"),
        ("nbtasks.sqlite3", "not an SQLAlchemy URL"),
        ("oracle9://scott@here/db", "oracle9"),
        ("postgresql+no_driver://ann:secret@localhost/db", "no_driver"),
    ],
)
async def test_a_url_that_cannot_be_opened_is_refused_in_a_sentence(open_database, url, said):
    refused = await refusal(open_database(url))

    assert refused.reason == "database_unavailable"
    assert said in str(refused)
    assert "secret" not in str(refused)


async def test_a_moment_comes_back_in_utc_whatever_its_zone(database):
    east = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    def kept(db):
        moments.create(db)
        db.execute(insert(moments), [{"at": east}, {"at": None}])
        return db.execute(select(moments.c.at)).scalars().all()

    at, nothing = await database.write(kept)
    assert at == east
    assert at.tzinfo is UTC
    assert nothing is None


async def test_a_naive_moment_is_refused(database):
    await database.write(lambda db: moments.create(db))

    with pytest.raises(StatementError, match="naive datetime"):
        await database.write(lambda db: db.execute(insert(moments).values(at=datetime(2026, 1, 1))))  # noqa: DTZ001


async def test_its_state_is_another_after_each_commit_of_anybody(file, database, open_database):
    before = await database.state()
    assert await database.state() == before
    await database.read(lambda db: db.execute(text("SELECT * FROM jobs")))
    assert await database.state() == before

    await database.write(lambda db: db.execute(text("CREATE TABLE own (x)")))
    own = await database.state()
    assert own != before
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()

    assert await database.state() not in (before, own)


async def test_a_write_that_fails_leaves_nothing(database):
    def fail(db):
        moments.create(db)
        db.execute(insert(moments).values(at=None))
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)

    assert not await database.read(lambda db: inspect(db).has_table("moments"))


async def test_what_a_read_changes_is_not_kept(database):
    await database.read(lambda db: moments.create(db))

    assert not await database.read(lambda db: inspect(db).has_table("moments"))


async def test_a_write_waits_for_another_process_to_finish_its_own(file, database):
    locked = await python(LOCK, str(file))
    await locked.stdout.readline()
    writing = asyncio.ensure_future(database.write(lambda db: moments.create(db)))
    rows = await database.read(lambda db: db.execute(select(jobs)).all())

    assert rows == []
    assert not writing.done()
    await locked.communicate(b"\n")
    await writing


async def test_a_lost_row_takes_its_cells_along(database):
    def cascade(db):
        return db.execute(text("PRAGMA foreign_keys")).scalar(), db.execute(
            text("PRAGMA journal_mode")
        ).scalar()

    assert await database.read(cascade) == (1, "wal")


async def test_a_full_disk_is_told_and_nothing_is_half_written(database):
    def fill(db):
        moments.create(db)
        db.execute(text("PRAGMA max_page_count = 1"))
        moment = {"at": datetime(2026, 3, 1, tzinfo=UTC)}
        db.execute(insert(moments), [moment] * 10_000)

    with pytest.raises(DiskFull, match="no room on the disk for the database") as raised:
        await database.write(fill)

    assert raised.value.reason == "disk_full"
    assert not await database.read(lambda db: inspect(db).has_table("moments"))


async def test_a_file_that_may_not_grow_is_a_full_disk_until_it_may(file):
    process = await python(LIMITED, f"sqlite:///{file}")
    out, error = await process.communicate()

    assert out.decode().split() == ["disk_full", "disk_full", "1", "ok"], error.decode()
