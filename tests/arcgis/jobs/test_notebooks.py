"""A client opens notebooks, lists them, and closes them."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from jupyter_server.auth import Authorizer

from jupyter_nbtasks.caller import local_user

OPEN = "admin/notebooks/openNotebook"
EMPTY = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def opened(client):
    """Open as the client does: start, then poll in a busy loop; return the job."""

    async def open(**form):
        started = await client.post(OPEN, **form, **{"async": "true"})
        assert set(started) == {"jobId", "jobUrl", "status"}
        assert re.fullmatch(r"j[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", started["jobId"])
        job = await client.get(started["jobUrl"])
        assert (job["status"], job["type"]) == ("COMPLETED", "openNotebook")
        assert "error" not in job
        return job

    return open


@pytest.fixture(autouse=True)
def no_kernel_is_left(app, jp_asyncio_loop):
    """End what the tests opened."""
    yield
    jp_asyncio_loop.run_until_complete(app.serverapp.kernel_manager.shutdown_all())


async def test_open_list_show_and_close(client, opened, notebook):
    notebook("1", path="reports/weekly report.ipynb")
    id = (await client.get("sharing/rest/content/items/reports%2Fweekly%20report.ipynb"))["id"]
    job = await opened(itemId=id)
    result = job["results"]
    assert result["notebookUrl"].endswith("/user/jane/lab/tree/reports/weekly%20report.ipynb")
    assert result["notebookUrl"].startswith("http://127.0.0.1:")

    listed = await client.get("admin/notebooks")
    [shown] = listed["notebooks"]
    assert shown["id"] == result["notebookId"]
    assert (shown["itemId"], shown["itemTitle"]) == (id, "weekly report")
    assert (shown["notebookUrl"], shown["username"]) == (result["notebookUrl"], local_user())
    assert shown["dateLastActivity"] > shown["revision"] > 1_600_000_000_000
    one = await client.get(f"admin/notebooks/{shown['id']}")
    assert {name: one[name] for name in shown} == shown
    assert {"close", "closeNotebook"} <= set(one["operations"])

    [mine] = (await client.get("admin/system/jobs", detail="true"))["asyncJobs"]
    assert mine == job
    assert await client.post(f"admin/notebooks/{shown['id']}/closeNotebook") == {
        "status": "success"
    }
    assert (await client.get("admin/notebooks"))["notebooks"] == []
    again = await client.raw("POST", f"admin/notebooks/{shown['id']}/close", {"f": "json"})
    assert (again.code, again.json["status"]) == (404, "error")
    assert (await client.raw("GET", f"admin/system/jobs/{job['jobId']}")).code == 404


async def test_the_other_address_closes_too(client, opened, notebook):
    job = await opened(itemId=notebook("1"))
    address = f"admin/notebooks/{job['results']['notebookId']}/close"
    assert await client.post(address) == {"status": "success"}
    assert (await client.get("admin/notebooks"))["notebooks"] == []


async def test_a_notebook_that_is_open_is_not_opened_twice(client, opened, notebook):
    path = notebook("1")
    jobs = [await opened(itemId=path) for _ in "12"]
    assert jobs[0]["jobId"] == jobs[1]["jobId"]
    assert len((await client.get("admin/notebooks"))["notebooks"]) == 1


async def test_a_new_notebook_is_made_where_none_is_named(client, opened, jp_root_dir):
    for name in ("Untitled.ipynb", "Untitled-1.ipynb"):
        await opened(itemId="", templateId="", notebookRuntimeId="", templateNotebook="")
        assert nbformat.read(jp_root_dir / name, as_version=4).cells == []
    titles = {one["itemTitle"] for one in (await client.get("admin/notebooks"))["notebooks"]}
    assert titles == {"Untitled", "Untitled-1"}


async def test_a_new_notebook_has_the_runtime_that_was_asked_for(opened, jp_root_dir):
    job = await opened(notebookRuntimeId="python3")
    assert job["notebookRuntimeId"] == "python3"
    made = nbformat.read(jp_root_dir / "Untitled.ipynb", as_version=4)
    assert made.metadata.kernelspec.name == "python3"


async def test_a_new_notebook_begins_as_its_template(opened, notebook, jp_root_dir):
    path = notebook("print('from a file')", path="template.ipynb")
    cell = nbformat.v4.new_code_cell("x = 1", outputs=[nbformat.v4.new_output("stream", text="?")])
    sent = nbformat.v4.new_notebook(cells=[cell])
    await opened(templateNotebook=json.dumps(sent))
    await opened(templateId=path)
    first, second = [
        nbformat.read(jp_root_dir / name, as_version=4)
        for name in ("Untitled.ipynb", "Untitled-1.ipynb")
    ]
    assert [(c.source, c.outputs) for c in first.cells] == [("x = 1", [])]
    assert [c.source for c in second.cells] == ["print('from a file')"]


@pytest.mark.parametrize(
    ("form", "code", "message"),
    [
        ({"itemId": "nothing.ipynb"}, 404, "There is no file"),
        ({"itemId": "0" * 32}, 404, "There is no notebook with the item id"),
        ({"itemId": "text.txt"}, 400, "'text.txt' is not a notebook."),
        ({"notebookRuntimeId": "cobol"}, 400, "There is no runtime 'cobol' here."),
        ({"templateId": "nothing.ipynb"}, 404, "There is no file"),
        ({"templateNotebook": "{"}, 400, "'templateNotebook' must be valid JSON."),
        ({"templateNotebook": '{"cells": 1}'}, 400, "This is not a"),
    ],
)
async def test_what_cannot_be_opened_is_refused_and_nothing_is_made(
    client, jp_root_dir, form, code, message
):
    (jp_root_dir / "text.txt").write_text("x")
    answered = await client.raw("POST", OPEN, {"f": "json", **form})
    assert (answered.code, answered.json["code"]) == (code, code)
    assert answered.json["messages"][0].startswith(message)
    assert [path.name for path in jp_root_dir.iterdir()] == ["text.txt"]
    assert (await client.get("admin/notebooks"))["notebooks"] == []


async def test_what_is_below_is_named(client):
    listed = await client.get("admin/notebooks")
    assert {"openNotebook", "executeNotebook"} <= set(listed["operations"])
    assert "jobs" in listed["resources"]
    assert (await client.raw("GET", "admin/notebooks/nothing")).code == 404


class NoSessions(Authorizer):
    """Allows all but the server's sessions."""

    def is_authorized(self, handler, user, action, resource):
        return resource != "sessions"


class TestNoSessions:
    """Whoever may not begin a session by Jupyter's own API may not do so here."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["authorizer_class"] = NoSessions
        return jp_server_config

    async def test_opening_and_closing_are_refused(self, client, notebook):
        answered = await client.raw("POST", OPEN, {"itemId": notebook("1")})
        assert (answered.code, answered.json["code"]) == (403, 403)
        closed = await client.raw("POST", f"admin/notebooks/{'0' * 32}/close", {"f": "json"})
        assert closed.code == 403
