"""A client publishes notebooks as web tools, calls them, and edits and deletes them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

SERVICES, CATALOG = "admin/services", "rest/services"
HAND_BACK = """from IPython.display import display
def hand_back(name, value):
    bundle = {"application/vnd.nbtasks.result+json": {"name": name, "value": value}}
    display(bundle, raw=True)
"""
ADDS = "a: int\nb: int = 2  # the second"
SUM = HAND_BACK + "hand_back('sum', a + b)"
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


def properties(item, title="Adder", **task):
    """What the client sends to make a web tool of a notebook."""
    asked = {
        "title": title,
        "notebookId": item,
        "tasks": [{"type": "notebook", "name": "t", **task}],
    }
    kind = {"provider": "notebooks", "type": "GPServer"}
    return json.dumps({"description": "Adds.", **kind, "jsonProperties": asked})


@pytest.fixture
def publish(client):
    """Make a web tool of a notebook; return it as the server lists it."""

    async def publish(item, one=client, **asked):
        sent = {"serviceProperties": properties(item, **asked)}
        made = await one.post(f"{SERVICES}/createService", **sent)
        assert (set(made), made["status"]) == ({"itemId", "status"}, "success")
        listed = (await one.get(SERVICES))["services"]
        return next(service for service in listed if service["itemId"] == made["itemId"])

    return publish


@pytest.fixture
def call(client, api):
    """Submit a job as geoprocessing clients do; return its address and it once it is over."""

    async def call(service, one=client, **sent):
        task = f"{service['url']}/{service['serviceName']}"
        started = await one.post(f"{task}/submitJob", **sent)
        assert (set(started), started["jobStatus"]) == ({"jobId", "jobStatus"}, "esriJobSubmitted")
        await api.ended(started["jobId"])
        at = f"{task}/jobs/{started['jobId']}"
        return at, await one.get(at)

    return call


async def refused(client, address, **form):
    answered = await client.raw("POST", address, {"f": "json", **form})
    said = answered.json.get("error") or answered.json
    assert said["code"] == answered.code
    return answered.code, said.get("message") or said["messages"][0]


async def test_a_notebook_is_published_listed_shown_and_deleted(client, publish, notebook):
    item = (await client.get(f"sharing/rest/content/items/{notebook(SUM, parameters=ADDS)}"))["id"]
    service = await publish(item)

    # The client makes addresses of these two.
    assert (len(service["id"]), service["type"]) == (32, "GPServer")
    at = f"{SERVICES}/{service['id']}.{service['type']}"
    shown = await client.get(at)
    assert {name: shown[name] for name in service} == service
    assert shown["operations"] == ["delete", "edit"]
    assert shown["jsonProperties"]["notebookId"] == item
    assert (shown["jsonProperties"]["title"], shown["description"]) == ("Adder", "Adds.")
    assert service["url"] == f"{client.root}{CATALOG}/Adder/GPServer"
    as_item = await client.post(f"sharing/rest/content/items/{service['itemId']}")
    assert (as_item["title"], as_item["type"]) == ("Adder", "Geoprocessing Service")
    assert as_item["url"] == service["url"]
    assert (await client.get(f"{SERVICES}/types"))["types"][0]["name"] == "GPServer"

    assert await client.post(f"{at}/delete") == {"status": "success"}
    assert (await client.get(SERVICES))["services"] == []
    assert (await refused(client, f"{at}/delete"))[0] == 404
    assert (await client.raw("GET", f"sharing/rest/content/items/{service['itemId']}")).code == 404


async def test_a_tool_is_a_service_with_one_task(client, publish, notebook):
    declared = {"name": "sum", "direction": "esriGPParameterDirectionOutput", "dataType": "GPLong"}
    path = notebook(SUM, parameters=ADDS + "\nday: date = '2026-01-31'\nnames: list[str] = []")
    service = await publish(path, parameters=[declared, {"name": "a", "displayName": "First"}])

    [listed] = (await client.get(CATALOG))["services"]
    assert listed == {"name": "Adder", "type": "GPServer", "url": service["url"]}
    shown = await client.get(service["url"])
    assert (shown["tasks"], shown["serviceDescription"]) == (["Adder"], "Adds.")
    assert shown["executionType"] == "esriExecutionTypeAsynchronous"
    task = await client.get(f"{service['url']}/{shown['tasks'][0]}")
    assert task["executionType"] == "esriExecutionTypeAsynchronous"
    names = ("name", "dataType", "displayName", "defaultValue")
    assert [tuple(one[name] for name in names) for one in task["parameters"]] == [
        ("a", "GPLong", "First", None),
        ("b", "GPLong", "b", 2),
        ("day", "GPDate", "day", 1769817600000),
        ("names", "GPMultiValue:GPString", "names", []),
        ("sum", "GPLong", "sum", None),
    ]
    required = [
        one["parameterType"].removeprefix("esriGPParameterType") for one in task["parameters"]
    ]
    assert required == ["Required", "Optional", "Optional", "Optional", "Derived"]
    assert task["parameters"][1]["description"] == "the second"
    assert task["parameters"][4]["direction"] == "esriGPParameterDirectionOutput"
    assert (await refused(client, f"{service['url']}/other"))[0] == 404


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


async def test_a_web_tool_runs_its_snapshot_until_it_is_edited(client, publish, call, notebook):
    path = notebook(SUM, parameters=ADDS)
    service = await publish(path)
    kept = await client.raw(
        "POST",
        "admin/notebooks/snapshots/download",
        {"itemId": path, "resourceKey": service["snapshotResourceKey"]},
    )
    assert "hand_back('sum', a + b)" in kept.text
    notebook(SUM.replace("a + b", "a * b"), parameters=ADDS)
    at, _ = await call(service, a="5")
    assert (await client.get(f"{at}/results/sum"))["value"] == 7

    edit = f"{SERVICES}/{service['id']}.GPServer/edit"
    said = {"description": "Multiplies.", "jsonProperties": {"title": "Times"}}
    edited = await client.post(edit, serviceProperties=json.dumps(said))
    assert edited == {"itemId": service["itemId"], "status": "success"}
    at, _ = await call(service, a="5")
    assert (await client.get(f"{at}/results/sum"))["value"] == 10
    [shown] = (await client.get(SERVICES))["services"]
    assert (shown["serviceName"], shown["url"]) == ("Adder", service["url"])
    assert (shown["description"], shown["jsonProperties"]["title"]) == ("Multiplies.", "Times")
    assert shown["snapshotResourceKey"] != service["snapshotResourceKey"]
    assert await client.post(edit) == edited
    tasks = [{"parameters": [{"name": "b", "displayName": "B"}]}]
    await client.post(edit, serviceProperties=json.dumps({"jsonProperties": {"tasks": tasks}}))
    task = await client.get(f"{service['url']}/Adder")
    assert [one["displayName"] for one in task["parameters"]] == ["a", "B"]
    assert (await client.get(SERVICES))["services"][0]["description"] == "Multiplies."


async def test_a_notebook_is_one_web_tool(client, publish, notebook):
    path = notebook(SUM, parameters=ADDS)
    service = await publish(path)
    create = f"{SERVICES}/createService"
    again = {"serviceProperties": properties(path, title="Another")}
    code, message = await refused(client, create, **again)
    assert (code, message[:40]) == (409, "This notebook is the web tool 'Adder' al")
    await client.post(f"{SERVICES}/{service['id']}.GPServer/delete")
    assert (await publish(path))["serviceName"] == "Adder"


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Weekly report", ["Weekly_report", "Weekly_report_2"]),
        ("../a/b", ["a_b", "a_b_2"]),
        ("2026", ["tool_2026", "tool_2026_2"]),
        ("分析", ["tool", "tool_2"]),
    ],
)
async def test_titles_become_addresses(publish, notebook, title, names):
    for number, name in enumerate(names):
        service = await publish(notebook("1", path=f"{number}.ipynb"), title=title)
        assert service["serviceName"] == name
        assert service["url"].endswith(f"/{name}/GPServer")
        assert service["jsonProperties"]["title"] == title


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{", "'serviceProperties' must be valid JSON."),
        ("{}", "'jsonProperties' is missing."),
        ('{"jsonProperties": {}}', "'jsonProperties.notebookId' is missing."),
        ('{"type": "MapServer", "jsonProperties": {"notebookId": "x"}}', "'type' must be"),
        (properties("gone.ipynb"), "There is no file 'gone.ipynb'"),
        (properties("0" * 32), "There is no notebook with the item id"),
        (
            properties("work.ipynb", parameters=[{"name": "c"}]),
            "The notebook has no parameter 'c'.",
        ),
        (
            properties("work.ipynb", parameters=[{"name": "a", "dataType": "GPCube"}]),
            "'jsonProperties.tasks.0.parameters.0.dataType' must be one of GPString",
        ),
        (
            properties("work.ipynb", parameters=[{"name": "a", "dataType": "GPRecordSet"}]),
            "'a' is of type int; to take a RecordSet",
        ),
    ],
)
async def test_what_cannot_be_a_web_tool_is_refused(client, notebook, said, message):
    notebook(SUM, parameters=ADDS)
    code, told = await refused(client, f"{SERVICES}/createService", serviceProperties=said)
    assert (code in (400, 404), told[: len(message)]) == (True, message)
    assert (await client.get(SERVICES))["services"] == []


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


async def test_a_page_asks_for_the_parameters_of_the_task(client, publish, notebook):
    parameters = ADDS + "\nkind: Literal['x', 'y'] = 'y'\nyes: bool = True\narea: dict = {}"
    declared = [{"name": "area", "dataType": "GPFeatureRecordSetLayer"}]
    service = await publish(notebook(SUM, parameters=parameters), parameters=declared)
    page = (await client.raw("GET", f"{service['url']}/Adder/submitJob", f="html")).text
    assert re.search(r'<input name="a"\s+required', page)
    assert re.search(r'<input name="b"\s+value="2"', page)
    assert "the second (GPLong)" in page
    assert "<option selected>y</option>" in page
    assert '<textarea name="area"' in page
    shown = (await client.raw("GET", f"{service['url']}/Adder", f="html")).text
    assert "submitJob" in shown
    listed = (await client.raw("GET", CATALOG, f="html")).text
    assert f'<a href="{service["url"]}">' in listed


async def test_a_native_tool_is_a_service_too(client, api, call, notebook):
    path = notebook(SUM, parameters=ADDS)
    await api("POST", "tools", {"name": "add", "notebook": path})
    [service] = (await client.get(SERVICES))["services"]
    assert (service["serviceName"], service["jsonProperties"]["title"]) == ("add", "add")
    at, _ = await call(service, a="1")
    assert (await client.get(f"{at}/results/sum"))["value"] == 3
