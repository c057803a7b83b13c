"""Jobs in a database."""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.dialects import postgresql

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import NotFound, Stale, Unavailable
from jupyter_nbtasks.ids import new_id
from jupyter_nbtasks.jobs.history import AttemptRecord
from jupyter_nbtasks.jobs.model import (
    CellError,
    CellRecord,
    Failure,
    Job,
    Progress,
    Reason,
    Status,
    Trigger,
    Usage,
)
from jupyter_nbtasks.jobs.policy import Shares
from jupyter_nbtasks.jobs.requests import JobQuery, UsageQuery
from jupyter_nbtasks.jobs.sql.store import JobStore
from jupyter_nbtasks.jobs.sql.tables import cells

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LEASE = NOW + timedelta(seconds=20)
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


EVERYTHING = {
    "status": Status.FAILED,
    "reason": Reason.CELL_ERROR,
    "message": "No, “never”.",
    "item_id": "i" * 32,
    "parameters": {"x": 2**53, "none": None},
    "request": {"env": {"A": "b"}},
    "warnings": ["w"],
    "error": FAILURE.error,
    "progress": Progress(completed=1, total=3, current=2),
    "results": {"total": {"€": [1, 2.5, None]}},
    "attempt": 2,
    "max_attempts": 3,
    "priority": -1,
    "timeout": 0.5,
    "tags": ["a"],
    "trigger": Trigger(type="rerun", id="j0"),
    "usage": Usage(kernel_seconds=1.5, cpu_seconds=0.5, peak_memory_bytes=2**40),
    **dict.fromkeys(["input_size", "output_size"], 2**40),
    **dict.fromkeys(["output_hash", "saved_hash", "request_hash"], "f" * 64),
    **dict.fromkeys(["batch_id", "schedule_id", "snapshot_id", "kernel_id"], "id"),
    "kernel_start": "cold: why",
    "idempotency_key": "id",
    **dict.fromkeys(["output_path", "server"], "a/b"),
    **dict.fromkeys(["nominal_time", "not_before", "started_at", "ended_at"], after(1.5)),
    "lease_until": after(2),
    "servers_lost": 1,
}


async def test_a_job_comes_back_as_it_was_stored(store):
    job = a_job(**EVERYTHING)
    assert not [field.name for field in fields(Job) if getattr(job, field.name) in (None, [], {})]

    await store.add(job)

    assert await store.get(job.id) == job


async def test_a_job_of_nothing_but_what_it_needs_comes_back_too(store, add):
    job = await add(notebook=None)

    assert await store.get(job.id) == job


@pytest.mark.parametrize("owner", ["bob", ""])
async def test_somebody_elses_job_is_not_there(store, add, owner):
    job = await add()

    assert await store.get(job.id, "ann") == job
    with pytest.raises(NotFound, match=f"There is no job '{job.id}'"):
        await store.get(job.id, owner)


async def test_jobs_are_found_by_the_beginning_of_their_ids(store, open_store, add):
    jobs = [await add(seconds) for seconds in (0, 0, 1)]
    first, second, third = sorted(job.id for job in jobs)

    assert await store.ids(first) == [first]
    assert await store.ids(first[:13]) == [first, second]
    assert await store.ids(third[:13]) == [third]
    assert await store.ids("k") == []
    assert await open_store("/home/bob").ids("j") == []


async def test_another_root_sees_nothing_of_it(open_store, add):
    job, other = await add(idempotency_key="k"), open_store("/home/bob")

    with pytest.raises(NotFound):
        await other.get(job.id)
    assert await claim(other) is None
    assert await other.find_key("ann", "k") is None
    assert await other.page(JobQuery(), None) == []
    assert await other.usage(UsageQuery(by="owner"), None) == []


async def test_what_another_root_holds_is_not_ours_to_give_up(open_store, store, add):
    await add()
    await claim(store)
    await add(not_before=NOW)

    assert await open_store("/home/bob").held() == []
    assert await open_store("/home/bob").next_due("s1") is None


