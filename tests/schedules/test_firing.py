"""Schedules that are due, by a standing clock: what runs, what does not, and why."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, event, text

from jupyter_nbtasks.schedules.deciding import decide
from jupyter_nbtasks.schedules.job_maker import JobMaker

from .conftest import ANN, MINUTE, NINE


async def test_an_occurrence_becomes_a_job(site):
    schedule = await site.create(parameters={}, tags=["nightly"], priority=3)

    await site.at(0)

    [job] = await site.jobs(schedule)
    assert (job.nominal_time, job.schedule_id, job.owner) == (NINE, schedule.id, "ann")
    assert (job.trigger.type, job.trigger.id) == ("schedule", schedule.id)
    assert (job.name, job.tags, job.priority) == ("work", ["nightly"], 3)
    now = await site.get(schedule)
    assert (now.next_run_at, now.occurrences) == (NINE + MINUTE, 1)
    assert await site.history(schedule) == "0su"


async def test_nothing_is_due_before_its_time(site):
    schedule = await site.create()

    await site.at(-0.001)

    assert await site.jobs(schedule) == []


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [
        ("skip", "0su 1sk"),
        ("queue", "0su 1qu"),
        ("allow", "0su 1su"),
        ("cancel_running", "0su 1su"),
    ],
)
async def test_the_previous_job_still_runs(site, overlap, expected):
    schedule = await site.create(overlap=overlap)
    await site.at(0)

    await site.at(1)

    assert await site.history(schedule) == expected
    first = (await site.jobs(schedule))[0]
    assert first.status == ("CANCELLED" if overlap == "cancel_running" else "SUBMITTED")


async def test_what_waits_runs_when_the_job_before_it_is_over(site):
    schedule = await site.create(overlap="queue")
    for minutes in (0, 1, 2):
        await site.at(minutes)
    await site.fire()
    assert await site.history(schedule) == "0su 1qu 2qu"

    await site.end(schedule, "failed")
    await site.fire()

    assert await site.history(schedule) == "0su 1su 2qu"
    jobs = await site.jobs(schedule)
    assert [job.nominal_time for job in jobs] == [NINE, NINE + MINUTE]
    assert (await site.occurrences(schedule))[1].job_id == jobs[1].id


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "0mi 1mi 2mi 3su"),
        ({"catch_up": "skip"}, "0mi 1mi 2mi 3mi"),
        ({"catch_up": "all"}, "0su 1qu 2qu 3qu"),
        ({"catch_up": "all", "overlap": "allow"}, "0su 1su 2su 3su"),
        ({"catch_up": "skip", "grace": 120}, "0mi 1mi 2sk 3su"),
    ],
)
async def test_after_downtime(site, fields, expected):
    schedule = await site.create(**{"grace": 10} | fields)

    await site.at(3.5)

    assert await site.history(schedule) == expected
    assert all(one.why for one in await site.occurrences(schedule) if one.state == "missed")


async def test_catching_up_says_when_it_stops(site):
    schedule = await site.create(catch_up="all", overlap="allow")

    await site.at(149)

    states = [one.state for one in await site.occurrences(schedule)]
    assert (states.count("missed"), states.count("submitted")) == (50, 100)
    assert "the newest 100 run" in (await site.get(schedule)).message


async def test_a_month_off_is_told_in_a_few_rows_and_every_time_is_counted(site):
    schedule = await site.create()
    month = 30 * 24 * 60

    await site.at(month + 0.5)

    rows = await site.occurrences(schedule)
    assert len(rows) < 1200
    assert sum(one.count for one in rows) == month + 1 == (await site.get(schedule)).occurrences
    assert [one.state for one in rows[-1:]] == ["submitted"]
    spans = [(one.nominal_time, one.until) for one in rows]
    assert all(later[0] - earlier[1] == MINUTE for earlier, later in pairwise(spans))


async def test_two_servers_fire_each_occurrence_once(site):
    schedules = [await site.create(overlap="allow", name=f"{n}") for n in range(20)]
    servers = [site.assembly, site.start(), site.start()]
    for minutes in range(5):
        site.now = NINE + minutes * MINUTE
        await asyncio.gather(*(site.fire(assembly) for assembly in servers))

    for schedule in schedules:
        assert await site.history(schedule) == "0su 1su 2su 3su 4su"
        assert len(await site.jobs(schedule)) == 5


async def test_another_root_fires_nothing_of_it(site):
    schedule = await site.create()

    await site.at(0, site.start(name="elsewhere"))

    assert await site.jobs(schedule) == []


async def test_a_clock_that_is_put_back_repeats_nothing(site):
    schedule = await site.create(overlap="allow")
    for minutes in (0, 1, 2):
        await site.at(minutes)
    await site.at(-1)
    assert await site.history(schedule) == "0su 1su 2su"

    await site.change(schedule, cron="*/2 * * * *")
    for minutes in range(5):
        await site.at(minutes)

    assert await site.history(schedule) == "0su 1su 2su 4su"


async def test_a_clock_that_is_put_forward_is_downtime(site):
    schedule = await site.create(catch_up="skip")

    await site.at(60.5)

    assert (await site.get(schedule)).occurrences == 61


async def test_the_notebook_is_told_its_occurrence(site):
    site.notebook("told.ipynb", parameters="day: str = ''\nwho: list = []")
    values = {"day": "{nominal_time:%Y-%m-%d %H:%M}", "who": ["{schedule_id}", "{name}", "{{}}"]}
    schedule = await site.create(
        notebook="told.ipynb", parameters=values, timezone="Asia/Kolkata", env={"A": "b"},
        output_path="out/{name}-{nominal_time:%d}-{job_id}.ipynb", catch_up="all", grace=3600,
        cron="@hourly",
    )  # fmt: skip

    await site.at(60)
    await site.end(schedule, results={"rows": 7})
    await site.at(90)

    first, second = await site.jobs(schedule)
    assert first.parameters == {"day": "2026-03-02 15:00", "who": [schedule.id, "told", "{}"]}
    assert first.output_path == f"out/told-02-{first.id}.ipynb"
    env = first.request["env"]
    assert env == {
        "A": "b",
        "NBTASKS_SCHEDULE_ID": schedule.id,
        "NBTASKS_NOMINAL_TIME": "2026-03-02T15:00:00+05:30",
    }
    told = json.loads(second.request["env"]["NBTASKS_LAST_RESULT"])
    assert told == {
        "job_id": first.id,
        "nominal_time": first.nominal_time.isoformat(),
        "results": {"rows": 7},
    }


async def test_a_last_result_that_is_too_large_is_left_out_and_that_is_said(site):
    schedule = await site.create()
    await site.at(0)
    await site.end(schedule, results={"table": "x" * 100_000})

    await site.at(1)

    told = json.loads((await site.jobs(schedule))[1].request["env"]["NBTASKS_LAST_RESULT"])
    assert told["results"] is None
    assert told["results_left_out"] == "The results have more than 65,536 bytes."


async def test_run_now_is_a_job_but_not_an_occurrence(site):
    schedule = await site.create()

    job = await site.assembly.schedules.service.run(schedule.id, ANN)

    assert (job.schedule_id, job.nominal_time) == (schedule.id, None)
    assert await site.history(schedule) == ""
    assert (await site.get(schedule)).occurrences == 0
    now = site.now.isoformat()
    assert job.request["env"]["NBTASKS_NOMINAL_TIME"] == now
    await site.at(0)
    assert await site.history(schedule) == "0sk"


async def test_a_notebook_is_read_once_for_all_that_are_due(site):
    for n in range(5):
        await site.create(name=f"{n}")

    await site.at(0)

    jobs = [(await site.jobs(one))[0] for one in await site.all()]
    assert len({job.input_hash for job in jobs}) == 1
    assert len({job.id for job in jobs}) == 5


async def decided(site, schedule):
    """What a server that read *schedule* at nine is about to store."""
    site.now = NINE
    [due] = await site.assembly.schedules.queries.due([schedule], site.now)
    decision = decide(schedule, due.status, site.now)
    keeper = site.assembly.snapshots.keeper
    maker = JobMaker(site.assembly.jobs.submission, keeper, lambda: site.now)
    job = await maker.job(schedule, NINE, None)
    return due.fired(decision, decision.occurrences, [job])


async def test_a_server_that_comes_late_drops_all_that_it_had_decided(site):
    schedule = await site.create(overlap="allow")
    late = await decided(site, schedule)
    await site.fire(site.start())

    assert await site.assembly.schedules.occurrences.record([late]) == [False]

    assert len(await site.jobs(schedule)) == 1
    assert await site.history(schedule) == "0su"


async def test_a_job_that_came_between_is_seen(site):
    schedule = await site.create()
    assuming = await decided(site, schedule)
    await site.assembly.schedules.service.run(schedule.id, ANN)

    assert await site.assembly.schedules.occurrences.record([assuming]) == [False]

    await site.fire()
    assert await site.history(schedule) == "0sk"


async def test_one_that_cannot_be_stored_does_not_hinder_the_others(site):
    first, second = await site.create(name="1"), await site.create(name="2")
    stale = await decided(site, first)
    await site.assembly.schedules.service.pause(first.id, ANN)

    fired = [stale, await decided(site, second)]

    assert await site.assembly.schedules.occurrences.record(fired) == [False, True]
    assert [len(await site.jobs(one)) for one in (first, second)] == [0, 1]


async def test_a_tick_where_nothing_is_due_takes_two_looks_each_by_its_index(site):
    async def plan(statement):
        found = text(f"EXPLAIN QUERY PLAN {statement}")
        rows = await site.assembly.ground.database.read(lambda db: db.execute(found).all())
        return " ".join(row[-1] for row in rows)

    told = []
    event.listen(Engine, "before_cursor_execute", listener := lambda *a: told.append(a[2:4]))
    firing = site.assembly.schedules.firer
    await firing.next_due()
    await firing.promote_waiting()
    await firing.look_at_failures([])
    event.remove(Engine, "before_cursor_execute", listener)
    statements = [statement.replace("?", "''") for statement, _ in told if "SELECT" in statement]
    due, waiting = [await plan(statement) for statement in statements]
    assert "ix_schedules_due" in due
    assert "ix_occurrences_queued" in waiting


async def test_grace_is_counted_to_the_second(site):
    schedule = await site.create(grace=30, catch_up="skip")
    site.now = NINE + timedelta(seconds=30)
    await site.fire()
    site.now = NINE + MINUTE + timedelta(seconds=30, milliseconds=1)
    await site.fire()

    assert await site.history(schedule) == "0su 1mi"
