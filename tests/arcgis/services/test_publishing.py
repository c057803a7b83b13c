"""A client publishes notebooks as web tools, and edits and deletes them."""

from __future__ import annotations

import json
import re

import pytest

from .conftest import ADDS, CATALOG, SERVICES, SUM, properties, refused


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
