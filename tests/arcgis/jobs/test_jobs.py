"""Jobs as clients of ArcGIS list, cancel and delete them."""

from __future__ import annotations

import re

import pytest
from jupyter_server.auth import Authorizer, IdentityProvider, User

from .conftest import EXECUTE


async def test_cancel_as_either_page_says(client, ended, api, notebook):
    path = notebook("import time; time.sleep(600)")
    for method in ("POST", "GET"):
        started = await client.post(EXECUTE, itemId=path)
        body = {"f": "json"} if method == "POST" else None
        cancelled = await client.raw(method, f"{started['jobUrl']}/cancel", body)
        assert cancelled.json == {"status": "success"}
        job = await ended(started["jobUrl"])
        assert (job["status"], job["customAttributes"]) == ("CANCELLED", {"isCancelled": True})
    again = await client.raw("POST", f"{started['jobUrl']}/cancel", {"f": "json"})
    assert (again.code, again.json["status"], again.json["code"]) == (409, "error", 409)


async def test_a_link_to_cancel_does_nothing_for_a_person_with_a_cookie(
    client, connect, api, notebook, jp_serverapp
):
    started = await client.post(EXECUTE, itemId=notebook("import time; time.sleep(600)"))
    token = jp_serverapp.identity_provider.token
    page = await connect().raw("GET", "admin", f="html", token=token)
    cookie = {"Cookie": "; ".join(c.split(";")[0] for c in page.headers.get_list("Set-Cookie"))}
    answered = await connect().raw("GET", f"{started['jobUrl']}/cancel", headers=cookie)
    assert (answered.code, answered.json["code"]) == (405, 405)
    assert (await client.get(started["jobUrl"]))["status"] in ("SUBMITTED", "EXECUTING")
    await client.post(f"{started['jobUrl']}/cancel")
    await api.ended(started["jobId"])


@pytest.fixture
def three(api, notebook):
    """Three jobs that are over, the oldest first."""

    async def run():
        sources = ("1", "1 / 0", "2")
        paths = [notebook(source, path=f"{n}.ipynb") for n, source in enumerate(sources)]
        return [(await api.run(path))["id"] for path in paths]

    return run


async def test_jobs_of_a_notebook_server(client, three):
    ids = await three()
    listed = await client.get("admin/system/jobs", detail="false", num=100, sortByDate="true")
    assert listed["total"] == 3
    assert [job["jobId"] for job in listed["asyncJobs"]] == ids[::-1]
    assert all({"jobId", "startTime", "type", "username"} <= set(j) for j in listed["asyncJobs"])
    assert all("inputs" not in job for job in listed["asyncJobs"])
    few = await client.get("admin/system/jobs", detail="true", num=1)
    [job] = few["asyncJobs"]
    assert job["jobId"] == ids[-1]
    assert {"inputs", "endTime", "results", "status", "customAttributes"} <= set(job)
    assert (await client.get(f"admin/system/jobs/{ids[-1]}")) == job
    assert (await client.raw("GET", "admin/system/jobs", num=0)).code == 400


async def test_jobs_of_kubernetes(client, three):
    ids = await three()
    listed = await client.get("admin/notebooks/jobs", details="false")
    assert set(listed) == {"asyncNotebookJobs"}
    keys = {"jobId", "startTime", "endTime", "type", "status", "username"}
    assert [set(job) for job in listed["asyncNotebookJobs"]] == [keys] * 3
    statuses = [job["status"] for job in listed["asyncNotebookJobs"]]
    assert statuses == ["COMPLETED", "FAILED", "COMPLETED"]
    full = await client.get("admin/notebooks/jobs", details="true")
    assert set(full) == {"notebookJobs"}
    one = await client.get(f"admin/notebooks/jobs/{ids[-1]}")
    assert one == full["notebookJobs"][0]
    assert {
        "privateUrl",
        "notebookRuntimeName",
        "jobId",
        "dateCreated",
        "inputs",
        "id",
        "notebookRuntimeId",
        "type",
        "url",
        "username",
        "notebookRuntimeVersion",
        "revision",
    } <= set(one)
    assert {
        "itemId",
        "executionTimeoutInMinutes",
        "updatePortalItem",
        "saveInjectedParameters",
        "runId",
        "taskId",
    } <= set(one["inputs"])


