"""The schema: made by migrations, once, by whichever process is first."""

from __future__ import annotations

import asyncio
import runpy
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from jupyter_nbtasks import migrations
from jupyter_nbtasks.database import metadata
from jupyter_nbtasks.jobs.sql.tables import attempts, cells, jobs, kernels, saved_files
from jupyter_nbtasks.kernels.tables import environments
from jupyter_nbtasks.schedules.tables import occurrences, schedules
from jupyter_nbtasks.snapshots.tables import pins, snapshots
from jupyter_nbtasks.tools.tables import calls, tools
from jupyter_nbtasks.webhooks.tables import receivers

from .conftest import python, refusal

MIGRATE = """
import asyncio, sys
from jupyter_nbtasks.database import Database
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
asyncio.run(database.migrate())
print("alembic" in sys.modules)
"""


async def test_the_migrations_make_the_tables_that_the_code_knows(database):
    def differences(db):
        return compare_metadata(
            MigrationContext.configure(db, opts={"compare_type": True}), metadata
        )

    tables = (
        snapshots,
        pins,
        jobs,
        cells,
        attempts,
        kernels,
        saved_files,
        schedules,
        occurrences,
        receivers,
        tools,
        calls,
        environments,
    )
    assert {table.name for table in tables} == metadata.tables.keys()
    assert await database.read(differences) == []


async def test_migrating_twice_changes_nothing(database, open_database):
    def schema(db):
        return db.execute(text("SELECT * FROM sqlite_master")).all()

    before = await database.read(schema)
    again = open_database()
    await again.migrate()

    assert await again.read(schema) == before


async def test_processes_may_migrate_a_new_file_at_the_same_time(file):
    started = [await python(MIGRATE, f"sqlite:///{file}") for _ in range(4)]
    for process in started:
        await process.stdout.readline()

    errors = [error for _, error in await asyncio.gather(*(p.communicate(b"") for p in started))]

    assert [process.returncode for process in started] == [0] * 4, errors


async def test_what_migrates_is_only_imported_where_there_is_something_to_migrate(file):
    told = []
    for _ in range(2):
        process = await python(MIGRATE, f"sqlite:///{file}")
        await process.stdout.readline()
        told.append((await process.communicate(b""))[0].decode().strip())

    assert told == ["True", "False"]


def test_the_files_of_migrations_are_named_by_their_revisions():
    files = sorted(Path(migrations.__path__[0], "versions").glob("[0-9]*.py"))
    assert files
    for index, file in enumerate(files):
        before = files[index - 1].name[:4] if index else None
        made = runpy.run_path(str(file))
        assert (made["revision"], made["down_revision"]) == (file.name[:4], before)


async def test_the_database_of_a_newer_version_is_refused(database, open_database):
    await database.write(
        lambda db: db.execute(text("UPDATE alembic_version SET version_num = '9'"))
    )

    refused = await refusal(open_database())

    assert refused.reason == "database_newer"
    assert "Upgrade jupyter_nbtasks" in str(refused)
