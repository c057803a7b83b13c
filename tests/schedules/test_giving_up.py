"""Schedules that end, or that are paused as they cannot go on."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from .conftest import ANN


async def test_too_many_failures_in_a_row_pause_it(site):
    schedule = await site.create(max_consecutive_failures=2)
    for minutes, end in ((0, "failed"), (1, "completed"), (2, "failed"), (3, "cancelled")):
        await site.at(minutes)
        await site.end(schedule, end)
    await site.at(4)
    await site.end(schedule, "failed")

    await site.assembly.schedules.firer.look_at_failures([schedule.id])

    paused = await site.get(schedule)
    assert (paused.state, paused.next_run_at) == ("PAUSED", None)
    assert paused.message == "Its last 2 jobs failed."
    await site.at(5)
    assert await site.history(schedule) == "0su 1su 2su 3su 4su"


async def test_failures_that_nobody_here_heard_of_pause_it_when_it_is_due(site):
    schedule = await site.create(max_consecutive_failures=1)
    await site.at(0)
    await site.end(schedule, "failed")

    await site.at(1)

    assert (await site.get(schedule)).state == "PAUSED"
    [_, missed] = await site.occurrences(schedule)
    assert (missed.state, missed.why) == ("missed", "The schedule was paused: its last job failed.")


async def test_failures_count_anew_once_it_is_resumed(site):
    schedule = await site.create(max_consecutive_failures=1)
    await site.at(0)
    await site.end(schedule, "failed")
    await site.at(1)
    await site.assembly.schedules.service.resume(schedule.id, ANN)

    await site.at(2)

    assert (await site.history(schedule)) == "0su 1mi 2su"


async def test_a_schedule_ends(site):
    by_time = await site.create(end="2026-03-02T09:01:00Z", overlap="allow")
    by_count = await site.create(max_occurrences=3)
    for minutes in range(5):
        await site.at(minutes)

    assert await site.history(by_time) == "0su 1su"
    assert await site.history(by_count) == "0su 1sk 2sk"
    for schedule in (by_time, by_count):
        ended = await site.get(schedule)
        assert (ended.state, ended.next_run_at) == ("ENDED", None)


async def test_a_notebook_that_is_gone_pauses_it_and_the_others_fire(site):
    site.notebook("gone.ipynb")
    gone = await site.create(notebook="gone.ipynb")
    fine = await site.create()
    (site.root / "gone.ipynb").unlink()

    await site.at(0)

    paused = await site.get(gone)
    assert paused.state == "PAUSED"
    assert paused.message == "There is no file 'gone.ipynb' below the server's root."
    assert await site.history(gone) == "0sk"
    assert await site.history(fine) == "0su"


async def test_a_notebook_that_does_not_take_its_parameters_any_more_pauses_it(site):
    site.notebook("typed.ipynb", parameters="n: int = 1")
    schedule = await site.create(notebook="typed.ipynb", parameters={"n": 2})
    site.notebook("typed.ipynb", parameters="m: int = 1")

    await site.at(0)

    paused = await site.get(schedule)
    assert paused.state == "PAUSED"
    assert paused.message.startswith("There is no parameter 'n'.")
    [skipped] = await site.occurrences(schedule)
    assert (skipped.state, skipped.why) == ("skipped", paused.message)


DAMAGED = [
    "UPDATE schedules SET request = '{'",
    "UPDATE schedules SET request = '[]'",
    "UPDATE schedules SET request = '{\"cron\": 5}'",
    "UPDATE schedules SET request = replace(request, '* * * * *', '* * * * 99')",
    "UPDATE schedules SET request = replace(request, 'UTC', 'Mars/Olympus')",
    "UPDATE schedules SET request = replace(request, '\"skip\"', '\"sometimes\"')",
    "UPDATE schedules SET created_at = 'yesterday'",
    "UPDATE schedules SET next_run_at = '0000'",
    "UPDATE schedules SET next_run_at = 'yesterday'",
    "UPDATE schedules SET occurrences = 'many'",
]


@pytest.mark.parametrize("damage", DAMAGED)
async def test_one_bad_row_is_paused_with_its_reason_and_the_others_fire(site, damage):
    before, bad, after = [await site.create(name=f"{n}") for n in range(3)]
    await site.assembly.ground.database.write(
        lambda db: db.execute(text(f"{damage} WHERE id = '{bad.id}'"))
    )

    await site.at(0)

    assert [await site.history(one) for one in (before, after)] == ["0su", "0su"]
    for one in (before, after):
        await site.change(one, state="PAUSED")
    await site.at(1)
    found = text(f"SELECT state, message FROM schedules WHERE id = '{bad.id}'")
    [(state, message)] = await site.assembly.ground.database.read(
        lambda db: db.execute(found).all()
    )
    assert state == "PAUSED"
    assert message.startswith(("It cannot be fired", "Its row in the database is damaged"))
    assert {one.id for one in await site.all()} == {before.id, bad.id, after.id}
    await site.assembly.schedules.service.delete(bad.id, ANN)
    assert len(await site.all()) == 2
