"""What grows costs no more than it grows: no look-up walks its table, no cell all cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.jobs.model import Job
from jupyter_nbtasks.jobs.policy import Shares
from jupyter_nbtasks.jobs.requests import JobQuery, UsageQuery
from jupyter_nbtasks.jobs.sql import scheduled
from jupyter_nbtasks.jobs.sql.store import JobStore
from jupyter_nbtasks.schedules.occurrence_store import OccurrenceStore
from jupyter_nbtasks.schedules.requests import ScheduleQuery, ScheduleSlice
from jupyter_nbtasks.schedules.store import ScheduleStore
from jupyter_nbtasks.snapshots.store import SnapshotStore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=20)
JOB = Job(
    id="j" + "0" * 28,
    root="/home/ann",
    owner="ann",
    name="work",
    notebook="work.ipynb",
    item_id="i" * 32,
    input_hash="0" * 64,
    kernel_name="python3",
    parameters={},
    request={},
    created_at=NOW,
)
BY_STATUS = "ix_jobs_status (root=? AND status=?)"
BY_OWNER = "ix_jobs_owner (root=? AND owner=? AND status=?)"
BY_NOTEBOOK = "ix_jobs_notebook (root=? AND notebook=?)"
TAKEN = "ix_jobs_taken (root=? AND server>?)"


@pytest.fixture
def database(tmp_path, jp_asyncio_loop):
    database = Database(f"sqlite:///{tmp_path / 'nbtasks.sqlite3'}")
    jp_asyncio_loop.run_until_complete(database.migrate())
    yield database
    database.close()


@pytest.fixture
def jobs(database):
    return JobStore(database, "/home/ann")


@pytest.fixture
def plan(database):
    """Tell by which index each table is looked at: ``await plan(store.held())``."""

    async def plan(work):
        asked = []
        event.listen(
            Engine,
            "before_cursor_execute",
            listener := lambda db, cursor, sql, values, *_: asked.append((sql, values)),
        )
        await work
        event.remove(Engine, "before_cursor_execute", listener)
        steps = [
            row[3]
            for sql, values in asked
            if not sql.startswith(("INSERT", "BEGIN"))
            for row in await database.read(
                lambda db, sql=sql, values=values: db.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {sql}", values
                ).all()
            )
        ]
        return {_index(step) for step in steps if _is_of_a_table(step)}

    return plan


def _is_of_a_table(step):
    # What SQLite makes for itself is small: lists of what was asked, and parts of a page.
    made = ("SCAN CONSTANT ROW", "SCAN (subquery", "SCAN anon_", "SCAN asked VIRTUAL TABLE")
    return step.startswith(("SCAN", "SEARCH")) and not step.startswith(made)


def _index(step):
    return step.partition(" INDEX ")[2] or step


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (lambda jobs: jobs.claim("s", NOW, LATER), {"ix_jobs_waiting (root=?)"}),
        (
            lambda jobs: jobs.claim("s", NOW, LATER, shares=Shares(owner=1, notebook=1)),
            {"ix_jobs_waiting (root=?)", TAKEN},
        ),
        (lambda jobs: jobs.next_due("s"), {"ix_jobs_retried (root=? AND not_before>?)"}),
        (lambda jobs: jobs.count_waiting(), {BY_STATUS}),
        (lambda jobs: jobs.renew("s", LATER), {"ix_jobs_taken (root=? AND server=?)"}),
        (lambda jobs: jobs.held(), {TAKEN}),
        (
            lambda jobs: jobs.find_key("ann", "k"),
            {"ix_jobs_idempotency (root=? AND owner=? AND idempotency_key=?)"},
        ),
        (lambda jobs: jobs.ids("j0"), {"ix_jobs_root (root=? AND id>? AND id<?)"}),
        (
            lambda jobs: jobs.has_saved("a", "h"),
            {"ix_jobs_saved_hash (saved_hash=?)", "sqlite_autoindex_saved_files_1 (key=?)"},
        ),
        (
            lambda jobs: jobs.referenced(["a", "b"]),
            {
                "ix_jobs_input_hash (input_hash=?)",
                "ix_jobs_output_hash (output_hash=?)",
                "ix_job_cells_outputs_hash (outputs_hash=?)",
            },
        ),
        (
            lambda jobs: jobs.usage(UsageQuery(since=NOW), None),
            {"ix_jobs_root (root=? AND id>?)"},
        ),
    ],
)
async def test_what_the_worker_asks_of_jobs(jobs, plan, work, expected):
    found = await plan(work(jobs))

    assert found - {"sqlite_autoindex_jobs_1 (id=?)"} == expected


@pytest.mark.parametrize("owner", [None, "ann"])
async def test_the_last_output_of_a_notebook(jobs, plan, owner):
    await jobs.add(replace(JOB, output_hash="f" * 64))
    job = await jobs.add(replace(JOB, id="j" + "1" * 28))

    assert await plan(jobs.earlier(job, owner)) == {
        "ix_jobs_notebook (root=? AND notebook=? AND id<?)",
        "ix_jobs_item (item_id=? AND id<?)",
        "sqlite_autoindex_jobs_1 (id=?)",
    }


@pytest.mark.parametrize(
    ("query", "everybodys", "ones_own"),
    [
        ({}, "ix_jobs_root (root=?)", BY_OWNER),
        ({"status": "FAILED"}, BY_STATUS, BY_OWNER),
        ({"status": "SUBMITTED,EXECUTING,CANCELLING"}, BY_STATUS, BY_OWNER),
        ({"owner": "bob"}, BY_OWNER, BY_OWNER),
        ({"owner": "bob", "status": "FAILED"}, BY_OWNER, BY_OWNER),
        ({"trigger": "lab"}, "ix_jobs_trigger (root=? AND trigger_type=?)", BY_OWNER),
        ({"notebook": "a"}, BY_NOTEBOOK, BY_NOTEBOOK),
        ({"notebook": "a", "q": "b"}, BY_NOTEBOOK, BY_NOTEBOOK),
        ({"notebook": "a", "status": "FAILED"}, BY_NOTEBOOK, BY_NOTEBOOK),
        ({"notebook": "a", "status": "FAILED,COMPLETED"}, BY_NOTEBOOK, BY_NOTEBOOK),
        ({"item_id": "a"}, "ix_jobs_item (item_id=?)", "ix_jobs_item (item_id=?)"),
        (
            {"schedule_id": "a"},
            "ix_jobs_schedule (schedule_id=?)",
            "ix_jobs_schedule (schedule_id=?)",
        ),
        (
            {"schedule_id": "a", "status": "FAILED"},
            "ix_jobs_schedule_status (schedule_id=? AND status=?)",
            "ix_jobs_schedule_status (schedule_id=? AND status=?)",
        ),
        (
            {"snapshot_id": "a"},
            "ix_jobs_snapshot (snapshot_id=?)",
            "ix_jobs_snapshot (snapshot_id=?)",
        ),
        ({"batch_id": "a"}, "ix_jobs_batch (batch_id=?)", "ix_jobs_batch (batch_id=?)"),
    ],
)
async def test_each_page_of_jobs(jobs, plan, query, everybodys, ones_own):
    for owner, expected in ((None, everybodys), ("ann", ones_own)):
        for more in ({}, {"cursor": "j" + "0" * 28}, {"since": NOW.isoformat()}):
            found = await plan(jobs.page(JobQuery.model_validate(query | more), owner))
            from_id = {index.replace(" AND id<?", "").replace(" AND id>?", "") for index in found}
            assert from_id - {"sqlite_autoindex_jobs_1 (id=?)"} == {expected}


@pytest.mark.parametrize("status", [None, "FAILED", "FAILED,COMPLETED"])
@pytest.mark.parametrize("owner", [None, "ann"])
async def test_what_is_searched_for_is_looked_up_by_name(jobs, plan, owner, status):
    job = await jobs.add(JOB)
    query = JobQuery(q="WORK", status=status)

    assert await jobs.page(JobQuery(q="WORK"), owner) == [job]
    assert await jobs.page(JobQuery(q="k.IP"), owner) == [job]
    assert await jobs.page(JobQuery(q="wörk"), owner) == []
    found = await plan(jobs.page(query, owner))
    names, by_id = {"names", "notebooks"}, "sqlite_autoindex_jobs_1 (id=?)"
    assert found - {by_id} - {f"SCAN {name}" for name in names} == {
        "ix_jobs_name (root=?)",
        "ix_jobs_name (root=? AND name>?)",
        "ix_jobs_name (root=? AND name=?)",
        "ix_jobs_notebook (root=?)",
        "ix_jobs_notebook (root=? AND notebook>?)",
        "ix_jobs_notebook (root=? AND notebook=?)",
        # The newest are read through, from the last of them on.
        "ix_jobs_root (root=?)",
        "ix_jobs_root (root=? AND id>?)",
    }


@pytest.mark.parametrize("count", [60, 2100])
async def test_a_search_finds_the_newest_of_very_many_names(database, jobs, count):
    several = [replace(JOB, id=f"j{number:028x}", name=f"no {number}") for number in range(count)]
    await database.write(lambda db: scheduled.add_jobs(db, several))

    page = await jobs.page(JobQuery(q="NO ", limit=3), None)

    assert [job.name for job in page] == [f"no {count - number}" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (lambda ledger: ledger.next_due(), {"ix_schedules_due (root=?)"}),
        (lambda ledger: ledger.next_due({"a"}), {"ix_schedules_due (root=?)"}),
        (lambda ledger: ledger.due(NOW, 9), {"ix_schedules_due (root=? AND next_run_at<?)"}),
        (lambda ledger: ledger.waiting(), {"ix_occurrences_queued"}),
    ],
)
async def test_what_the_ticker_asks_of_schedules(database, plan, work, expected):
    found = await plan(work(OccurrenceStore(database, "/home/ann")))

    by_id = {"sqlite_autoindex_schedules_1 (id=?)"}
    of_schedules = {"ix_jobs_schedule_status (schedule_id=? AND status=?)"}
    assert found - by_id - of_schedules == expected


@pytest.mark.parametrize(
    ("query", "everybodys", "ones_own"),
    [
        ({}, "root (root=?)", "owner (root=? AND owner=?)"),
        ({"state": "ACTIVE"}, "state (root=? AND state=?)", "state (root=? AND state=?)"),
        ({"notebook": "a"}, *["notebook (root=? AND notebook=?)"] * 2),
        ({"item_id": "a"}, *["item (item_id=?)"] * 2),
    ],
)
async def test_each_page_of_schedules(database, plan, query, everybodys, ones_own):
    store, by_id = ScheduleStore(database, "/home/ann"), {"sqlite_autoindex_schedules_1 (id=?)"}
    for owner, expected in ((None, everybodys), ("ann", ones_own)):
        found = await plan(store.page(ScheduleQuery.model_validate(query), owner))
        assert found - by_id == {f"ix_schedules_{expected}"}


async def test_a_slice_of_schedules(database, plan):
    store = ScheduleStore(database, "/home/ann")
    found = await plan(store.slice(ScheduleSlice(skip=0, limit=9, notebook="a"), "ann"))

    assert "ix_schedules_notebook (root=? AND notebook=?)" in found


async def test_what_is_past_of_a_schedule(database, plan):
    pasts = database.read(lambda db: scheduled.pasts(db, {"s": NOW}))
    last = database.read(lambda db: scheduled.last_of(db, "s"))

    by_status = "ix_jobs_schedule_status (schedule_id=? AND status=?"
    assert await plan(pasts) == {f"{by_status})", f"{by_status} AND id>?)"}
    assert await plan(last) == {"ix_jobs_schedule (schedule_id=?)"}


async def test_what_a_sweep_asks_of_snapshots(database, plan):
    found = await plan(SnapshotStore(database, "/home/ann").referenced(["a"]))

    assert found == {"ix_snapshots_hash (hash=?)"}
