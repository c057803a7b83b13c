"""A database file that is deleted or replaced under those who have it open."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from jupyter_nbtasks.errors import Unavailable


def write(database, value):
    return database.write(
        lambda db: db.execute(
            text("INSERT INTO saved_files VALUES (:value, 'h')"), {"value": value}
        )
    )


def kept(database):
    return database.read(
        lambda db: db.execute(text("SELECT key FROM saved_files ORDER BY key")).scalars().all()
    )


def in_file(path):
    with closing(sqlite3.connect(path)) as opened:
        return [key for (key,) in opened.execute("SELECT key FROM saved_files ORDER BY key")]


def take_away(file, aside):
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).rename(aside.with_name(aside.name + ending))


async def test_nothing_is_read_or_written_while_it_is_gone(file, database, caplog):
    await write(database, "a")
    aside = file.with_name("aside")
    take_away(file, aside)

    for _ in range(2):
        for asked in (write(database, "b"), kept(database), database.state()):
            with pytest.raises(Unavailable, match="was deleted or moved") as raised:
                await asked

    assert raised.value.reason == "database_unavailable"
    assert not file.exists()
    assert [record.levelname for record in caplog.records] == ["ERROR"]

    take_away(aside, file)
    await write(database, "c")
    assert await kept(database) == ["a", "c"]


async def test_a_backup_in_its_place_is_used_and_what_was_there_is_whole(file, database):
    backup, old = file.with_name("backup"), file.with_name("old")
    await write(database, "before")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    await write(database, "after")
    seen = await database.state()
    # Its log stays at its place, as nobody knows of it.
    file.rename(old)
    backup.rename(file)

    assert await kept(database) == ["before"]
    assert await database.state() != seen
    await write(database, "new")
    assert in_file(file) == ["before", "new"]
    assert in_file(old) == ["after", "before"]


@pytest.mark.parametrize("what", ["an empty file", "a database of others", "no database"])
async def test_what_is_not_a_database_of_ours_does_not_take_its_place(file, database, what):
    await write(database, "a")
    aside = file.with_name("aside")
    take_away(file, aside)
    if what == "an empty file":
        file.touch()
    elif what == "a database of others":
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE theirs (x)")
    else:
        file.write_text("This is a diary. " * 1000)
    content = file.read_bytes()

    with pytest.raises(Unavailable, match="did not make"):
        await write(database, "b")

    assert file.read_bytes() == content
    shutil.move(file, file.with_name("theirs"))
    take_away(aside, file)
    assert await kept(database) == ["a"]
