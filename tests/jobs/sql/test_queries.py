"""Lists of jobs, page by page, and what they add up to."""

from __future__ import annotations

import pytest

from jupyter_nbtasks.jobs.model import (
    Status,
    Trigger,
    Usage,
)
from jupyter_nbtasks.jobs.requests import JobQuery, UsageQuery

from .conftest import after, listening


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
