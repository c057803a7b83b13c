"""What wakes the ticker, and what it does then."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from .conftest import ANN, MINUTE, NINE


@pytest.fixture
def ticking(site, jp_asyncio_loop):
    """The site with its ticker at work; `submitted` gives the jobs as they are announced."""
    site.submitted = asyncio.Queue()
    site.assembly.jobs.events.listen(site.submitted.put_nowait)

    async def start():
        site.assembly.schedules.ticker.start()

    jp_asyncio_loop.run_until_complete(start())
    yield site
    jp_asyncio_loop.run_until_complete(site.assembly.schedules.ticker.stop())


async def test_a_clock_that_was_put_forward_is_noticed(ticking):
    """A suspended laptop wakes: its own clock stood still."""
    schedule = await ticking.create()

    ticking.now = NINE + 60 * MINUTE

    job = await ticking.submitted.get()
    assert (job.schedule_id, job.nominal_time) == (schedule.id, NINE + 60 * MINUTE)
    assert (await ticking.get(schedule)).occurrences == 61


async def test_what_is_due_while_no_server_was_there_is_fired_at_the_start(site):
    schedule = await site.create()
    site.now = NINE
    submitted = asyncio.Queue()
    site.assembly.jobs.events.listen(submitted.put_nowait)

    site.assembly.schedules.ticker.start()

    assert (await submitted.get()).schedule_id == schedule.id
    await site.assembly.schedules.ticker.stop()


async def test_a_schedule_that_another_process_made_is_noticed(ticking):
    ticking.now = NINE
    ticking.assembly = ticking.start()
    schedule = await ticking.create(start="2026-03-02T09:00:00Z")

    row = await ticking.assembly.schedules.store.get(schedule.id)
    early = replace(row, next_run_at=NINE).next_version(NINE)
    await ticking.assembly.schedules.store.save(early, was=row)

    assert (await ticking.submitted.get()).schedule_id == schedule.id


async def test_what_waits_is_submitted_when_the_job_before_it_ends(ticking):
    schedule = await ticking.create(overlap="queue")
    ticking.now = NINE
    first = await ticking.submitted.get()
    ticking.now = NINE + MINUTE
    while await ticking.history(schedule) != "0su 1qu":  # noqa: ASYNC110
        await asyncio.sleep(0.05)

    await ticking.assembly.jobs.service.cancel(first.id, ANN)

    while (job := await ticking.submitted.get()).id == first.id:
        pass
    assert job.nominal_time == NINE + MINUTE
    assert await ticking.history(schedule) == "0su 1su"
