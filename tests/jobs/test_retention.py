"""Which jobs are removed, which are spared, and what of them stays."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import false, select

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.jobs.events import JobEvents
from jupyter_nbtasks.jobs.model import Status
from jupyter_nbtasks.jobs.policy import Keep
from jupyter_nbtasks.jobs.requests import JobQuery
from jupyter_nbtasks.jobs.retention import Retention
from jupyter_nbtasks.jobs.sql.remover import JobRemover
from jupyter_nbtasks.jobs.sql.store import JobStore
from jupyter_nbtasks.jobs.sql.tables import cells

from .sql.conftest import a_cell, a_job

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OVER = [Status.COMPLETED, Status.FAILED, Status.CANCELLED]


@pytest.fixture
def place(tmp_path):
    """A store, and how to remove what *keep* does not keep of its jobs."""
    database = Database(f"sqlite:///{tmp_path / 'nbtasks.sqlite3'}")
    asyncio.run(database.migrate())
    removing = JobRemover(database, "/home/ann", false())

    async def tidy(**keep):
        return await Retention(removing, JobEvents(), Keep(**keep), lambda: NOW).remove_surplus()

    yield SimpleNamespace(database=database, store=JobStore(database, "/home/ann"), tidy=tidy)
    database.close()


def over(hours_ago, **facts):
    """A job that was submitted and ended so many hours ago."""
    at = NOW - hours_ago * HOUR
    ended = {"status": Status.COMPLETED, "ended_at": at} | facts
    return a_job((at - NOW).total_seconds(), **ended)


@st.composite
def some_job(draw):
    status = draw(st.sampled_from([*OVER, *OVER, *Status]))
    hours = draw(st.integers(0, 60))
    return over(
        hours,
        status=status,
        ended_at=NOW - draw(st.integers(0, hours)) * HOUR if status.is_final else None,
        kernel_id=draw(st.sampled_from([None, None, "k"])),
        idempotency_key=draw(st.none() | st.uuids().map(str)),
        owner=draw(st.sampled_from(["ann", "bob"])),
        input_size=draw(st.integers(0, 5)),
        output_size=draw(st.integers(0, 5)),
    )


def kept(jobs, keep):
    """What is to be left of *jobs*, said plainly."""
    left = sorted(jobs, key=lambda job: job.id)

    def without(surplus):
        return [job for job in left if job not in surplus or is_needed(job)]

    if keep.days is not None:
        moment = NOW - timedelta(days=keep.days)
        left = without([job for job in left if job.ended_at and job.ended_at < moment])
    if keep.jobs is not None:
        final = [job for job in left if job.status.is_final]
        left = without(final[: max(0, len(final) - keep.jobs)])
    if keep.bytes is not None:
        total, surplus = 0, []
        for job in reversed([job for job in left if job.status.is_final]):
            total += job.input_size + job.output_size
            surplus += [job] if total > keep.bytes else []
        left = without(surplus)
    return [job.id for job in left]


def is_needed(job):
    repeated = job.idempotency_key and job.created_at > NOW - 24 * HOUR
    return bool(not job.status.is_final or job.kernel_id or repeated)


limits = st.builds(
    Keep,
    days=st.none() | st.sampled_from([0.5, 1, 2]),
    jobs=st.none() | st.integers(1, 8),
    bytes=st.none() | st.integers(1, 60),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(several=st.lists(some_job(), max_size=12), keep=limits)
def test_what_is_left_is_what_the_limits_and_nothing_else_say(place, several, keep):
    asyncio.run(_check(place, several, keep))


async def _check(place, several, keep):
    stranger = over(1000, root="/home/eve")
    for job in [*several, stranger]:
        await place.store.add(job)
    said = await place.tidy(days=keep.days, jobs=keep.jobs, bytes=keep.bytes)
    everything = JobStore(place.database, None)
    left = [job.id for job in await everything.page(JobQuery(limit=500), None)][::-1]
    assert sorted(left) == sorted([stranger.id, *kept(several, keep)])
    assert bool(said) == (len(left) <= len(several))
    assert await place.tidy(days=keep.days, jobs=keep.jobs, bytes=keep.bytes) == ""
    for id in left:
        await everything.delete(await everything.get(id))


def test_it_says_how_many_and_why(place):
    async def tidied():
        for hours in range(6):
            await place.store.add(over(30 * hours, input_size=1000))
        return await place.tidy(days=5, jobs=4, bytes=2500)

    assert asyncio.run(tidied()) == (
        "Jobs removed: 1 that ended more than 5 days ago, 1 beyond the newest 4, "
        "2 beyond 2,500 bytes."
    )


def test_many_are_removed_in_several_batches_with_their_cells(place):
    async def left():
        claimed = None
        for n in range(250):
            await place.store.add(replace(a_job(n - 10**6), output_size=n))
            claimed = await place.store.claim("s", NOW, NOW)
            await place.store.save(claimed.completed(NOW), was=claimed, records=[a_cell(0)])
        await place.tidy(jobs=1)
        page = await place.store.page(JobQuery(), None)
        ids = await place.database.read(
            lambda db: db.execute(select(cells.c.job_id)).scalars().all()
        )
        return [job.id for job in page] == ids == [claimed.id]

    assert asyncio.run(left())


@pytest.mark.parametrize(("asked", "is_ours"), [("out.ipynb", True), ("{date}.ipynb", False)])
def test_the_file_of_a_removed_job_is_still_known_where_the_next_writes_it(place, asked, is_ours):
    async def known():
        for hours, hash in ((3, "a"), (2, "b")):
            facts = {"output_path": "out.ipynb", "saved_hash": hash * 64}
            await place.store.add(over(hours, request={"output_path": asked}, **facts))
        await place.store.add(over(1))
        assert await place.store.has_saved("out.ipynb", "b" * 64)
        await place.tidy(jobs=1)
        other = JobStore(place.database, "/home/eve")
        return [
            await store.has_saved(path, hash * 64)
            for store, path, hash in (
                (place.store, "out.ipynb", "b"),
                (place.store, "out.ipynb", "a"),
                (place.store, "another.ipynb", "b"),
                (other, "out.ipynb", "b"),
            )
        ]

    assert asyncio.run(known()) == [is_ours, False, False, False]


class TestOnAServer:
    @pytest.fixture
    def nbtasks_config(self):
        return {"keep_jobs": 1}

    async def test_the_oldest_go_when_others_end_and_what_is_needed_stays(
        self, api, app, notebook, tmp_path, jp_serverapp, caplog
    ):
        deleted, gone = asyncio.Event(), []

        async def listener(logger, schema_id, data):
            if data["status"] == "DELETED":
                gone.append(data["id"])
                deleted.set()

        schema = "https://events.jupyter.org/jupyter_nbtasks/job/v1"
        jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
        path = notebook("print('same')")
        snapshot = await api("POST", "snapshots", {"path": path, "name": "pinned"})
        first = await api.run(path)
        second = await api.run(path)
        await deleted.wait()
        for blob in (tmp_path / "nbtasks" / "blobs").rglob("??/*"):
            os.utime(blob, (0, 0))
        await app.assembly.sweep()

        assert gone == [first["id"]]
        assert (await api.raw("GET", f"jobs/{first['id']}")).code == 404
        assert [job["id"] for job in (await api("GET", "jobs"))["items"]] == [second["id"]]
        assert "same" in (await api.output(second["id"])).cells[0].outputs[0].text
        assert (await api.raw("GET", f"jobs/{second['id']}/input")).code == 200
        kept = await api.raw("GET", f"snapshots/{snapshot['id']}/content")
        assert b"same" in kept.body

    async def test_the_sizes_are_those_of_the_documents(self, api, app, notebook):
        job = await api.run(notebook("print('same')"))

        stored = await app.assembly.jobs.store.get(job["id"])

        frozen = await app.assembly.ground.blobs.get(stored.input_hash)
        output = await app.assembly.ground.blobs.get(stored.output_hash)
        assert (stored.input_size, stored.output_size) == (len(frozen), len(output))