async def test_without_a_root_all_jobs_are_seen(open_store, add):
    ours, theirs = await add(0), await add(1, root="/home/bob")

    assert await open_store(None).page(JobQuery(), None) == [theirs, ours]


async def test_what_was_changed_is_saved(store, add):
    job = await add()
    changed = replace(job, status=Status.CANCELLED, ended_at=after(1), message="Enough.")

    await store.save(changed, was=job)

    assert await store.get(job.id) == changed


@pytest.mark.parametrize(
    "believed",
    [
        {"status": Status.SUBMITTED},
        {"attempt": 2},
        {"server": "s2"},
        {"server": None},
        {"id": "j1"},
    ],
)
async def test_a_writer_with_an_old_picture_changes_nothing(store, add, believed):
    await add()
    job = await claim(store)
    old = replace(job, **believed)

    with pytest.raises(Stale):
        await store.save(replace(old, message="Mine."), was=old, records=[a_cell(0)])

    assert await store.get(job.id) == job
    assert await store.cells(job) == []


async def test_of_many_writers_one_changes_the_job(store, open_store, add):
    job = await add()
    ends = [replace(job, status=Status.CANCELLED, message=f"{n}") for n in range(10)]

    saves = [(store if n % 2 else open_store()).save(end, was=job) for n, end in enumerate(ends)]
    answers = await asyncio.gather(*saves, return_exceptions=True)

    [winner] = [n for n, answer in enumerate(answers) if answer is None]
    assert all(isinstance(answer, Stale) for n, answer in enumerate(answers) if n != winner)
    assert await store.get(job.id) == ends[winner]


async def test_the_highest_priority_is_next_then_who_came_first(store, add):
    second, first, last, third = [
        await add(seconds, priority=priority)
        for seconds, priority in [(1, 0), (3, 5), (2, -1), (1.5, 0)]
    ]

    claimed = [await claim(store, now=after(9)) for _ in range(4)]

    assert [job.id for job in claimed] == [job.id for job in (first, second, third, last)]
    assert await claim(store, now=after(9)) is None


async def test_a_claimed_job_is_its_servers(store, add):
    before = {"message": "Before.", "reason": Reason.TIMEOUT, "error": FAILURE.error}
    job = await add(not_before=NOW, usage=Usage(cpu_seconds=1.0), **before)

    claimed = await claim(store)

    assert claimed == await store.get(job.id)
    assert claimed == replace(
        job, status=Status.EXECUTING, server="s1", started_at=NOW, lease_until=LEASE,
        message=None, reason=None, error=None, not_before=None, usage=Usage(),
    )  # fmt: skip


async def test_a_retry_is_not_claimed_before_it_is_due(store, add):
    job = await add(not_before=after(10))

    assert await claim(store, now=after(9.9)) is None
    assert (await claim(store, now=after(10))).id == job.id


async def test_a_job_reserved_for_a_server_is_left_to_it(store, add):
    job = await add(server="s2")

    assert await claim(store, "s1") is None
    assert (await claim(store, "s2")).id == job.id


async def test_a_command_claims_its_own_job_only(store, add):
    await add(0, priority=9)
    own = await add(1, server="s1")

    assert (await claim(store, only_reserved=True)).id == own.id
    assert await claim(store, only_reserved=True) is None


async def test_each_of_many_jobs_is_claimed_once(store, open_store):
    for n in range(200):
        await store.add(a_job(n / 1000))

    async def claim_all(number):
        other, claimed = open_store(), []
        while job := await claim(other, f"s{number}", now=after(9)):
            claimed.append((job.id, job.server))
        return claimed

    each = await asyncio.gather(*(claim_all(number) for number in range(4)))
    claimed = dict(pair for pairs in each for pair in pairs)
    assert (len(claimed), sum(map(len, each))) == (200, 200)
    assert {job.id: job.server for job in await store.held()} == claimed


@contextmanager
def listening(name):
    """Collect what SQLAlchemy tells listeners of that event."""
    told = []
    event.listen(Engine, name, listener := lambda db, *what: told.append(what))
    yield told
    event.remove(Engine, name, listener)


