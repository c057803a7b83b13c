"""Runs of tasks: what became of the occurrences of a schedule, in the states of the sharing API."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from jupyter_nbtasks.arcgis.tasks.answers import run_result, run_state
from jupyter_nbtasks.caller import local_user
from jupyter_nbtasks.jobs.model import Job, Status
from jupyter_nbtasks.schedules.model import Occurrence, Outcome

TASKS = f"sharing/rest/community/users/{local_user()}/tasks"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAILY = {"minute": 0, "hour": 5, "dayOfMonth": "*", "month": "*", "dayOfWeek": "*"}
STATES = {
    Status.SUBMITTED: "scheduled",
    Status.EXECUTING: "executing",
    Status.CANCELLING: "executing",
    Status.COMPLETED: "succeeded",
    Status.FAILED: "failed",
    Status.CANCELLED: "failed",
}
WHYS = [
    (Outcome.QUEUED, None, "scheduled"),
    (Outcome.SKIPPED, "The previous job still ran.", "skipped"),
    (Outcome.SKIPPED, "The schedule was paused while this occurrence waited.", "skipped"),
    (Outcome.MISSED, "No server was there.", "skipped"),
    (Outcome.SKIPPED, "The notebook 'work.ipynb' is gone.", "submitfailed"),
]


@pytest.fixture
def fire(client, api, notebook):
    """Make a task of a notebook that is due once, in a second; return its id."""

    async def fire(*sources, **fields):
        asked = {"notebook": notebook(*sources), "interval": 1, "max_occurrences": 1, **fields}
        return (await api("POST", "schedules", asked))["id"]

    return fire


async def until(client, api, id, reached):
    """The newest run as soon as ``reached(run)``; each change of a job is a reason to look."""
    while True:
        changed = api.next_change()
        runs = (await client.get(f"{TASKS}/{id}/runs"))["runs"]
        if runs and reached(runs[0]):
            changed.close()
            return runs[0]
        await changed


def is_over(run):
    return run["status"] in ("succeeded", "failed")


def occurrence(state, why=None, job_id=None):
    return Occurrence(
        schedule_id="s1", nominal_time=NINE, until=NINE, state=state, decided_at=NINE, why=why,
        job_id=job_id,
    )  # fmt: skip


def job(status, message=None):
    return Job(
        id="j1", root="r", owner="ann", name="n", notebook="n.ipynb", item_id=None, input_hash="0",
        kernel_name="python3", parameters={}, request={}, created_at=NINE, status=status,
        message=message,
    )  # fmt: skip


@pytest.mark.parametrize("status", Status)
def test_a_run_stands_as_its_job_does(status):
    submitted = occurrence(Outcome.SUBMITTED, job_id="j1")

    assert run_state(submitted, job(status)) == STATES[status]
    assert run_result(submitted, job(status, "Why.")) == "Why."


@pytest.mark.parametrize(("outcome", "why", "state"), WHYS)
def test_a_run_without_a_job_says_why(outcome, why, state):
    assert run_state(occurrence(outcome, why), None) == state
    assert run_result(occurrence(outcome, why), None) == (why or "")


def test_how_a_run_ended_is_not_known_without_its_job():
    deleted = occurrence(Outcome.SUBMITTED, job_id="j1")

    assert run_state(deleted, None) == "failed"
    assert "deleted" in run_result(deleted, None)


async def test_a_run_is_told_in_full(client, api, fire):
    id = await fire("1")
    run = await until(client, api, id, is_over)

    task = await client.get(f"{TASKS}/{id}")
    job = await api("GET", f"jobs/{run['jobId']}")
    at = datetime.fromisoformat(job["nominal_time"])
    ended = datetime.fromisoformat(job["ended_at"])
    assert (run["status"], run["result"], run["occurrences"]) == ("succeeded", "", 1)
    assert run["scheduledTime"] == task["lastStart"] == at.timestamp() * 1000
    assert run["modified"] == round(ended.timestamp() * 1000)
    assert run["task"]["id"] == id
    assert run["url"] == f"{client.root}{TASKS}/{id}/runs/{run['runId']}"
    assert run["jobUrl"] == f"{client.root}admin/system/jobs/{run['jobId']}"
    shown = await client.get(run["url"])
    assert shown == {**run, "resources": [], "operations": ["update"]}
    later = await client.raw(
        "GET", f"{run['url'].removesuffix(run['runId'])}{int(run['runId']) + 1}"
    )
    assert later.code == 404
    # Once, and that was all.
    assert (task["active"], task["taskState"], task["maxOccurrences"]) == (False, "paused", 1)


async def test_a_run_that_fails_says_why(client, api, fire):
    run = await until(client, api, await fire("1/0"), is_over)

    assert run["status"] == "failed"
    assert "ZeroDivisionError" in run["result"]


async def test_a_task_that_is_over_stays_disabled(client, api, fire):
    id = await fire("1")
    await until(client, api, id, is_over)

    assert (await client.post(f"{TASKS}/{id}/disable"))["success"] is True
    refused = await client.raw("POST", f"{TASKS}/{id}/enable", {"f": "json"})

    assert (refused.code, refused.json["error"]["code"]) == (409, 409)
    assert "has ended" in refused.json["error"]["message"]


async def test_a_report_must_be_what_is_so(client, api, fire):
    id = await fire("1")
    run = await until(client, api, id, is_over)
    address = f"{TASKS}/{id}/runs/{run['runId']}/update"

    done = await client.post(address, status="succeeded", result="")
    otherwise = await client.raw("POST", address, {"f": "json", "status": "failed"})
    described = await client.raw("POST", address, {"f": "json", "result": "half of it"})
    unknown = await client.raw("POST", address, {"f": "json", "status": "tired"})

    assert done == {"success": True, "taskId": id, "runId": run["runId"]}
    assert (otherwise.code, described.code, unknown.code) == (409, 409, 400)
    assert "follows from the job" in otherwise.json["error"]["message"]
    assert "'status' must be 'scheduled'" in unknown.json["error"]["message"]


async def test_a_run_goes_with_its_task(client, fire):
    address = f"{TASKS}/{await fire('1', start='2099-01-01T00:00:00Z')}/runs/1/delete"

    answered = await client.raw("POST", address, {"f": "json"})

    assert (answered.code, answered.json["error"]["code"]) == (400, 400)
    assert "runs are removed with their task" in answered.json["error"]["message"]


@pytest.mark.parametrize("run_id", ["1", "x", "9" * 17, "9" * 40, "-1", "1_0", "\u0661"])
async def test_there_is_no_such_run(client, fire, run_id):
    address = f"{TASKS}/{await fire('1', start='2099-01-01T00:00:00Z')}/runs/{run_id}"

    for method, at in (("GET", address), ("POST", f"{address}/update")):
        answered = await client.raw(method, at, None, f="json")
        assert (answered.code, answered.json["error"]["code"]) == (404, 404)


async def test_a_task_that_fails_five_times_is_stopped(client, api, notebook, jp_serverapp):
    heard = asyncio.Queue()

    async def listener(logger, schema_id, data):
        heard.put_nowait(data)

    schema = "https://events.jupyter.org/jupyter_nbtasks/schedule/v1"
    jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
    form = {"type": "ExecuteNotebook", "itemId": notebook("1/0"), **DAILY}
    id = (await client.post(f"{TASKS}/createTask", **form))["taskId"]
    await api("PATCH", f"schedules/{id}", {"interval": 1})
    while (await heard.get())["state"] != "PAUSED":
        pass

    task = await client.get(f"{TASKS}/{id}")
    runs = (await client.get(f"{TASKS}/{id}/runs"))["runs"]
    assert (task["active"], task["taskState"]) == (False, "paused")
    assert task["message"] == "Its last 5 jobs failed."
    assert [run["status"] for run in runs].count("failed") == 5
