"""Tools: published, shown, changed, overwritten, listed and deleted."""

from __future__ import annotations

import asyncio
import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from .conftest import ADDS, SHOWS, call


async def test_a_tool_is_published_and_shown_in_full(api, publish):
    result = {"name": "sum", "type": "Long", "title": "Sum", "description": "of both"}
    said = {"b": {"title": "Second"}}
    fields = {"title": "Adder", "results": [result], "inputs": said, "timeout": 60, "tags": ["x"]}
    made = await publish(description="Adds two numbers.", **fields)

    assert made == await api("GET", "tools/add")
    assert (await api("GET", "tools"))["items"] == [made]
    assert (made["id"][0], made["name"], made["title"]) == ("t", "add", "Adder")
    assert (made["notebook"], len(made["item_id"]), made["timeout"]) == ("work.ipynb", 32, 60)
    assert (made["shared"], made["disabled"], made["results"]) == (False, False, [result])
    assert made["inputs"] == [
        {
            "name": "a", "type": "Long", "title": "a", "description": "",
            "required": True, "default": None, "choices": None,
        },
        {
            "name": "b", "type": "Long", "title": "Second", "description": "the second",
            "required": False, "default": 2, "choices": None,
        },
    ]  # fmt: skip
    assert made["schema"]["required"] == ["a"]
    assert made["schema"]["properties"]["b"]["default"] == 2
    snapshot = await api("GET", f"snapshots/{made['snapshot_id']}")
    assert (snapshot["kind"], snapshot["path"]) == ("tool", "work.ipynb")


async def test_a_tool_runs_its_snapshot_until_it_is_overwritten(api, publish, notebook, jp_fetch):
    made = await publish()
    notebook(SHOWS.replace("a + b", "a * b * c"), parameters=ADDS + "\nc: int = 10")
    assert (await call(api, {"a": 1})).json["results"]["sum"] == 3
    assert (await call(api, {"a": 1, "c": 1})).code == 400

    after = await api("POST", "tools/add/overwrite", {"results": [{"name": "sum"}]})
    assert (after["id"], after["snapshot_id"] == made["snapshot_id"]) == (made["id"], False)
    assert [one["name"] for one in after["inputs"]] == ["a", "b", "c"]
    assert (await call(api, {"a": 1})).json["results"] == {"sum": 20}
    again = await api("POST", "tools/add/overwrite", {})
    assert (again["snapshot_id"], again["results"]) == (after["snapshot_id"], after["results"])

    await jp_fetch("api", "contents", "work.ipynb", method="DELETE")
    assert (await call(api, {"a": 2})).json["results"] == {"sum": 40}
    answered = await api.raw("POST", "tools/add/overwrite", {})
    assert (answered.code, answered.json["reason"]) == (400, "notebook_gone")


async def test_the_snapshot_of_a_tool_cannot_be_deleted(api, publish, notebook):
    first = (await publish())["snapshot_id"]
    assert (await api.raw("DELETE", f"snapshots/{first}")).json["reason"] == "in_use"
    notebook("2", parameters=ADDS)
    second = (await api("POST", "tools/add/overwrite", {}))["snapshot_id"]
    assert (await api.raw("DELETE", f"snapshots/{first}")).code == 204
    assert (await api.raw("DELETE", f"snapshots/{second}")).code == 409
    await api("DELETE", "tools/add")
    assert (await api.raw("DELETE", f"snapshots/{second}")).code == 204


async def test_two_tools_may_run_one_snapshot(api, publish):
    first = await publish()
    second = await api("POST", "tools", {"name": "plus", "notebook": "work.ipynb"})
    assert first["snapshot_id"] == second["snapshot_id"]
    await api("DELETE", "tools/add")
    assert (await api.raw("DELETE", f"snapshots/{first['snapshot_id']}")).code == 409
    assert (await call(api, {"a": 1}, tool="plus")).json["results"]["sum"] == 3