async def test_an_owner_gets_no_more_than_their_share(store, add):
    ann = [await add(seconds, owner="ann") for seconds in (0, 1, 2)]
    bob = await add(3, owner="bob")
    taken = [await claim(store, shares=Shares(owner=2)) for _ in range(4)]

    assert [job.id if job else None for job in taken] == [ann[0].id, ann[1].id, bob.id, None]
    await store.save(taken[0].completed(after(9)), was=taken[0])
    assert (await claim(store, shares=Shares(owner=2))).id == ann[2].id


async def test_a_notebook_gets_no_more_than_its_share_wherever_it_was_moved(store, open_store, add):
    first = await add(0, item_id="i" * 32)
    await add(1, item_id="i" * 32, notebook="moved.ipynb")
    other = await add(2, notebook="other.ipynb")
    sent = [await add(seconds, notebook=None) for seconds in (3, 4)]
    elsewhere = open_store("/home/bob")
    await elsewhere.add(a_job(root="/home/bob", notebook="other.ipynb"))
    assert await claim(elsewhere)
    taken = [await claim(store, shares=Shares(notebook=1)) for _ in range(5)]

    expected = [first.id, other.id, sent[0].id, sent[1].id, None]
    assert [job.id if job else None for job in taken] == expected


async def test_shares_hold_when_all_claim_at_once(store, open_store, add):
    for seconds in range(20):
        await add(seconds)
    shares = Shares(owner=3)
    servers = [open_store() for _ in range(10)]
    taken = await asyncio.gather(
        *(claim(server, f"s{number}", shares=shares) for number, server in enumerate(servers))
    )

    assert len([job for job in taken if job]) == 3


async def test_postgresql_is_told_to_skip_what_another_server_is_claiming(store):
    with listening("before_execute") as told:
        await claim(store)

    compiled = told[-1][0].compile(dialect=postgresql.dialect())
    assert re.search(r"LIMIT \S+ FOR UPDATE SKIP LOCKED\) AND", str(compiled))


@pytest.mark.parametrize("next_server", ["s1", "s2"])
async def test_the_server_of_attempt_1_cannot_write_once_attempt_2_has_begun(
    store, add, next_server
):
    await add(max_attempts=2)
    first = await claim(store)
    await store.record(first, progress=Progress(completed=1, total=2))
    await store.save(first.failed(NOW, FAILURE), was=first)
    second = await claim(store, next_server, now=after(60))

    with pytest.raises(Stale):
        await store.record(first, progress=Progress(completed=2, total=2), records=[a_cell(1)])
    with pytest.raises(Stale):
        await store.record(first, output_hash="f" * 64)
    with pytest.raises(Stale):
        await store.save(first.completed(NOW), was=first, records=[a_cell(1)])
    assert await store.get(first.id) == second
    assert second.attempt == 2
    assert await store.cells(first) == await store.cells(second) == []


async def test_what_is_recorded_of_a_running_job_is_there(store, add):
    await add()
    job = await claim(store)
    began = a_cell(0, status="running", started_at=NOW)
    done = a_cell(0, started_at=NOW, seconds=0.5, execution_count=1, outputs_hash="f" * 64)

    await store.record(job, records=[a_cell(2), began], progress=Progress(total=3, current=0))
    await store.record(job, records=[done], kernel_id="k")

    assert await store.cells(job) == [done, a_cell(2)]
    known = await store.get(job.id)
    assert (known.kernel_id, known.progress) == ("k", Progress(total=3, current=0))


async def test_the_cells_of_the_output_are_the_last_ones_that_ran(store, add):
    await add(max_attempts=2)
    first = await claim(store)
    await store.record(first, records=[a_cell(0), a_cell(1)], output_hash="f" * 64)
    await store.save(first.failed(NOW, FAILURE), was=first)
    second = await claim(store, now=after(60))

    assert await store.output_cells(second) == [a_cell(0), a_cell(1)]
    await store.record(second, records=[a_cell(0, status="running")], output_hash="e" * 64)
    assert await store.output_cells(second) == [a_cell(0, status="running")]


