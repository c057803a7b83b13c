"""Tasks of the sharing API: what its client sends for them, and what it needs to get."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from jupyter_nbtasks.caller import local_user

from ...test_access import ByHeader

ME = local_user()
TASKS = f"sharing/rest/community/users/{ME}/tasks"
CRON = ("minute", "hour", "dayOfMonth", "month", "dayOfWeek")
EVERY_QUARTER = dict(zip(CRON, ("*/15", "*", "?", "*", "1,2,3"), strict=True))
DAILY = dict(zip(CRON, ("0", "5", "*", "*", "*"), strict=True))
START, END = 1893456000000, 1896134400000  # 2030-01-01 and 2030-02-01, in UTC


@pytest.fixture
def nbtasks_config():
    return {"timezone": "Europe/Berlin"}


@pytest.fixture
def item(api, notebook, app):
    """The item id of a notebook with one parameter."""
    path = notebook("1", parameters="p: int = 0")
    return app.assembly.ground.contents.file_ids.id_of(path)


@pytest.fixture
def create(client, item):
    """Create a task as the client does; return its id."""

    async def create(**sent):
        form = {"title": "T", "type": "ExecuteNotebook", "itemId": item, **DAILY, **sent}
        answered = await client.post(f"{TASKS}/createTask", **form)
        assert answered["success"] is True
        return answered["taskId"]

    return create


async def show(client, id):
    """A task as the client reads it."""
    return await client.get(f"{TASKS}/{id}")


async def wrong(client, address, **form):
    """The error of a POST that must be refused: its code, and all that it says."""
    answered = await client.raw("POST", address, {"f": "json", **form})
    error = answered.json["error"]
    assert answered.code == error["code"]
    return error["code"], " ".join([error["message"], *error["details"]])


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


async def test_a_task_whose_row_is_damaged_is_shown_all_the_same(client, app, create):
    id = await create()
    damage = text("UPDATE schedules SET request = '{' WHERE id = :id")
    await app.assembly.ground.database.write(lambda db: db.execute(damage, {"id": id}))

    [task] = (await client.get(TASKS))["tasks"]

    assert (task["id"], task["active"], task["cronSchedule"]["hour"]) == (id, False, "")
    assert "damaged" in task["message"]


async def test_a_server_of_one_person_is_theirs_by_any_name(client, create):
    id = await create()

    found = await client.get(TASKS.replace(f"/{ME}/", "/somebody/"))

    assert [task["id"] for task in found["tasks"]] == [id]


async def test_tasks_can_be_read_and_made_in_a_browser(client, create):
    id = await create(title="<b>")

    for address in ("", "/createTask", f"/{id}", f"/{id}/update", f"/{id}/runs", f"/{id}/disable"):
        answered = await client.raw("GET", TASKS + address, f="html")
        assert (answered.code, "<h1" in answered.text) == (200, True), answered.text
        assert "<b>" not in answered.text
    form = (await client.raw("GET", f"{TASKS}/createTask", f="html")).text
    assert all(f'name="{name}"' in form for name in (*CRON, "itemId", "parameters", "timeZone"))


async def test_a_task_is_deleted(client, api, create):
    id = await create()

    assert await client.post(f"{TASKS}/{id}/delete") == {"success": True, "taskId": id}

    assert (await client.raw("GET", f"{TASKS}/{id}", f="json")).code == 404
    assert (await api("GET", "schedules"))["items"] == []


async def test_tasks_are_listed_as_the_client_asks(client, create, item, notebook):
    first, second = await create(), await create()
    third = await create(itemId=notebook("1", path="other.ipynb"))
    await client.post(f"{TASKS}/{second}/disable")

    async def ids(**query):
        found = await client.get(TASKS, num=100, start=1, **query)
        assert (found["total"], found["nextStart"]) == (len(found["tasks"]), -1)
        return [task["id"] for task in found["tasks"]]

    assert await ids() == [first, second, third]
    assert await ids(itemId=item, active="true", types="ExecuteNotebook") == [first]
    assert await ids(active="false") == [second]
    assert await ids(itemId="other.ipynb") == [third]
    assert await ids(itemId="0" * 32) == []
    assert await ids(types="GPService,ExecuteNotebook") == [first, second, third]
    assert await ids(types="GPService") == []


async def test_tasks_come_in_pages_by_their_place(client, create):
    made = [await create(title=f"{n}") for n in range(5)]

    found, start = [], 1
    while start != -1:
        page = await client.get(TASKS, num=2, start=start)
        assert (page["total"], page["start"], page["num"]) == (5, start, 2)
        found += [task["id"] for task in page["tasks"]]
        start = page["nextStart"]

    assert found == made
    count = await client.get(TASKS, num=1, start=1)
    assert (count["total"], count["nextStart"]) == (5, 2)
    beyond = await client.get(TASKS, num=1000, start=9)
    assert (beyond["num"], beyond["tasks"], beyond["nextStart"]) == (100, [], -1)


async def test_a_task_is_read_with_the_token_in_a_body_too(client, create):
    id = await create()

    assert (await client.post(f"{TASKS}/{id}"))["id"] == id


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


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"num": 0}, "'num' must be"),
        ({"start": 0}, "'start' must be"),
        ({"start": "x"}, "'start' must be"),
        ({"active": "perhaps"}, "'active' must be"),
        ({"types": "Nap"}, "'types' must be types of tasks"),
        ({"itemId": "a" * 1001}, "'itemId' must have at most 1000 characters."),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(client, app, query, said):
    answered = await client.raw("GET", TASKS, f="json", **query)

    assert (answered.code, said in answered.json["error"]["message"]) == (400, True)


@pytest.mark.parametrize("address", ["", "/runs", "/runs/1", "/update", "/enable", "/delete"])
async def test_there_is_no_such_task(client, app, address):
    method = "GET" if address in ("", "/runs", "/runs/1") else "POST"

    answered = await client.raw(method, f"{TASKS}/s{'0' * 28}{address}", None, f="json")

    assert (answered.code, answered.json["error"]["code"]) == (404, 404)


class TestNumbersOfUnix:
    """Where the server is set to number days as cron does."""

    @pytest.fixture
    def nbtasks_config(self):
        return {"arcgis_day_numbers": "unix"}

    async def test_one_is_monday(self, client, create):
        task = await show(client, await create(dayOfWeek="1-5"))

        assert task["cronDescription"] == "At 05:00 on Monday through Friday"
        assert task["cronSchedule"]["dayOfWeek"] == "1-5"


class TestPersons:
    """Where the server knows persons."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"] |= {"identity_provider_class": ByHeader}
        return jp_server_config

    @pytest.fixture
    def person(self, connect):
        return lambda name: connect(**{"X-User": name, "X-XSRFToken": "x", "Cookie": "_xsrf=x"})

    async def test_a_task_is_its_owners(self, person, notebook):
        ann, bob = person("ann"), person("bob")
        tasks = "sharing/rest/community/users/{}/tasks"
        form = {"type": "ExecuteNotebook", "itemId": notebook("1"), **DAILY}
        id = (await ann.post(f"{tasks.format('ann')}/createTask", **form))["taskId"]

        mine, other = await ann.get(tasks.format("ann")), await bob.get(tasks.format("bob"))
        assert [task["userId"] for task in mine["tasks"]] == ["ann"]
        assert other["tasks"] == []
        for name in ("ann", "bob"):
            for address in ("", "/runs"):
                answered = await bob.raw("GET", f"{tasks.format(name)}/{id}{address}", f="json")
                assert answered.code == 404
            for address in ("update", "enable", "disable", "delete"):
                at = f"{tasks.format(name)}/{id}/{address}"
                assert (await bob.raw("POST", at, {"title": "x"}, f="json")).code == 404
        assert (await bob.raw("POST", f"{tasks.format('ann')}/createTask", form)).code == 404
        assert (await bob.raw("GET", tasks.format("ann"), f="json")).code == 404