async def test_a_notebook_that_is_moved_is_followed(api, publish, jp_fetch):
    await publish()
    moved = json.dumps({"path": "moved.ipynb"})
    await jp_fetch("api", "contents", "work.ipynb", method="PATCH", body=moved)
    assert (await api("GET", "tools/add"))["notebook"] == "moved.ipynb"
    job = (await call(api, {"a": 1})).json
    assert (await api("GET", f"jobs/{job['id']}"))["notebook"] == "moved.ipynb"
    assert (await api("POST", "tools/add/overwrite", {}))["notebook"] == "moved.ipynb"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "a b"}, "invalid_request"),
        ({"name": "1a"}, "invalid_request"),
        ({"name": "a/b"}, "invalid_request"),
        ({"name": "a" * 64}, "invalid_request"),
        ({"notebook": "none.ipynb"}, "not_found"),
        ({"notebook": "../x.ipynb"}, "path_outside_root"),
        ({"kernel_name": "klingon"}, "unknown_kernel"),
        ({"inputs": {"c": {"type": "Long"}}}, "invalid_inputs"),
        ({"inputs": {"a": {"type": "FeatureSet"}}}, "invalid_inputs"),
        ({"inputs": {"a": {"type": "Number"}}}, "invalid_request"),
        ({"results": [{"name": "x"}, {"name": "x"}]}, "invalid_request"),
        ({"env": {"A": "b"}}, "invalid_request"),
    ],
)
async def test_what_cannot_be_a_tool_is_refused_and_leaves_nothing(api, notebook, fields, reason):
    asked = {"name": "add", "notebook": notebook(SHOWS, parameters=ADDS)} | fields
    answered = await api.raw("POST", "tools", asked)
    assert (answered.code, answered.json["reason"]) == (400, reason)
    assert (await api("GET", "tools"))["items"] == []
    assert (await api("GET", "snapshots"))["items"] == []


async def test_a_name_is_given_once(api, publish, notebook):
    made = await publish()
    asked = {"name": "add", "notebook": "work.ipynb"}
    answered = await api.raw("POST", "tools", asked)
    assert (answered.code, answered.json["reason"]) == (409, "name_taken")
    await api("DELETE", "tools/add")
    answers = await asyncio.gather(*(api.raw("POST", "tools", asked) for _ in range(4)))
    assert sorted(one.code for one in answers) == [201, 409, 409, 409]
    notebook("another version")
    assert (await api.raw("POST", "tools", asked)).code == 409
    assert len((await api("GET", "snapshots"))["items"]) == 1
    assert (await api("GET", "tools/add"))["id"] != made["id"]


async def test_what_is_given_is_changed_and_the_rest_stays(api, publish, notebook):
    made = await publish(title="Adder", tags=["a"])
    notebook("2", parameters="other: str")
    changed = await api("PATCH", "tools/add", {"inputs": {"a": {"type": "Long", "title": "A"}}})
    assert [one["title"] for one in changed["inputs"]] == ["A", "b"]
    assert changed["schema"]["properties"]["a"]["title"] == "A"
    given = [{"shared": True}, {"title": None}, {"tags": []}, {"results": [{"name": "sum"}]}]
    await asyncio.gather(*(api("PATCH", "tools/add", one) for one in given))
    shown = await api("GET", "tools/add")
    assert (shown["shared"], shown["title"], shown["tags"]) == (True, "add", [])
    assert [one["name"] for one in shown["results"]] == ["sum"]
    assert (shown["inputs"], shown["snapshot_id"]) == (changed["inputs"], made["snapshot_id"])
    answered = await api.raw("PATCH", "tools/add", {"inputs": {"other": {}}})
    assert (answered.code, answered.json["reason"]) == (400, "invalid_inputs")
    assert (await api.raw("PATCH", "tools/add", {"name": "plus"})).code == 400


async def test_a_deleted_tool_is_gone_and_its_jobs_stay(api, publish):
    await publish()
    job = (await call(api, {"a": 1})).json
    await api("DELETE", "tools/add")
    for address in ("tools/add", f"tools/add/jobs/{job['id']}", "tools/add/openapi.json"):
        assert (await api.raw("GET", address)).code == 404
    assert (await api("GET", f"jobs/{job['id']}"))["status"] == "COMPLETED"
    await publish()
    assert (await api.raw("GET", f"tools/add/jobs/{job['id']}")).code == 404


async def test_a_tool_describes_itself(api, publish):
    await publish(description="Adds.", results=[{"name": "sum", "description": "of both"}])
    document = await api("GET", "tools/add/openapi.json")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert document["servers"][0]["url"].endswith("/nbtasks/api/tools/add")
    assert "`sum`: of both" in document["info"]["description"]
    body = document["paths"]["/call"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["properties"]["parameters"]["required"] == ["a"]
    assert set(document["paths"]["/call"]["post"]["responses"]) == {"200", "202"}


async def test_lists_have_pages(api, publish):
    for name in ("a", "b", "c"):
        await publish(name=name)
    page = await api("GET", "tools", limit=2)
    rest = await api("GET", "tools", limit=2, cursor=page["next"])
    assert [one["name"] for one in (*page["items"], *rest["items"])] == ["c", "b", "a"]
    assert rest["next"] is None
    assert (await api("GET", "tools", notebook="other.ipynb"))["items"] == []