async def test_each_attempt_that_ended_is_kept(store, add):
    await add(max_attempts=2, request={"retry_delay": 10})
    first = await claim(store, "s1")
    usage = Usage(kernel_seconds=1.5, cpu_seconds=0.5, peak_memory_bytes=2**40)
    await store.save(replace(first, usage=usage).failed(after(5), FAILURE), was=first)
    second = await claim(store, "s2", now=after(15))
    assert [one.number for one in await store.attempts(second)] == [1]
    await store.save(second.completed(after(20)), was=second)

    failed, completed = await store.attempts(second)

    assert failed == AttemptRecord(
        number=1, server="s1", started_at=NOW, ended_at=after(5), status=Status.FAILED,
        reason=Reason.CELL_ERROR, message=FAILURE.message,
        error=replace(FAILURE.error, traceback=[]), usage=usage,
    )  # fmt: skip
    assert completed == AttemptRecord(
        number=2, server="s2", started_at=after(15), ended_at=after(20), status=Status.COMPLETED,
        reason=None, message=None, error=None, usage=Usage(),
    )  # fmt: skip


async def test_a_stale_end_is_not_an_attempt(store, add):
    await add()
    job = await claim(store)
    await store.save(job.cancelling(), was=job)

    with pytest.raises(Stale):
        await store.save(job.completed(NOW), was=job)

    assert await store.attempts(job) == []


async def test_an_end_and_its_attempt_are_kept_together_or_not_at_all(store, add, database):
    await add()
    job = await claim(store)
    await database.write(lambda db: db.execute(text("DROP TABLE job_attempts")))

    with pytest.raises(Unavailable):
        await store.save(job.completed(NOW), was=job)

    assert await store.get(job.id) == job


async def test_a_deleted_job_takes_its_attempts_along(store, add, database):
    await add()
    job = await claim(store)
    ended = job.completed(NOW)
    await store.save(ended, was=job)

    await store.delete(ended)

    assert await store.attempts(job) == []


async def test_cells_are_those_of_the_present_attempt(store, add):
    await add(max_attempts=2)
    first = await claim(store)
    await store.save(first.failed(NOW, FAILURE), was=first, records=[a_cell(0)])
    second = await claim(store, now=after(60))
    await store.record(second, records=[a_cell(1)])

    assert await store.cells(first) == [a_cell(0)]
    assert await store.cells(second) == [a_cell(1)]


async def test_a_job_that_is_being_cancelled_is_still_recorded(store, add):
    await add()
    job = await claim(store)
    await store.save(job.cancelling(), was=job)

    await store.record(job, progress=Progress(completed=1, total=2))

    assert (await store.get(job.id)).progress.completed == 1


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.SUBMITTED])
async def test_nothing_is_recorded_of_a_job_that_does_not_run(store, add, status):
    await add()
    job = await claim(store)
    await store.save(replace(job, status=status), was=job)

    with pytest.raises(Stale):
        await store.record(job, records=[a_cell(0)])
    assert await store.cells(job) == []


async def test_a_server_renews_what_it_holds_and_learns_how_that_stands(store, add):
    runs, cancelling, over = [await add(n) for n in range(3)]
    waits = await add(4, server="s1")
    others = await add(5, server="s2")
    for change in (lambda job: job, Job.cancelling, lambda job: job.completed(NOW)):
        job = await claim(store, only_reserved=False)
        await store.save(change(job), was=job)

    held = await store.renew("s1", after(99))

    assert held == {runs.id: "EXECUTING", cancelling.id: "CANCELLING", waits.id: "SUBMITTED"}
    leases = {id: (await store.get(id)).lease_until for id in held}
    assert set(leases.values()) == {after(99)}
    assert (await store.get(over.id)).lease_until == LEASE
    assert (await store.get(others.id)).lease_until is None