async def test_a_job_that_runs_has_no_end_yet(client, api, notebook):
    started = await client.post(EXECUTE, itemId=notebook("import time; time.sleep(600)"))
    await api.until(started["jobId"], lambda job: job["status"] == "EXECUTING")
    job = await client.get(started["jobUrl"])
    assert (job["status"], job["endTime"]) == ("EXECUTING", 0)
    await client.post(f"{started['jobUrl']}/cancel")
    await api.ended(started["jobId"])


async def test_delete_all_keeps_what_runs(client, api, three, notebook):
    await three()
    started = await client.post(EXECUTE, itemId=notebook("import time; time.sleep(600)"))
    assert await client.post("admin/system/jobs/deleteAll") == {"status": "success"}
    left = (await client.get("admin/system/jobs"))["asyncJobs"]
    assert [job["jobId"] for job in left] == [started["jobId"]]
    await client.post(f"{started['jobUrl']}/cancel")
    await api.ended(started["jobId"])


async def test_a_job_that_is_not_there_is_said_so(client):
    for address in ("j1", "j" + "0" * 28, "j3a581ce0-cf2f-4190-96a5-c5bc0617dd5d", "x-y", "%00"):
        answered = await client.raw("GET", f"admin/system/jobs/{address}")
        assert (answered.code, answered.json["code"]) == (404, 404), answered.text


async def test_a_page_of_jobs_leads_to_each(client, three):
    ids = await three()
    page = (await client.raw("GET", "admin/system/jobs", f="html")).text
    assert all(f"jobs/{id}" in page for id in ids)
    assert re.search(r"<summary>deleteAll</summary>", page)
    assert (
        "<summary>cancel</summary>"
        in (await client.raw("GET", f"admin/system/jobs/{ids[0]}", f="html")).text
    )


class ByHeader(IdentityProvider):
    """Believes the header X-User, as a proxy in front of a server might set it."""

    def get_user(self, handler):
        name = handler.request.headers.get("X-User")
        handler._token_authenticated = True
        return User(username=name) if name else None


class AliceIsAdmin(Authorizer):
    """Allows everybody everything but sight of what is others'."""

    def is_authorized(self, handler, user, action, resource):
        return (action, resource) != ("admin", "nbtasks") or user.username == "alice"


class TestPersons:
    """The server knows persons, and alice is its administrator."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        known = {"identity_provider_class": ByHeader, "authorizer_class": AliceIsAdmin}
        jp_server_config["ServerApp"] |= known
        return jp_server_config

    async def test_an_administrator_sees_all_and_others_their_own(self, connect, ended, notebook):
        alice, bob, eve = (connect(**{"X-User": name}) for name in ("alice", "bob", "eve"))
        started = await bob.post(EXECUTE, itemId=notebook("1"))
        job = await ended(started["jobUrl"], bob)
        assert job["username"] == "bob"
        for address in ("admin/system/jobs", "admin/notebooks/jobs"):
            counts = [
                len(next(v for v in (await one.get(address)).values() if isinstance(v, list)))
                for one in (alice, bob, eve)
            ]
            assert counts == [1, 1, 0]
        assert (await eve.raw("GET", started["jobUrl"])).code == 404
        cancel = await eve.raw("POST", f"{started['jobUrl']}/cancel", {"f": "json"})
        assert cancel.code == 404
        await eve.post("admin/system/jobs/deleteAll")
        assert (await bob.get(started["jobUrl"]))["status"] == "COMPLETED"
        await alice.post("admin/system/jobs/deleteAll")
        assert (await bob.raw("GET", started["jobUrl"])).code == 404
