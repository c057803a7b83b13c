"""Notebooks published as tools, on a real server with real kernels."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

ADDS = "a: int\nb: int = 2  # the second"
SHOWS = """from IPython.display import display
def hand_back(name, value):
    bundle = {"application/vnd.nbtasks.result+json": {"name": name, "value": value}}
    display(bundle, raw=True)
hand_back("sum", a + b)
hand_back("secret", "x")"""


@pytest.fixture
def publish(api, notebook):
    """Publish a notebook that adds."""

    async def publish(*sources, parameters=ADDS, **fields):
        path = notebook(*(sources or [SHOWS]), parameters=parameters)
        return await api("POST", "tools", {"name": "add", "notebook": path} | fields)

    return publish


async def call(api, parameters, tool="add", **fields):
    return await api.raw("POST", f"tools/{tool}/call", {"parameters": parameters} | fields)


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


async def test_a_call_gives_the_results(api, publish):
    made = await publish()
    answered = await call(api, {"a": 40})

    assert answered.code == 200
    job = answered.json
    assert (job["status"], job["results"]) == ("COMPLETED", {"sum": 42, "secret": "x"})
    assert (job["tool"], job["parameters"], job["message"]) == ("add", {"a": 40}, None)
    assert answered.headers["Location"] == job["links"]["self"]
    assert await api("GET", f"tools/add/jobs/{job['id']}") == job
    whole = await api("GET", f"jobs/{job['id']}")
    assert whole["trigger"] == {"type": "tool", "id": made["id"]}
    assert (whole["owner"], whole["snapshot_id"]) == (made["owner"], made["snapshot_id"])
    assert (whole["notebook"], whole["item_id"]) == ("work.ipynb", made["item_id"])


async def test_declared_results_are_all_that_a_caller_is_given(api, publish):
    await publish(results=[{"name": "sum"}, {"name": "never"}])
    assert (await call(api, {"a": 1})).json["results"] == {"sum": 3}


async def test_a_run_is_looked_at_later(api, publish):
    await publish()
    answered = await api.raw("POST", "tools/add/run", {"parameters": {"a": 1}})
    assert (answered.code, answered.json["results"]) == (201, {})
    ended = await api.ended(answered.json["id"])
    shown = await api("GET", f"tools/add/jobs/{ended['id']}")
    assert (shown["status"], shown["results"]["sum"]) == ("COMPLETED", 3)


async def test_a_call_that_takes_longer_than_is_waited_goes_on(api, publish, tmp_path):
    go = tmp_path / "go"
    wait = f"from pathlib import Path\nimport time\nwhile not Path({str(go)!r}).exists():\n"
    await publish(wait + "    time.sleep(0.01)", SHOWS)

    answers = [await call(api, {"a": 1}, wait=seconds) for seconds in (0, 0.1)]
    assert [one.code for one in answers] == [202, 202]
    assert {one.json["status"] for one in answers} <= {"SUBMITTED", "EXECUTING"}
    go.touch()
    ended = [await api.ended(one.json["id"]) for one in answers]
    assert [job["status"] for job in ended] == ["COMPLETED", "COMPLETED"]


async def test_a_call_that_another_server_runs_is_waited_for_too(api, app, publish, notebook):
    await publish()
    busy = await api.submit(notebook("import time\ntime.sleep(600)", path="busy.ipynb"))
    await api.until(busy["id"], lambda job: job["status"] == "EXECUTING")

    calling = asyncio.ensure_future(call(api, {"a": 1}, wait=30))
    now, store = datetime.now(UTC), app.assembly.jobs.store
    while True:
        changed = api.next_change()
        if claimed := await store.claim("another", now, now + timedelta(minutes=1)):
            changed.close()
            break
        await changed
    # Nothing on this server tells of it.
    await store.save(claimed.completed(now), was=claimed)
    assert (await calling).code == 200


async def test_a_call_can_be_stopped(api, publish):
    await publish("import time\ntime.sleep(600)")
    job = (await call(api, {"a": 1}, wait=0)).json
    answered = await api.raw("POST", f"tools/add/jobs/{job['id']}/cancel")
    assert answered.code == 202
    await api.ended(job["id"])
    assert (await api("GET", f"tools/add/jobs/{job['id']}"))["status"] == "CANCELLED"
    assert (await api.raw("POST", f"tools/add/jobs/{job['id']}/cancel")).code == 409


async def test_a_call_that_fails_says_why(api, publish):
    await publish("1 / 0")
    answered = await call(api, {"a": 1})
    assert (answered.code, answered.json["status"]) == (200, "FAILED")
    assert answered.json["reason"] == "cell_error"
    assert "ZeroDivisionError" in answered.json["message"]


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
    ("values", "field", "said"),
    [
        ({}, "parameters.a", "'a' needs a value."),
        ({"a": "1"}, "parameters.a", "'a' must be a whole number, not \"1\"."),
        ({"a": 1, "c": 1}, "parameters.c", "There is no parameter 'c'."),
        ({"a": 1, "area": {}}, "parameters.area", "'area' must be an object with 'features'"),
        ({"a": 1, "area": None}, "parameters.area", "'area' must be a mapping, not null."),
    ],
)
async def test_a_value_that_does_not_fit_is_refused(api, publish, values, field, said):
    fields = {"inputs": {"area": {"type": "FeatureSet"}}}
    await publish(parameters=f"{ADDS}\narea: dict = {{'features': []}}", **fields)
    answered = await call(api, values)
    assert (answered.code, answered.json["errors"][0]["field"]) == (400, field)
    assert said in answered.json["message"]
    assert (await api("GET", "jobs"))["items"] == []


async def test_features_reach_the_notebook_as_they_were_sent(api, publish):
    source = SHOWS.replace("a + b", "len(area['features'])")
    fields = {"inputs": {"area": {"type": "FeatureSet"}}}
    await publish(source, parameters="area: dict", **fields)
    features = {"features": [{"attributes": {"name": "é'\"\\"}}, {}], "fields": []}
    assert (await call(api, {"area": features})).json["results"]["sum"] == 2


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


async def test_a_disabled_tool_is_not_called(api, publish):
    await publish(disabled=True)
    answered = await call(api, {"a": 1})
    assert (answered.code, answered.json["reason"]) == (409, "disabled")
    await api("PATCH", "tools/add", {"disabled": False})
    assert (await call(api, {"a": 1})).code == 200


async def test_the_same_key_gives_the_same_job(api, publish):
    await publish()
    both = [call(api, {"a": 1}, idempotency_key="k", wait=0) for _ in range(4)]
    answers = await asyncio.gather(*both)
    assert {one.code for one in answers} <= {200, 202}
    assert len({one.json["id"] for one in answers}) == 1
    answered = await call(api, {"a": 2}, idempotency_key="k")
    assert (answered.code, answered.json["reason"]) == (409, "idempotency_key_reused")
    assert "'k'" in answered.json["message"]


async def test_a_deleted_tool_is_gone_and_its_jobs_stay(api, publish):
    await publish()
    job = (await call(api, {"a": 1})).json
    await api("DELETE", "tools/add")
    for address in ("tools/add", f"tools/add/jobs/{job['id']}", "tools/add/openapi.json"):
        assert (await api.raw("GET", address)).code == 404
    assert (await api("GET", f"jobs/{job['id']}"))["status"] == "COMPLETED"
    await publish()
    assert (await api.raw("GET", f"tools/add/jobs/{job['id']}")).code == 404


async def test_a_deleted_job_is_no_longer_a_call(api, publish):
    await publish()
    job = (await call(api, {"a": 1})).json
    await api("DELETE", f"jobs/{job['id']}")
    assert (await api.raw("GET", f"tools/add/jobs/{job['id']}")).code == 404


async def test_a_job_that_is_not_a_call_of_the_tool_is_not_one_of_its_jobs(api, publish):
    await publish()
    await publish(name="plus")
    other = (await call(api, {"a": 1}, tool="plus")).json["id"]
    alone = (await api.submit("work.ipynb", parameters={"a": 1}))["id"]
    for id in (other, alone, "x"):
        assert (await api.raw("GET", f"tools/add/jobs/{id}")).code == 404
        assert (await api.raw("POST", f"tools/add/jobs/{id}/cancel")).code == 404


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


class TestLimit:
    @pytest.fixture
    def nbtasks_config(self):
        return {"max_tool_wait": 0.0}

    async def test_nobody_is_waited_for_longer_than_the_server_does(self, api, publish):
        await publish()
        answered = await call(api, {"a": 1}, wait=600)
        assert answered.code == 202
        await api.ended(answered.json["id"])