async def test_held_is_what_somebody_has_or_waits_for(store, add):
    await add(0)
    reserved = await add(1, server="s2")
    runs = await claim(store)
    await add(2)
    await add(3, server="s3", status=Status.FAILED)

    assert {job.id for job in await store.held()} == {runs.id, reserved.id}


async def test_next_due_is_the_earliest_retry_that_this_server_may_take(store, add):
    await add(0)
    assert await store.next_due("s1") is None
    for seconds, server in [(30, None), (20, "s1"), (10, "s2")]:
        await add(1, not_before=after(seconds), server=server)

    assert await store.next_due("s1") == after(20)
    assert await store.next_due("s3") == after(30)
    assert await store.next_due("s2", only_reserved=True) == after(10)
    assert await store.next_due("s3", only_reserved=True) is None


async def test_the_same_key_gives_the_first_job_however_many_ask_at_once(store, open_store):
    stores = [store, open_store()]
    asked = [a_job(n, idempotency_key="k", request={"n": n}) for n in range(20)]

    got = await asyncio.gather(*(stores[n % 2].add(job) for n, job in enumerate(asked)))

    assert len({job.id for job in got}) == 1
    assert await store.page(JobQuery(), None) == [got[0]]
    assert await store.find_key("ann", "k") == got[0]


async def test_a_key_is_its_owners_and_of_one_root(open_store, add):
    await add(0, idempotency_key="k")
    other = open_store("/home/bob")

    await add(1, owner="bob", idempotency_key="k")
    await other.add(a_job(2, root="/home/bob", idempotency_key="k"))
    await add(3, idempotency_key="l")
    await add(4)

    assert len(await open_store(None).page(JobQuery(), None)) == 5


async def test_a_job_that_is_over_is_removed_with_its_cells(database, store, add):
    await add()
    job = await claim(store)
    await store.save(over := job.completed(NOW), was=job, records=[a_cell(0)])

    await store.delete(over)

    with pytest.raises(NotFound):
        await store.get(job.id)
    assert await database.read(lambda db: db.execute(select(cells)).all()) == []


async def test_a_job_that_went_on_meanwhile_is_not_removed(store, add):
    job = await add()
    claimed = await claim(store)
    await store.record(claimed, records=[a_cell(0)])

    with pytest.raises(Stale):
        await store.delete(job)
    assert await store.cells(claimed) == [a_cell(0)]


