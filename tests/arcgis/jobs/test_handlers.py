"""A client runs a notebook, polls the job, cancels it, and looks at all of them."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from jupyter_server.auth import Authorizer, IdentityProvider, User

from jupyter_nbtasks.caller import local_user

from ...conftest import texts

EXECUTE = "admin/notebooks/executeNotebook"
FEATURES = {
    "geometryType": "esriGeometryPoint",
    "spatialReference": {"wkid": 4326},
    "fields": [{"name": "Id", "type": "esriFieldTypeOID", "alias": "Id"}],
    "features": [{"geometry": {"x": -104.44, "y": 34.83}, "attributes": {"Id": 43}}],
}
# One of each type that Esri's page names.
VALUES = {
    "name": 'x\'y \\ "quoted" ü',
    "population": 19927500,
    "pop_percent": 11.94,
    "lowest_elevation_ft": -220,
    "when": 1632326711000,
    "distance": {"distance": 345.678, "units": "esriMiles"},
    "points": FEATURES,
    "records": {"fields": FEATURES["fields"], "records": [{"attributes": {"Id": 43}}]},
    "cities": ["City 1", "City 2"],
    "values": [100, 98.2],
    "isTrue": False,
    "value": None,
    "access": {"allowed": True},
}


@pytest.fixture
def ended(client, api):
    """Wait until the job at an address is over; return it as a client of ArcGIS sees it."""

    async def wait(url, one=client):
        while True:
            changed = api.next_change()
            job = await one.get(url)
            if job["status"] in ("COMPLETED", "FAILED", "CANCELLED"):
                changed.close()
                return job
            await changed

    return wait


def on_disk(root, path):
    """The notebook that lies there."""
    return nbformat.read(root / path, as_version=4)


async def test_execute_notebook_as_a_client_does(client, ended, notebook, jp_root_dir):
    path = notebook("print(region, year)", parameters="region, year = 'EU', 2026")
    id = (await client.get(f"sharing/rest/content/items/{path}"))["id"]
    values = json.dumps({"region": "US", "year": 2027})
    started = await client.post(
        EXECUTE,
        itemId=id,
        updatePortalItem="true",
        saveInjectedParameters="false",
        notebookParameters=values,
    )
    assert set(started) == {"jobId", "jobUrl", "status"}
    assert started["status"] == "success"
    assert started["jobUrl"] == f"{client.root}admin/system/jobs/{started['jobId']}"

    job = await ended(started["jobUrl"])
    assert job["status"] == "COMPLETED"
    assert "error" not in job
    assert job["inputs"]["itemId"] == id
    assert json.loads(job["inputs"]["notebookParameters"]) == {"region": "US", "year": 2027}
    assert job["startTime"] <= job["endTime"]
    assert (job["type"], job["username"]) == ("executeNotebook", local_user())
    saved = on_disk(jp_root_dir, path)
    assert texts(saved) == ["", "US 2027\n"]


@pytest.mark.parametrize("tagged", [True, False])
async def test_parameters_of_every_documented_type_reach_the_notebook(
    client, ended, notebook, jp_root_dir, tagged
):
    names = ", ".join(VALUES)
    path = notebook(
        f"import json; print(json.dumps(dict(zip({[*VALUES]}, [{names}]))))",
        parameters="name = ''" if tagged else None,
    )
    form = {"itemId": path, "notebookParameters": json.dumps(VALUES)}
    started = await client.post(EXECUTE, saveInjectedParameters="true", **form)
    job = await ended(started["jobUrl"])
    assert job["status"] == "COMPLETED", job["messages"]
    saved = on_disk(jp_root_dir, path)
    # They come right after the tagged cell, or at the beginning if there is none.
    tags = [cell.metadata.get("tags", []) for cell in saved.cells]
    first = [["parameters"]] if tagged else []
    assert tags == [*first, ["injected-parameters"], []]
    assert json.loads(texts(saved)[-1]) == VALUES


async def test_a_date_in_milliseconds_reaches_what_is_declared_as_one(
    client, ended, notebook, jp_root_dir
):
    cell = (
        "from datetime import date, datetime\n"
        "day: date = date(2026, 1, 1)\n"
        "at: datetime = datetime(2026, 1, 1)\n"
        "text: str = ''"
    )
    path = notebook("print(day, at)", parameters=cell)
    values = json.dumps({"day": 1632326711000, "at": 1632326711000, "text": "x"})
    started = await client.post(EXECUTE, itemId=path, notebookParameters=values)
    assert (await ended(started["jobUrl"]))["status"] == "COMPLETED"
    assert texts(on_disk(jp_root_dir, path))[-1] == "2021-09-22 2021-09-22 16:05:11+00:00\n"


async def test_a_notebook_is_left_alone_if_asked_to(client, ended, notebook, jp_root_dir):
    path = notebook("print(1)")
    before = (jp_root_dir / path).read_bytes()
    started = await client.post(EXECUTE, itemId=path, updatePortalItem="false")
    assert (await ended(started["jobUrl"]))["status"] == "COMPLETED"
    assert (jp_root_dir / path).read_bytes() == before


async def test_a_failed_job_ends_a_poll_and_has_no_error_at_the_top(client, ended, notebook):
    started = await client.post(EXECUTE, itemId=notebook("1 / 0"))
    job = await ended(started["jobUrl"])
    assert job["status"] == "FAILED"
    assert "error" not in job
    assert any("ZeroDivisionError" in message for message in job["messages"])


async def test_out_of_time_is_failed_for_a_client_would_poll_any_other_word_for_ever(
    client, ended, notebook
):
    path = notebook("import time; time.sleep(600)")
    started = await client.post(EXECUTE, itemId=path, executionTimeoutInMinutes="0.02")
    job = await ended(started["jobUrl"])
    assert (job["status"], job["inputs"]["executionTimeoutInMinutes"]) == ("FAILED", 0.02)
    assert job["messages"]


async def test_what_is_passed_along_stands_in_the_job(client, api, notebook):
    form = {"taskId": "t1", "runId": "r1", "executionTimeoutInMinutes": "10000000"}
    started = await client.post(EXECUTE, itemId=notebook("1"), **form)
    inputs = (await client.get(started["jobUrl"]))["inputs"]
    assert (inputs["taskId"], inputs["runId"]) == ("t1", "r1")
    assert inputs["executionTimeoutInMinutes"] == 366 * 24 * 60
    await api.ended(started["jobId"])


@pytest.mark.parametrize(
    ("form", "code", "message"),
    [
        ({}, 400, "'itemId' is missing."),
        ({"itemId": "nothing.ipynb"}, 404, "There is no file 'nothing.ipynb'"),
        ({"itemId": "0" * 32}, 404, "There is no notebook with the item id"),
        ({"itemId": "../x.ipynb"}, 400, "'../x.ipynb' is not a path"),
        ({"itemId": "work.ipynb", "notebookParameters": "[1]"}, 400, "'notebookParameters' must"),
        ({"itemId": "work.ipynb", "notebookParameters": '{"year": "x"}'}, 400, "'year' must be"),
        ({"itemId": "work.ipynb", "notebookParameters": '{"a b": 1}'}, 400, "'a b' "),
        ({"itemId": "work.ipynb", "updatePortalItem": "maybe"}, 400, "'updatePortalItem' must"),
        (
            {"itemId": "work.ipynb", "executionTimeoutInMinutes": "-1"},
            400,
            "'executionTimeoutInMinutes' must be greater than 0.",
        ),
        ({"itemId": "work.ipynb", "executionTimeoutInMinutes": "nan"}, 400, "'executionTimeout"),
        ({"itemId": "work.ipynb", "taskId": "x" * 151}, 400, "'taskId' must"),
    ],
)
async def test_what_cannot_be_run_is_refused_and_no_job_is_made(
    client, notebook, form, code, message
):
    notebook("1", parameters="year: int = 1")
    answered = await client.raw("POST", EXECUTE, {"f": "json", **form})
    assert (answered.code, answered.json["code"]) == (code, code)
    assert answered.json["messages"][0].startswith(message)
    assert (await client.get("admin/system/jobs"))["asyncJobs"] == []


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
