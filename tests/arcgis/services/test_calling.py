"""A client calls web tools: what it sends, and what becomes of the results."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from .conftest import ADDS, HAND_BACK, SUM, refused

FEATURES = {"geometryType": "esriGeometryPoint", "features": [{"attributes": {"n": "é'\"\\"}}]}
# By type of parameter: its line in the notebook, what is sent, and what the notebook has then.
SENT = {
    "GPString": ("value: str = ''", "true", "true"),
    "GPLong": ("value: int = 0", "42.0", 42),
    "GPDouble": ("value: float = 0.0", "1.5", 1.5),
    "GPBoolean": ("value: bool = False", "true", True),
    "GPLinearUnit": ("value: dict = {}", '{"distance": 5, "units": "esriMiles"}', None),
    "GPFeatureRecordSetLayer": ("value: dict = {}", json.dumps(FEATURES), None),
    "GPRecordSet": ("value: dict = {}", '{"features": []}', None),
    "GPDataFile": ("value: dict = {}", '{"url": "https://example.org/a.csv"}', None),
    "GPRasterDataLayer": ("value: str = ''", "a.tif", "a.tif"),
}


async def test_a_job_is_submitted_polled_and_its_results_read(client, publish, call, notebook):
    service = await publish(notebook(SUM, parameters=ADDS))
    at, job = await call(service, a="40", b="", returnZ="false", **{"env:outSR": "4326"})

    assert job["jobStatus"] == "esriJobSucceeded"
    assert "error" not in job
    assert job["progress"]["percent"] == 100
    assert job["results"] == {"sum": {"paramUrl": "results/sum"}}
    assert job["inputs"] == {name: {"paramUrl": f"inputs/{name}"} for name in "ab"}
    result = await client.get(f"{at}/{job['results']['sum']['paramUrl']}")
    assert result == {"paramName": "sum", "dataType": "GPLong", "value": 42}
    given = [await client.get(f"{at}/{job['inputs'][name]['paramUrl']}") for name in "ab"]
    assert [(one["dataType"], one["value"]) for one in given] == [("GPLong", 40), ("GPLong", 2)]
    for missing in ("results/none", "inputs/none"):
        assert (await refused(client, f"{at}/{missing}"))[0] == 404
    admin = await client.get(f"admin/notebooks/jobs/{job['jobId']}")
    assert (admin["type"], admin["status"]) == ("executeNotebookAsWebTool", "COMPLETED")


@pytest.mark.parametrize("data_type", SENT)
async def test_values_of_each_type_go_in_and_come_out(client, publish, call, notebook, data_type):
    line, sent, expected = SENT[data_type]
    expected = json.loads(sent) if expected is None else expected
    path = notebook(HAND_BACK + "hand_back('given', value)", parameters=line)
    both = [
        {"name": "value", "dataType": data_type},
        {"name": "given", "dataType": data_type, "direction": "output"},
    ]
    service = await publish(path, parameters=both)
    shown = (await client.get(f"{service['url']}/Adder"))["parameters"]
    assert [one["dataType"] for one in shown] == [data_type, data_type]

    at, job = await call(service, value=sent)

    assert job["jobStatus"] == "esriJobSucceeded", job["messages"]
    assert (await client.get(f"{at}/inputs/value"))["value"] == expected
    result = await client.get(f"{at}/results/given")
    assert result["dataType"] == data_type
    is_path = data_type == "GPRasterDataLayer"
    files = client.root.replace("nbtasks/arcgis/", "files/")
    assert result["value"] == ({"url": f"{files}a.tif"} if is_path else expected)


@pytest.mark.parametrize(("kind", "hour"), [("date", 0), ("datetime", 12)])
async def test_dates_are_milliseconds_outside(client, publish, call, notebook, kind, hour):
    cell = f"from datetime import date, datetime\nwhen: {kind} = None"
    path = notebook(HAND_BACK + "hand_back('given', str(when))", parameters=cell)
    declared = {"name": "given", "dataType": "GPDate", "direction": "output"}
    service = await publish(path, parameters=[declared])
    at = datetime(2026, 1, 31, hour, tzinfo=UTC)
    sent = int(at.timestamp() * 1000)

    address, job = await call(service, when=str(sent))

    assert job["jobStatus"] == "esriJobSucceeded", job["messages"]
    assert (await client.get(f"{address}/results/given"))["value"] == sent
    assert (await client.get(f"{address}/inputs/when"))["value"] == sent
    native = await client.get(f"admin/notebooks/jobs/{job['jobId']}")
    assert json.loads(native["inputs"]["notebookParameters"])["when"].startswith("2026-01-31")


async def test_results_of_which_nothing_was_said_have_the_type_that_they_seem(
    client, publish, call, notebook
):
    values = {
        "text": ("a", "GPString"),
        "whole": (1, "GPLong"),
        "real": (1.5, "GPDouble"),
        "yes": (True, "GPBoolean"),
        "layer": (FEATURES, "GPFeatureRecordSetLayer"),
        "records": ({"features": []}, "GPRecordSet"),
        "unit": ({"distance": 5, "units": "esriMiles"}, "GPLinearUnit"),
        "several": ([1, 2], "GPMultiValue:GPLong"),
        "mixed": ([1, "a"], "GPMultiValue:GPString"),
        "nothing": (None, "GPString"),
    }
    lines = [f"hand_back({name!r}, {value!r})" for name, (value, _) in values.items()]
    lines.append("hand_back('other', {'a': [1]})")
    service = await publish(notebook(HAND_BACK + "\n".join(lines)))
    at, job = await call(service)
    for name, (value, data_type) in values.items():
        result = await client.get(f"{at}/{job['results'][name]['paramUrl']}")
        assert (result["value"], result["dataType"]) == (value, data_type)
    other = await client.get(f"{at}/results/other")
    assert (other["value"], other["dataType"]) == ('{"a": [1]}', "GPString")


async def test_several_values_are_a_list(publish, call, client, notebook):
    source = HAND_BACK + "hand_back('total', sum(numbers))"
    service = await publish(notebook(source, parameters="numbers: list[int] = []"))
    at, _ = await call(service, numbers="[1, 2]")
    assert (await client.get(f"{at}/results/total"))["value"] == 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("out/a b.csv", {"url": "{files}reports/out/a%20b.csv"}),
        ("https://example.org/a.csv", {"url": "https://example.org/a.csv"}),
        ("/etc/passwd", "/etc/passwd"),
        ("../a.csv", "../a.csv"),
    ],
)
async def test_a_file_is_found_by_its_address(client, publish, call, notebook, value, expected):
    path = notebook(HAND_BACK + f"hand_back('file', {value!r})", path="reports/work.ipynb")
    declared = {"name": "file", "dataType": "GPDataFile", "direction": "output"}
    at, _ = await call(await publish(path, parameters=[declared]))
    files = client.root.replace("nbtasks/arcgis/", "files/")
    found = (await client.get(f"{at}/results/file"))["value"]
    assert json.dumps(found) == json.dumps(expected).replace("{files}", files)


async def test_a_job_that_fails_says_why(publish, call, client, notebook):
    service = await publish(notebook("1 / 0"))
    at, job = await call(service)
    assert (job["jobStatus"], job["results"]) == ("esriJobFailed", {})
    assert job["messages"][0]["type"] == "esriJobMessageTypeError"
    assert "ZeroDivisionError" in job["messages"][0]["description"]
    assert "error" not in job
    assert (await client.get(at, returnMessages="false"))["messages"] == []


class TestLate:
    @pytest.fixture
    def nbtasks_config(self):
        return {"default_timeout": 1.0}

    async def test_a_job_that_takes_too_long_is_timed_out(self, publish, call, notebook):
        service = await publish(notebook("import time\ntime.sleep(600)"))
        _, job = await call(service)
        assert job["jobStatus"] == "esriJobTimedOut"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_job_can_be_stopped(client, api, publish, notebook, method):
    service = await publish(notebook("import time\ntime.sleep(600)"))
    task = f"{service['url']}/Adder"
    # A client that GETs, as it may of a service.
    started = await client.get(f"{task}/submitJob")
    at = f"{task}/jobs/{started['jobId']}"
    await api.until(started["jobId"], lambda job: job["status"] == "EXECUTING")
    assert (await client.get(at))["jobStatus"] == "esriJobExecuting"

    said = await (client.get if method == "GET" else client.post)(f"{at}/cancel")

    assert said == {"jobId": started["jobId"], "jobStatus": "esriJobCancelling"}
    await api.ended(started["jobId"])
    assert (await client.get(at))["jobStatus"] == "esriJobCancelled"
    assert (await refused(client, f"{at}/cancel"))[0] == 409


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "'a' needs a value."),
        ({"a": "x"}, "'a' must be a whole number, not \"x\"."),
        ({"a": "1.5"}, "'a' must be a whole number, not 1.5."),
        ({"a": "1", "c": "1"}, "There is no parameter 'c'. Known: a, b."),
    ],
)
async def test_values_that_do_not_fit_are_refused(client, publish, notebook, sent, message):
    service = await publish(notebook(SUM, parameters=ADDS))
    submit = f"{service['url']}/Adder/submitJob"
    assert await refused(client, submit, **sent) == (400, message)
    # The error has the shape that makes geoprocessing clients raise.
    assert set((await client.raw("POST", submit, {"f": "json"})).json) == {"error"}
    assert (await client.get("admin/system/jobs"))["asyncJobs"] == []
