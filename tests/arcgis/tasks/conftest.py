"""Tasks, as a client of the sharing API makes and reads them."""

from __future__ import annotations

import pytest

from jupyter_nbtasks.caller import local_user

ME = local_user()
TASKS = f"sharing/rest/community/users/{ME}/tasks"
CRON = ("minute", "hour", "dayOfMonth", "month", "dayOfWeek")
EVERY_QUARTER = dict(zip(CRON, ("*/15", "*", "?", "*", "1,2,3"), strict=True))
DAILY = dict(zip(CRON, ("0", "5", "*", "*", "*"), strict=True))
START, END = 1893456000000, 1896134400000  # 2030-01-01 and 2030-02-01, in UTC


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
