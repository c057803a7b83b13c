"""A call of a tool: waited for, looked at later, stopped, failed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from .conftest import ADDS, SHOWS, call


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


class TestLimit:
    @pytest.fixture
    def nbtasks_config(self):
        return {"max_tool_wait": 0.0}

    async def test_nobody_is_waited_for_longer_than_the_server_does(self, api, publish):
        await publish()
        answered = await call(api, {"a": 1}, wait=600)
        assert answered.code == 202
        await api.ended(answered.json["id"])
