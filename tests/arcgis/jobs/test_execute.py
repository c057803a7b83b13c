"""A notebook is executed as a client of ArcGIS asks for it."""

from __future__ import annotations

import json

import nbformat
import pytest

from jupyter_nbtasks.caller import local_user

from ...conftest import texts
from .conftest import EXECUTE

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


async def test_nothing_reaches_what_is_declared_as_another_type(
    client, ended, notebook, jp_root_dir
):
    cell = "from datetime import date\nn: int = 3\nday: date = date(2020, 1, 1)\nxs: list = [1]"
    path = notebook("print(n, day, xs)", parameters=cell)
    values = json.dumps({"n": None, "day": None, "xs": None})
    started = await client.post(EXECUTE, itemId=path, notebookParameters=values)
    assert (await ended(started["jobUrl"]))["status"] == "COMPLETED"
    assert texts(on_disk(jp_root_dir, path))[-1] == "None None None\n"


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
