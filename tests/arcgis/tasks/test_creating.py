"""Tasks of the sharing API: what its client sends to make them, and what it gets."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from .conftest import CRON, DAILY, END, EVERY_QUARTER, ME, START, TASKS, show, wrong


@pytest.fixture
def nbtasks_config():
    return {"timezone": "Europe/Berlin"}


async def test_a_task_is_created_as_the_client_sends_it(client, api, item):
    parameters = {"notebookParameters": {"p": 1}, "saveInjectedParameters": True}
    answered = await client.post(
        f"{TASKS}/createTask", title="T", type="ExecuteNotebook",
        parameters=json.dumps(parameters), itemId=item, startDate=START, endDate=END,
        **EVERY_QUARTER, maxOccurrences=5,
    )  # fmt: skip

    assert (answered["success"], answered["nextStart"]) == (True, START)
    assert answered["cronDescription"] == (
        "Every 15th minute of every hour on Sunday, Monday, and Tuesday"
    )
    task = await show(client, answered["taskId"])
    made = await api("GET", f"schedules/{answered['taskId']}")
    created = datetime.fromisoformat(made["created_at"]).timestamp() * 1000
    assert task == {
        "id": answered["taskId"], "itemId": item, "type": "ExecuteNotebook", "title": "T",
        "userId": ME, "cronSchedule": EVERY_QUARTER, "timeZone": "Europe/Berlin",
        "cronDescription": answered["cronDescription"], "runIntervalSeconds": 900,
        "maxOccurrences": 5, "startDate": START, "endDate": END, "nextStart": START,
        "parameters": {
            "updatePortalItem": True, "saveInjectedParameters": True,
            "notebookParameters": '{"p": 1}',
        },
        "created": round(created), "updated": task["created"], "active": True,
        "taskState": "active", "message": None, "resources": ["runs"],
        "operations": ["delete", "disable", "enable", "update"],
    }  # fmt: skip
    assert (made["cron"], made["notebook"], made["parameters"]) == (
        "*/15 * * * 0,1,2", "work.ipynb", {"p": 1},
    )  # fmt: skip
    assert (made["max_consecutive_failures"], made["strict"]) == (5, False)


async def test_a_task_says_no_more_than_it_must(client, api, notebook):
    path = notebook("1", path="in a folder/ü.ipynb")
    form = {"type": "ExecuteNotebook", "itemId": path, **DAILY, "maxOccurrences": -1}

    answered = await client.post(f"{TASKS}/createTask", **form)

    task = await show(client, answered["taskId"])
    assert (task["title"], task["maxOccurrences"], len(task["itemId"])) == ("ü", -1, 32)
    assert task["parameters"] == {
        "updatePortalItem": True, "saveInjectedParameters": False, "notebookParameters": "{}",
    }  # fmt: skip
    assert task["cronSchedule"] == {**DAILY, "dayOfWeek": "?"}
    assert task["runIntervalSeconds"] == 86400
    assert {"startDate", "endDate", "lastStart"}.isdisjoint(task)


async def test_the_clock_is_that_of_the_time_zone(client, create):
    here, there = await create(), await create(timeZone="Asia/Tokyo")

    found = [await show(client, id) for id in (here, there)]

    assert [task["timeZone"] for task in found] == ["Europe/Berlin", "Asia/Tokyo"]
    at = datetime.fromtimestamp(found[1]["nextStart"] / 1000, UTC)
    assert (at.hour, at.minute) == (20, 0)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 0 * * 0", "At 00:00 on Sunday"),
        ("0 0 ? * 7", "At 00:00 on Saturday"),
        ("0 0 1 1 *", "At 00:00 on January 1"),
        ("0 0 ? * MON-FRI", "At 00:00 on Monday through Friday"),
    ],
)
async def test_the_answer_says_which_days_were_meant(client, item, cron, words):
    fields = dict(zip(CRON, cron.split(), strict=True))

    answered = await client.post(
        f"{TASKS}/createTask", type="ExecuteNotebook", itemId=item, **fields
    )

    assert answered["cronDescription"] == words


PARAMETERS = [
    ({"notebookParameters": {"p": 1}}, {"p": 1}, (True, False)),
    ({"notebookParameters": '{"p": 2}', "updatePortalItem": False}, {"p": 2}, (False, False)),
    ({"updatePortalItem": False, "saveInjectedParameters": True}, {}, (False, True)),
    ({"p": 3, "q": [1, None, {"a": True}]}, {"p": 3, "q": [1, None, {"a": True}]}, (True, False)),
    ({}, {}, (True, False)),
]


@pytest.mark.parametrize(("sent", "values", "flags"), PARAMETERS)
async def test_parameters_come_wrapped_or_alone(client, create, sent, values, flags):
    shown = (await show(client, await create(parameters=json.dumps(sent))))["parameters"]

    assert json.loads(shown["notebookParameters"]) == values
    assert (shown["updatePortalItem"], shown["saveInjectedParameters"]) == flags


async def test_milliseconds_are_a_date_where_the_notebook_wants_one(client, create, notebook):
    path = notebook("1", parameters="since: date | None = None\nn: int = 0", path="dates.ipynb")
    values = {"since": 1767225600000, "n": 5}

    id = await create(itemId=path, parameters=json.dumps({"notebookParameters": values}))

    async def stored():
        return json.loads((await show(client, id))["parameters"]["notebookParameters"])

    assert await stored() == {"since": "2026-01-01", "n": 5}
    await client.post(f"{TASKS}/{id}/update", parameters=json.dumps({"since": 1767312000000}))
    assert await stored() == {"since": "2026-01-02"}


async def test_braces_are_not_fields(client, api, create):
    values = {"guid": "{8F3B-{0}}", "q": ["{name}"], "plain": "x"}

    id = await create(parameters=json.dumps({"notebookParameters": values}))

    stored = (await api("GET", f"schedules/{id}"))["parameters"]
    assert stored == {"guid": "{{8F3B-{{0}}}}", "q": ["{{name}}"], "plain": "x"}
    shown = (await show(client, id))["parameters"]["notebookParameters"]
    assert json.loads(shown) == values
    job = await api("POST", f"schedules/{id}/run")
    assert job["parameters"] == values


BAD = [
    ({"title": "a\nb"}, "'title' must be without control characters."),
    ({"title": "a" * 201}, "'title' must have at most 200 characters."),
    ({"type": "GPService"}, "'type' must be ExecuteNotebook, not 'GPService': notebooks are all"),
    ({"itemId": "0" * 32}, "0000"),
    ({"itemId": "nowhere.ipynb"}, "nowhere.ipynb"),
    ({"itemId": "../etc/passwd"}, "etc/passwd"),
    ({"parameters": "[]"}, "'parameters' must be a JSON object."),
    ({"parameters": "{p: 1}"}, "'parameters' must be valid JSON"),
    ({"parameters": '{"p": NaN}'}, "'parameters' must be valid JSON"),
    ({"parameters": '{"notebookParameters": "1"}'}, "'notebookParameters' must be a JSON object."),
    ({"parameters": '{"updatePortalItem": "perhaps"}'}, "'updatePortalItem' must be"),
    ({"parameters": '{"notebookParameters": {"not a name": 1}}'}, "not a name"),
    ({"parameters": '{"notebookParameters": {"p": "one"}}'}, "'p'"),
    ({"startDate": "tomorrow"}, "'startDate' must be a time in milliseconds since 1970."),
    ({"startDate": "1e400"}, "'startDate' must be a time in milliseconds since 1970."),
    ({"endDate": "NaN"}, "'endDate' must be a time in milliseconds since 1970."),
    ({"endDate": 0}, "'endDate' leaves no occurrence after"),
    ({"startDate": END, "endDate": START}, "is before 'startDate'"),
    ({"maxOccurrences": 0}, "'maxOccurrences' must be how often the task runs"),
    ({"maxOccurrences": -2}, "'maxOccurrences' must be how often the task runs"),
    ({"maxOccurrences": "1.5"}, "'maxOccurrences' must be a whole number"),
    ({"maxOccurrences": 10**30}, "'maxOccurrences' must be"),
    ({"timeZone": "Mars/Olympus"}, "'timeZone' must be an IANA time zone"),
    ({"minute": "61"}, "'minute' must be of 0 to 59, not '61'."),
    ({"hour": "24"}, "'hour' must be of 0 to 23, not '24'."),
    ({"dayOfMonth": "15W"}, "'dayOfMonth' cannot be '15W', the nearest working day."),
    ({"month": "13"}, "'month' must be of 1 to 12 or JAN to DEC, not '13'."),
    ({"dayOfWeek": "0-4"}, "Write names, as in SUN or MON-FRI."),
    ({"dayOfMonth": "1", "dayOfWeek": "2"}, "cannot both choose days."),
    ({"minute": "1" * 201}, "'minute' must have at most 200 characters."),
    *(({name: ""}, f"'{name}' is missing.") for name in (*CRON, "type", "itemId")),
]


@pytest.mark.parametrize(("sent", "said"), BAD)
async def test_what_cannot_be_used_is_named(client, api, item, sent, said):
    form = {"type": "ExecuteNotebook", "itemId": item, **DAILY, **sent}

    code, words = await wrong(client, f"{TASKS}/createTask", **form)

    assert code in (400, 404)
    assert said in words
    assert (await api("GET", "schedules"))["items"] == []


class TestNumbersOfUnix:
    """Where the server is set to number days as cron does."""

    @pytest.fixture
    def nbtasks_config(self):
        return {"arcgis_day_numbers": "unix"}

    async def test_one_is_monday(self, client, create):
        task = await show(client, await create(dayOfWeek="1-5"))

        assert task["cronDescription"] == "At 05:00 on Monday through Friday"
        assert task["cronSchedule"]["dayOfWeek"] == "1-5"
