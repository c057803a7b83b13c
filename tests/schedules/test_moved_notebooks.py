"""Schedules of notebooks that are renamed, moved or deleted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from .conftest import until


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
