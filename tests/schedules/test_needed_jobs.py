"""Which jobs of a schedule are not removed, as it looks back to them."""

from __future__ import annotations

import json

import pytest

from jupyter_nbtasks.jobs.policy import Keep
from jupyter_nbtasks.jobs.retention import Retention
from jupyter_nbtasks.jobs.sql.remover import JobRemover

from .conftest import ANN, MINUTE


@pytest.fixture
def tidy(site):
    """Remove every job that is over and not needed; return those left of a schedule."""
    assembly = site.assembly

    async def tidied(schedule):
        needed = assembly.schedules.store.needed_jobs()
        removing = JobRemover(assembly.ground.database, "home", needed)
        await Retention(
            removing, assembly.jobs.events, Keep(jobs=0), lambda: site.now
        ).remove_surplus()
        return [job.id for job in await site.jobs(schedule)]

    return tidied


async def run(site, schedule, *ends):
    """Fire it every minute and let each job end in that way; return their ids."""
    for how in ends:
        site.minute = getattr(site, "minute", -1) + 1
        await site.at(site.minute)
        site.now += MINUTE / 2
        await site.end(schedule, how, **({"results": {"n": 1}} if how == "completed" else {}))
    return [job.id for job in await site.jobs(schedule)]


async def test_its_last_success_is_kept_for_what_the_next_job_is_told(site, tidy):
    schedule = await site.create()
    ids = await run(site, schedule, "completed", "completed", "cancelled")

    assert await tidy(schedule) == [ids[1]]
    await site.at(site.minute + 1)
    told = (await site.jobs(schedule))[-1].request["env"]["NBTASKS_LAST_RESULT"]
    assert json.loads(told)["job_id"] == ids[1]


async def test_its_failures_in_a_row_are_kept_until_it_has_paused(site, tidy):
    schedule = await site.create(max_consecutive_failures=3)
    ids = await run(site, schedule, "failed", "completed", "failed", "failed")

    assert await tidy(schedule) == ids[1:]
    await run(site, schedule, "failed")
    await site.at(site.minute + 1)
    assert (await site.get(schedule)).message == "Its last 3 jobs failed."


async def test_what_a_deleted_schedule_ran_is_not_needed(site, tidy):
    schedule = await site.create()
    ids = await run(site, schedule, "completed", "failed")
    assert await tidy(schedule) == ids

    await site.assembly.schedules.service.delete(schedule.id, ANN)

    assert await tidy(schedule) == []
