"""Tasks that are changed, stopped, started and deleted."""

from __future__ import annotations

import json

import pytest

from .conftest import CRON, DAILY, EVERY_QUARTER, START, TASKS, show, wrong


@pytest.fixture
def nbtasks_config():
    return {"timezone": "Europe/Berlin"}


async def test_what_is_sent_back_as_it_was_shown_stays(client, api, notebook):
    made = await api(
        "POST", "schedules",
        {"notebook": notebook("1"), "interval": 900, "parameters": {"day": "{nominal_time:%Y}"},
         "strict": False},
    )  # fmt: skip
    shown = await show(client, made["id"])
    assert (shown["cronSchedule"], shown["runIntervalSeconds"]) == (dict.fromkeys(CRON, ""), 900)

    await client.post(
        f"{TASKS}/{made['id']}/update", title="new", type="ExecuteNotebook",
        parameters=json.dumps(shown["parameters"]), itemId=shown["itemId"],
        **shown["cronSchedule"], maxOccurrences=10,
    )  # fmt: skip

    now = await api("GET", f"schedules/{made['id']}")
    changed = {name for name in made if now[name] != made[name]}
    assert changed == {"name", "max_occurrences", "updated_at"}
    assert (now["name"], now["max_occurrences"]) == ("new", 10)


@pytest.mark.parametrize("cron", ["0 0 13 * 5", "0 9 * * mon-5", "@weekly", "0 0 1,L * *"])
async def test_a_rule_that_quartz_has_not_stays_if_it_is_sent_back(client, api, notebook, cron):
    made = await api("POST", "schedules", {"notebook": notebook("1"), "cron": cron})
    shown = await show(client, made["id"])

    await client.post(f"{TASKS}/{made['id']}/update", **shown["cronSchedule"], title="new")

    assert (await api("GET", f"schedules/{made['id']}"))["cron"] == cron


async def test_a_task_is_updated_as_the_client_sends_it(client, api, create, item):
    id = await create(parameters='{"notebookParameters": {"p": 1}}', startDate=START)
    form = {"title": "U", "type": "ExecuteNotebook", "parameters": '{"z": 1}', "itemId": item}

    answered = await client.post(
        f"{TASKS}/{id}/update", **form, **EVERY_QUARTER, maxOccurrences=10, timeZone="Asia/Tokyo"
    )

    assert (answered["success"], answered["taskId"]) == (True, id)
    task = await show(client, id)
    assert (task["title"], task["maxOccurrences"], task["startDate"]) == ("U", 10, START)
    assert (task["cronSchedule"], task["timeZone"]) == (EVERY_QUARTER, "Asia/Tokyo")
    assert task["parameters"]["notebookParameters"] == '{"z": 1}'
    assert (await api("GET", f"schedules/{id}"))["cron"] == "*/15 * * * 0,1,2"


async def test_one_field_of_the_rule_may_be_changed(client, create):
    id = await create(maxOccurrences=5)

    await client.post(f"{TASKS}/{id}/update", hour="7")
    await client.post(f"{TASKS}/{id}/update", maxOccurrences=-1)

    task = await show(client, id)
    assert task["cronSchedule"] == {**DAILY, "hour": "7", "dayOfWeek": "?"}
    assert task["maxOccurrences"] == -1


async def test_an_interval_becomes_a_rule_of_five_fields(client, api, notebook):
    made = await api("POST", "schedules", {"notebook": notebook("1"), "interval": 900})
    address = f"{TASKS}/{made['id']}/update"

    assert await wrong(client, address, hour="7") == (
        400, "'minute' is missing: give all five fields."
    )  # fmt: skip
    await client.post(address, **DAILY)

    now = await api("GET", f"schedules/{made['id']}")
    assert (now["cron"], now["interval"]) == ("0 5 * * *", None)


async def test_a_task_is_stopped_and_started(client, create):
    id = await create()

    async def after(address, **form):
        assert (await client.post(f"{TASKS}/{id}/{address}", **form))["success"] is True
        task = await show(client, id)
        return task["active"], task["taskState"], "nextStart" in task

    stopped, going = (False, "paused", False), (True, "active", True)
    assert await after("disable") == stopped
    assert await after("disable") == stopped
    assert await after("enable") == going
    assert await after("update", isActive="false", **DAILY, maxOccurrences=10) == stopped
    assert await after("update", title="still") == stopped
    assert await after("update", isActive="true", **DAILY, maxOccurrences=10) == going


async def test_a_task_can_be_stopped_though_its_notebook_is_gone(client, create, item, jp_fetch):
    id = await create()
    await jp_fetch("api", "contents", "work.ipynb", method="DELETE")

    await client.post(f"{TASKS}/{id}/update", itemId=item, **DAILY, isActive="false")
    refused = await wrong(client, f"{TASKS}/{id}/update", itemId="0" * 32)

    assert (await show(client, id))["taskState"] == "paused"
    assert refused == (404, f"There is no notebook with the item id '{'0' * 32}'.")


async def test_a_task_is_deleted(client, api, create):
    id = await create()

    assert await client.post(f"{TASKS}/{id}/delete") == {"success": True, "taskId": id}

    assert (await client.raw("GET", f"{TASKS}/{id}", f="json")).code == 404
    assert (await api("GET", "schedules"))["items"] == []


BAD_CHANGES = [
    ({"isActive": "perhaps"}, "'isActive' must be"),
    ({"type": "ExecuteReport"}, "'type' must be ExecuteNotebook"),
    ({"dayOfWeek": "8"}, "'dayOfWeek' must be of 1 to 7"),
    ({"itemId": "nowhere.ipynb"}, "nowhere.ipynb"),
    ({"endDate": 1000}, "'endDate' leaves no occurrence after"),
]


@pytest.mark.parametrize(("sent", "said"), BAD_CHANGES)
async def test_a_change_that_cannot_be_used_changes_nothing(client, create, sent, said):
    id = await create()
    before = await show(client, id)

    code, words = await wrong(client, f"{TASKS}/{id}/update", **sent)

    assert (code in (400, 404), said in words) == (True, True), words
    assert await show(client, id) == before