async def test_pages_hold_every_job_once_newest_first(store, add):
    jobs = [await add(n // 3) for n in range(20)]
    seen, cursor = [], None
    while page := await store.page(JobQuery(limit=6, cursor=cursor), None):
        seen += page[:6]
        cursor = page[:6][-1].id

    assert len(seen) == 20
    assert [job.id for job in seen] == sorted((job.id for job in jobs), reverse=True)


async def test_a_job_submitted_meanwhile_does_not_shift_the_next_page(store, add):
    jobs = [await add(n) for n in range(5)]
    first = await store.page(JobQuery(limit=2), None)
    await add(9)

    second = await store.page(JobQuery(limit=2, cursor=first[1].id), None)

    assert [job.id for job in second] == [job.id for job in jobs[2::-1]]


FILTERS = [
    ({"status": "SUBMITTED"}, "plain late"),
    ({"status": "FAILED,CANCELLED"}, "failed cancelled"),
    ({"notebook": "a/b.ipynb"}, "cancelled"),
    ({"item_id": "i" * 32}, "failed"),
    ({"schedule_id": "s1"}, "cancelled"),
    ({"snapshot_id": "n1"}, "failed"),
    ({"batch_id": "b1"}, "failed"),
    ({"owner": "bob"}, "cancelled"),
    ({"trigger": "lab"}, "failed"),
    ({"q": "FAIL"}, "failed"),
    ({"q": "A/B"}, "cancelled"),
    ({"q": "100%"}, ""),
    ({"q": "_ai"}, ""),
    ({"since": after(2)}, "cancelled late"),
    ({"until": after(2)}, "plain failed"),
    ({"since": after(1), "until": after(3)}, "failed cancelled"),
    ({"owner": "ann", "status": "SUBMITTED", "since": after(1)}, "late"),
]


@pytest.mark.parametrize(("asked", "names"), FILTERS, ids=str)
async def test_a_query_finds_what_it_names(store, add, asked, names):
    await add(0, name="plain")
    await add(
        1, name="failed", status=Status.FAILED, item_id="i" * 32, batch_id="b1", snapshot_id="n1",
        trigger=Trigger(type="lab"),
    )  # fmt: skip
    await add(
        2, name="cancelled", status=Status.CANCELLED, notebook="a/b.ipynb", owner="bob",
        schedule_id="s1",
    )  # fmt: skip
    await add(3, name="late")

    found = await store.page(JobQuery(**asked), None)
    assert {job.name for job in found} == {*names.split()}


async def test_a_caller_finds_only_what_is_theirs(store, add):
    await add(0)
    theirs = await add(1, owner="bob")

    assert await store.page(JobQuery(), "bob") == [theirs]
    assert await store.page(JobQuery(owner="ann"), "bob") == []


async def test_a_page_is_found_by_index_not_by_sorting(database, store):
    with listening("before_cursor_execute") as told:
        await store.page(JobQuery(cursor="j" + "f" * 28), None)
    _, statement, values, *_ = told[-1]

    def plan(db):
        return str(db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())

    used = await database.read(plan)
    assert "USING INDEX ix_jobs_root (root=? AND id<?)" in used
    assert "TEMP B-TREE" not in used


async def test_what_any_job_of_any_root_needs_is_referenced(store, open_store, add):
    hashes = {name: name * 64 for name in "abcdef"}
    await add(0, input_hash=hashes["a"], output_hash=hashes["b"])
    await add(1, root="/home/bob", input_hash=hashes["c"])
    await add(2, saved_hash=hashes["d"])
    job = await claim(store, now=after(9))
    await store.record(job, records=[a_cell(0, outputs_hash=hashes["e"])])

    needed = await open_store().referenced(list(hashes.values()))

    assert needed == {hashes[name] for name in "abce"}


async def test_our_own_output_is_known_by_its_path_and_hash(store, open_store, add):
    await add(output_path="out.ipynb", saved_hash="a" * 64)

    assert await store.has_saved("out.ipynb", "a" * 64)
    assert not await store.has_saved("out.ipynb", "b" * 64)
    assert not await store.has_saved("other.ipynb", "a" * 64)
    assert not await open_store("/home/bob").has_saved("out.ipynb", "a" * 64)


USAGE = {
    "owner": [("ann", 3, 1, 7.0, 3.5), ("bob", 1, 0, None, None)],
    "notebook": [("a.ipynb", 1, 1, 4.0, 2.0), ("work.ipynb", 3, 0, 3.0, 1.5)],
    "schedule": [(None, 2, 0, 2.0, 1.0), ("s1", 2, 1, 5.0, 2.5)],
    "day": [("2026-03-01", 3, 1, 7.0, 3.5), ("2026-03-02", 1, 0, None, None)],
}


@pytest.mark.parametrize("by", USAGE)
async def test_usage_adds_up(store, add, by):
    for n, facts in enumerate(
        [
            {"schedule_id": "s1"},
            {},
            {"notebook": "a.ipynb", "schedule_id": "s1", "status": Status.FAILED},
        ]
    ):
        await add(n, usage=Usage(kernel_seconds=2.0**n, cpu_seconds=2.0**n / 2), **facts)
    await add(12 * 3600, owner="bob")

    assert await store.usage(UsageQuery(by=by), None) == USAGE[by]


async def test_usage_is_of_a_span_and_of_its_caller(store, add):
    await add(0)
    await add(1)
    await add(2)
    await add(1, owner="bob")

    query = UsageQuery(by="owner", since=after(1), until=after(2))
    assert await store.usage(query, "ann") == [("ann", 1, 0, None, None)]
