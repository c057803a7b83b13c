"""What can be done with schedules, on a real server with real kernels."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ..conftest import texts

NIGHTLY = {"cron": "0 3 * * *", "timezone": "Europe/Berlin"}
TOLD = """import os
print(*(os.environ[f"NBTASKS_{name}"] for name in ("SCHEDULE_ID", "NOMINAL_TIME")))
print(day)"""
EVERY_SECOND = {"interval": 1, "overlap": "skip", "max_occurrences": 1}


@pytest.fixture
def make(api, notebook):
    """Make a schedule of a notebook that does nothing much."""

    async def make(**fields):
        fields = {"notebook": notebook("1", parameters="n: int = 1"), **fields}
        return await api("POST", "schedules", NIGHTLY | fields)

    return make


async def until(api, schedule, reached):
    """The schedule as soon as ``reached(schedule)``; each change of a job is a reason to look."""
    while True:
        changed = api.next_change()
        found = await api("GET", f"schedules/{schedule['id']}")
        if reached(found):
            changed.close()
            return found
        await changed


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


async def test_lists_come_in_pages_newest_first(api, make):
    ids = [(await make(name=f"{n}"))["id"] for n in range(5)]

    first = await api("GET", "schedules", limit="3")
    rest = await api("GET", "schedules", limit="3", cursor=first["next"])

    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


async def test_schedules_are_found_by_notebook_and_state(api, make, notebook):
    other = await make(notebook=notebook("1", path="other.ipynb"))
    paused = await make(state="PAUSED")

    async def ids(**query):
        return [one["id"] for one in (await api("GET", "schedules", **query))["items"]]

    assert await ids(notebook="other.ipynb") == [other["id"]]
    assert await ids(item_id=other["item_id"]) == [other["id"]]
    assert await ids(state="PAUSED") == [paused["id"]]
    assert await ids(state="ENDED") == []


async def test_occurrences_come_in_pages_newest_first(api, notebook):
    asked = {"interval": 1, "max_occurrences": 5, "overlap": "skip", "notebook": notebook("1")}
    made = await api("POST", "schedules", asked)
    await until(api, made, lambda one: one["state"] == "ENDED" and one["last_job"]["ended_at"])
    address = f"schedules/{made['id']}/occurrences"

    first = await api("GET", address, limit="3")
    rest = await api("GET", address, limit="3", cursor=first["next"])

    times = [one["nominal_time"] for one in first["items"] + rest["items"]]
    assert times == sorted(set(times), reverse=True)
    assert (len(times), rest["next"]) == (5, None)


async def test_a_renamed_notebook_is_followed(api, app, make, jp_fetch, jp_root_dir):
    made = await make()

    await jp_fetch("api", "contents", "work.ipynb", method="PATCH", body='{"path": "moved.ipynb"}')

    assert (await api("GET", f"schedules/{made['id']}"))["notebook"] == "moved.ipynb"
    job = await api("POST", f"schedules/{made['id']}/run")
    assert job["notebook"] == "moved.ipynb"
    assert (await api.ended(job["id"]))["status"] == "COMPLETED"


async def test_a_moved_notebook_is_followed_when_it_is_due(api, notebook, jp_fetch):
    asked = {"interval": 2, "max_occurrences": 1, "notebook": notebook("1", path="in/work.ipynb")}
    made = await api("POST", "schedules", asked)
    await jp_fetch("api", "contents", "in", method="PATCH", body='{"path": "out"}')

    fired = await until(api, made, lambda one: one["last_job"] and one["last_job"]["ended_at"])

    assert (fired["notebook"], fired["last_job"]["status"]) == ("out/work.ipynb", "COMPLETED")
    found = await api("GET", "schedules", notebook="out/work.ipynb")
    assert [one["id"] for one in found["items"]] == [made["id"]]


async def test_a_deleted_notebook_pauses_the_schedule(api, app, notebook, jp_fetch, jp_serverapp):
    asked = {"interval": 1, "notebook": notebook("1")}
    heard = asyncio.Queue()

    async def listener(logger, schema_id, data):
        heard.put_nowait(data)

    schema = "https://events.jupyter.org/jupyter_nbtasks/schedule/v1"
    jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
    made = await api("POST", "schedules", asked | {"start": "2030-01-01T00:00:00Z"})
    await jp_fetch("api", "contents", "work.ipynb", method="DELETE")
    row = await app.assembly.schedules.store.get(made["id"])
    due = datetime.now(UTC).replace(microsecond=0)

    request = row.request | {"start": due.isoformat()}
    early = replace(row, next_run_at=due, request=request).next_version(due)
    await app.assembly.schedules.store.save(early, was=row)
    app.assembly.schedules.ticker.wake()
    while (data := await heard.get())["state"] != "PAUSED":
        pass

    assert data == {"id": made["id"], "state": "PAUSED"}
    paused = await api("GET", f"schedules/{made['id']}")
    assert paused["message"] == (
        "The notebook 'work.ipynb' is gone: it was deleted, or moved elsewhere."
    )
    assert paused["recent"][0]["state"] == "skipped"


async def test_a_preview_tells_what_a_rule_will_do(api, app):
    asked = {
        "cron": "30 2 * * 1-5", "timezone": "Europe/Berlin", "count": 2,
        "start": "2030-01-01T00:00:00",
    }  # fmt: skip

    preview = await api("POST", "schedules/preview", asked)

    assert preview["description"] == "At 02:30 on Monday through Friday"
    assert preview["next"] == [
        {"utc": "2030-01-01T01:30:00.000Z", "local": "2030-01-01T02:30:00+01:00"},
        {"utc": "2030-01-02T01:30:00.000Z", "local": "2030-01-02T02:30:00+01:00"},
    ]
    assert preview["notes"] == []
    sunday = await api("POST", "schedules/preview", asked | {"cron": "30 2 * * *"})
    assert "2030-03-31" in sunday["notes"][0]
    assert "runs at 03:00" in sunday["notes"][0]
    interval = await api("POST", "schedules/preview", {"interval": 900})
    assert (interval["description"], len(interval["next"])) == ("Every 15 minutes", 5)
    ended = await api(
        "POST", "schedules/preview", {"cron": "@daily", "end": "2020-01-01T00:00:00Z"}
    )
    assert (ended["next"], ended["notes"]) == ([], [])
    assert (await api("GET", "schedules"))["items"] == []


async def test_events_carry_ids_and_states_only(api, make, jp_serverapp):
    heard = []

    async def listener(logger, schema_id, data):
        heard.append(data)

    schema = "https://events.jupyter.org/jupyter_nbtasks/schedule/v1"
    jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
    made = await make()
    await api("POST", f"schedules/{made['id']}/pause")
    await api("DELETE", f"schedules/{made['id']}")
    await jp_serverapp.event_logger.gather_listeners()

    assert heard == [
        {"id": made["id"], "state": state} for state in ("ACTIVE", "PAUSED", "DELETED")
    ]
