"""What can be done with schedules, on a real server with real kernels."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ..conftest import texts
from .conftest import NIGHTLY, until

EVERY_SECOND = {"interval": 1, "overlap": "skip", "max_occurrences": 1}


async def test_a_schedule_is_made_and_told_in_full(api, make):
    made = await make(parameters={"n": 2}, tags=["a"], env={"A": "b"}, name="nightly")

    assert made == await api("GET", f"schedules/{made['id']}")
    assert (made["state"], made["message"], made["description"]) == (
        "ACTIVE", None, "At 03:00 every day",
    )  # fmt: skip
    assert (made["cron"], made["interval"], made["timezone"]) == (
        "0 3 * * *",
        None,
        "Europe/Berlin",
    )
    assert (made["overlap"], made["catch_up"], made["grace"]) == ("skip", "latest", 60)
    assert (made["name"], made["notebook"], made["parameters"]) == (
        "nightly",
        "work.ipynb",
        {"n": 2},
    )
    assert (made["tags"], made["env"], len(made["item_id"])) == (["a"], {"A": "b"}, 32)
    assert (made["occurrences"], made["failures_in_a_row"]) == (0, 0)
    assert (made["last_job"], made["recent"]) == (None, [])
    due = datetime.fromisoformat(made["next_run_at"])
    assert timedelta() < due - datetime.now(UTC) <= timedelta(days=1)
    assert [one["id"] for one in (await api("GET", "schedules"))["items"]] == [made["id"]]


async def test_a_schedule_fires_and_its_job_runs(api, notebook):
    source = (
        "import os\nprint(os.environ['NBTASKS_SCHEDULE_ID'], os.environ['NBTASKS_NOMINAL_TIME'])"
    )
    path = notebook(f"{source}\nprint(day)", parameters="day: str = ''")
    values = {"day": "{nominal_time:%Y-%m-%dT%H:%M:%S}"}

    made = await api(
        "POST", "schedules",
        EVERY_SECOND | {"notebook": path, "parameters": values, "timezone": "Asia/Kolkata"},
    )  # fmt: skip
    ended = await until(api, made, lambda one: one["last_job"] and one["last_job"]["ended_at"])

    assert (ended["state"], ended["occurrences"]) == ("ENDED", 1)
    [outcome] = ended["recent"]
    assert (outcome["state"], outcome["status"]) == ("submitted", "COMPLETED")
    assert outcome["seconds"] > 0
    job = await api("GET", f"jobs/{outcome['job_id']}")
    assert job["trigger"] == {"type": "schedule", "id": made["id"]}
    assert (job["schedule_id"], job["nominal_time"]) == (made["id"], outcome["nominal_time"])
    told, day = texts(await api.output(job["id"]))[-1].splitlines()
    assert told.startswith(f"{made['id']} {day}+05:30")
    page = await api("GET", f"schedules/{made['id']}/occurrences")
    shown = {name: outcome[name] for name in page["items"][0]}
    assert page == {"items": [shown], "next": None}


async def test_what_is_not_given_stays(api, make):
    made = await make(parameters={"n": 2}, tags=["a"])

    changed = await api("PATCH", f"schedules/{made['id']}", {"tags": ["b"], "overlap": "allow"})

    differing = {name for name in made if made[name] != changed[name]}
    assert differing == {"tags", "overlap", "updated_at"}
    assert (changed["tags"], changed["overlap"]) == (["b"], "allow")


CHANGES = [
    ({"cron": "0 5 * * *"}, "0 5 * * *", None),
    ({"interval": 900}, None, 900),
    ({"cron": None, "interval": 900}, None, 900),
]


@pytest.mark.parametrize(("change", "cron", "interval"), CHANGES)
async def test_a_schedule_gets_another_rule(api, make, change, cron, interval):
    made = await make()

    changed = await api("PATCH", f"schedules/{made['id']}", change)

    assert (changed["cron"], changed["interval"]) == (cron, interval)
    assert changed["next_run_at"] != made["next_run_at"]
    assert changed["state"] == "ACTIVE"


async def test_every_field_can_be_changed(api, make, notebook):
    made = await make()
    notebook("2", parameters="m: str = ''", path="other.ipynb")
    change = {
        "notebook": "other.ipynb", "name": "other", "cron": "@daily", "timezone": "Asia/Tokyo",
        "start": "2030-01-01T00:00:00.000Z", "end": "2031-01-01T00:00:00.000Z",
        "max_occurrences": 9, "overlap": "queue", "catch_up": "all", "grace": 5,
        "max_consecutive_failures": None, "parameters": {"m": "x"}, "kernel_name": "python3",
        "timeout": 60.0, "cell_timeout": 30.0, "priority": 1, "max_attempts": 2,
        "retry_delay": 1.0, "output_path": "out/{name}.ipynb", "update_notebook": True,
        "save_parameters": False, "strict": False, "keep_kernel_on_failure": 60,
        "env": {"A": "b"}, "tags": ["x"], "state": "PAUSED",
    }  # fmt: skip

    changed = await api("PATCH", f"schedules/{made['id']}", change)

    assert {name: changed[name] for name in change} == change | {
        "start": "2030-01-01T00:00:00+00:00", "end": "2031-01-01T00:00:00+00:00",
    }  # fmt: skip
    assert changed["next_run_at"] is None
    resumed = await api("POST", f"schedules/{made['id']}/resume")
    assert resumed["next_run_at"] == "2030-01-01T15:00:00.000Z"


async def test_a_schedule_is_duplicated_by_posting_it_again(api, make):
    made = await make(tags=["a"], parameters={"n": 2})
    asked = {name: made[name] for name in ("notebook", "cron", "timezone", "tags", "parameters")}

    again = await api("POST", "schedules", asked)

    assert again["id"] != made["id"]
    assert {name: again[name] for name in asked} == asked


async def test_the_same_idempotency_key_gives_the_same_schedule(api, make):
    first, *others = await asyncio.gather(*(make(idempotency_key="k") for _ in range(10)))
    asked = {"notebook": first["notebook"], "idempotency_key": "k", **NIGHTLY, "grace": 1}
    refused = await api.raw("POST", "schedules", asked)

    assert {schedule["id"] for schedule in others} == {first["id"]}
    assert len((await api("GET", "schedules"))["items"]) == 1
    assert (refused.code, refused.json["reason"]) == (409, "idempotency_key_reused")


async def test_after_a_change_the_key_still_gives_the_same_schedule(api, make):
    schedule = await make(idempotency_key="k")
    await api("PATCH", f"schedules/{schedule['id']}", {"name": "other"})

    assert (await make(idempotency_key="k"))["name"] == "other"


async def test_a_paused_schedule_is_not_due(api, make):
    made = await make()

    paused = await api("POST", f"schedules/{made['id']}/pause")
    again = await api("POST", f"schedules/{made['id']}/pause")
    resumed = await api("POST", f"schedules/{made['id']}/resume")

    assert (paused["state"], paused["next_run_at"]) == ("PAUSED", None)
    assert again["state"] == "PAUSED"
    assert (resumed["state"], resumed["next_run_at"]) == ("ACTIVE", made["next_run_at"])


async def test_a_schedule_may_begin_paused(api, make):
    made = await make(state="PAUSED")

    assert (made["state"], made["next_run_at"]) == ("PAUSED", None)


async def test_what_has_ended_goes_on_when_its_end_is_put_off(api, notebook):
    made = await api("POST", "schedules", EVERY_SECOND | {"notebook": notebook("1")})
    await until(api, made, lambda one: one["state"] == "ENDED")

    for verb in ("pause", "resume"):
        refused = await api.raw("POST", f"schedules/{made['id']}/{verb}")
        assert (refused.code, refused.json["reason"]) == (409, "has_ended")
    change = {"max_occurrences": None, "interval": 3600}
    changed = await api("PATCH", f"schedules/{made['id']}", change)

    assert (changed["state"], changed["max_occurrences"]) == ("ACTIVE", None)
    assert changed["next_run_at"]


async def test_run_now_submits_a_job_of_the_schedule(api, make):
    made = await make(state="PAUSED", parameters={"n": 5})

    answered = await api.raw("POST", f"schedules/{made['id']}/run")

    assert answered.code == 201
    job = await api.ended(answered.json["id"])
    assert (job["status"], job["schedule_id"], job["nominal_time"]) == (
        "COMPLETED", made["id"], None,
    )  # fmt: skip
    assert answered.headers["Location"] == job["links"]["self"]
    now = await api("GET", f"schedules/{made['id']}")
    assert (now["last_job"]["id"], now["occurrences"], now["recent"]) == (job["id"], 0, [])
    assert [one["id"] for one in (await api("GET", "jobs", schedule_id=made["id"]))["items"]] == [
        job["id"]
    ]


async def test_deleting_a_schedule_keeps_its_jobs(api, make):
    made = await make()
    job = await api("POST", f"schedules/{made['id']}/run")
    await api.ended(job["id"])

    deleted = await api.raw("DELETE", f"schedules/{made['id']}")

    assert deleted.code == 204
    for verb in ("GET", "PATCH", "DELETE"):
        body = {} if verb == "PATCH" else None
        assert (await api.raw(verb, f"schedules/{made['id']}", body)).code == 404
    assert (await api("GET", f"jobs/{job['id']}"))["schedule_id"] == made["id"]
