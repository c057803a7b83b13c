"""A clock that was ahead and is put right: what it made is marked, and schedules go by the time."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_nbtasks.schedules.deciding import CLOCK_AHEAD

from .conftest import MINUTE, NINE


@pytest.fixture
def submitted(site, jp_asyncio_loop):
    """The jobs as they are announced, by a ticker if it is started."""
    queue = asyncio.Queue()
    site.assembly.jobs.events.listen(queue.put_nowait)
    yield queue
    jp_asyncio_loop.run_until_complete(site.assembly.schedules.ticker.stop())


async def next_due(site, schedule):
    return (await site.get(schedule)).next_run_at


async def test_a_schedule_fires_again_at_its_right_times(site, submitted):
    schedule = await site.create(overlap="allow")
    await site.at(0)
    site.assembly.schedules.ticker.start()
    for minutes in (60, 61):
        site.now = NINE + minutes * MINUTE
        while (job := await submitted.get()).nominal_time != site.now:
            pass

    site.now = NINE + 1.5 * MINUTE
    while await next_due(site, schedule) != NINE + 2 * MINUTE:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    site.now = NINE + 2 * MINUTE
    while (await submitted.get()).nominal_time != NINE + 2 * MINUTE:
        pass

    ahead = [one for one in await site.occurrences(schedule) if one.why == CLOCK_AHEAD]
    assert [one.nominal_time for one in ahead][-2:] == [NINE + 60 * MINUTE, NINE + 61 * MINUTE]
    assert ahead[-1].job_id == job.id
    # Nine, the one that the jump went past, and the one at its right time.
    assert (await site.get(schedule)).occurrences == 3


async def test_what_ran_too_early_runs_again_at_its_time_and_says_so(site):
    schedule = await site.create(cron="0 10 * * *", timezone="UTC")
    await site.at(60)
    [early] = await site.jobs(schedule)
    await site.end(schedule)

    site.now = NINE + 5 * MINUTE
    await site.assembly.schedules.firer.correct()
    assert await next_due(site, schedule) == NINE + 60 * MINUTE
    await site.at(60)

    [one] = await site.occurrences(schedule)
    assert one.state == "submitted"
    assert early.id in one.why
    assert one.job_id != early.id
    times = {job.id: job.nominal_time for job in await site.jobs(schedule)}
    assert times == {early.id: None, one.job_id: NINE + 60 * MINUTE}


async def test_a_server_that_starts_puts_right_what_was_made_before(site):
    schedule = await site.create()
    await site.at(24 * 60)
    site.now = NINE + 5.5 * MINUTE

    ticker = site.start().schedules.ticker
    ticker.start()
    while await next_due(site, schedule) != NINE + 6 * MINUTE:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await ticker.stop()


async def test_what_a_clock_that_was_ahead_has_ended_goes_on(site):
    schedule = await site.create(max_occurrences=3)
    await site.at(600)
    assert (await site.get(schedule)).state == "ENDED"

    site.now = NINE - 0.5 * MINUTE
    await site.assembly.schedules.firer.correct()
    for minutes in range(5):
        await site.at(minutes)
        if minutes < 3:
            await site.end(schedule)

    now = await site.get(schedule)
    assert (now.state, now.occurrences) == ("ENDED", 3)


async def test_what_waited_for_a_time_to_come_does_not_run(site):
    schedule = await site.create(overlap="queue")
    await site.at(0)
    await site.at(60)

    site.now = NINE + 1.5 * MINUTE
    await site.assembly.schedules.firer.correct()
    await site.end(schedule)
    await site.fire()

    assert [job.nominal_time for job in await site.jobs(schedule)] == [NINE]


async def test_clocks_that_differ_by_seconds_are_both_right(site):
    schedule = await site.create()
    await site.at(1)

    site.now = NINE + 0.2 * MINUTE
    await site.assembly.schedules.firer.correct()
    await site.at(1)

    assert len(await site.jobs(schedule)) == 1
    assert await next_due(site, schedule) == NINE + 2 * MINUTE
