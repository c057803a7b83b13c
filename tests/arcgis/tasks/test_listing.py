"""Tasks as they are listed and read, and by whom."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ...test_access import ByHeader
from .conftest import CRON, DAILY, ME, TASKS


@pytest.fixture
def nbtasks_config():
    return {"timezone": "Europe/Berlin"}


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
