"""The extension as the server starts it: its settings, and what happens where it cannot work."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from jupyter_nbtasks.caller import local_user


class TestSettings:
    @pytest.fixture
    def nbtasks_config(self):
        return {"max_concurrent_jobs": 3, "default_timeout": 90, "root_name": "shared"}

    async def test_reach_the_jobs(self, api, app, notebook):
        limits = (await api("GET", "config"))["limits"]
        job = await api.run(notebook("1"))

        assert (limits["max_concurrent_jobs"], limits["default_timeout"]) == (3, 90)
        assert (job["timeout"], job["owner"]) == (90, local_user())
        assert (await app.assembly.jobs.store.get(job["id"])).root == "shared"


class TestWithoutADatabase:
    @pytest.fixture
    def nbtasks_config(self, tmp_path):
        (tmp_path / "broken.sqlite3").write_text("this is not a database, but it is a file" * 100)
        return {"database_url": f"sqlite:///{tmp_path / 'broken.sqlite3'}"}

    async def test_the_server_runs_and_says_what_is_wrong(self, api, jp_fetch):
        refused = await api.raw("GET", "jobs")

        assert (refused.code, refused.json["reason"]) == (503, "database_unavailable")
        assert "broken.sqlite3" in refused.json["message"]
        assert (await jp_fetch("api", "status")).code == 200


async def test_what_no_job_refers_to_is_swept_after_an_hour(api, app, notebook, tmp_path):
    gone = await api.run(notebook("print('gone')", path="gone.ipynb"))
    kept = await api.run(notebook("print('kept')", path="kept.ipynb"))
    await api("DELETE", f"jobs/{gone['id']}")
    assert await app.assembly.sweep() == 0

    for blob in (tmp_path / "nbtasks" / "blobs").rglob("??/*"):
        os.utime(blob, (0, 0))

    assert await app.assembly.sweep() > 0
    assert "kept" in (await api.output(kept["id"])).cells[0].outputs[0].text
    assert "kept" in (await api.raw("GET", f"jobs/{kept['id']}/input")).body.decode()


async def test_a_folder_that_turned_into_a_file_is_said_until_it_is_one_again(
    api, notebook, tmp_path
):
    blobs = tmp_path / "nbtasks" / "blobs"
    done = await api.run(notebook("print('done')"))
    blobs.rename(tmp_path / "aside")
    blobs.write_text("a file")

    refused = [
        await api.raw("POST", "jobs", {"notebook": "work.ipynb"}),
        await api.raw("GET", f"jobs/{done['id']}/output"),
    ]

    assert {(one.code, one.json["reason"]) for one in refused} == {(503, "store_unavailable")}
    assert all("Retry-After" in one.headers for one in refused)
    blobs.unlink()
    (tmp_path / "aside").rename(blobs)
    assert (await api.run("work.ipynb"))["status"] == "COMPLETED"


async def test_a_database_that_is_damaged_while_it_is_used_is_said_until_it_is_mended(
    api, app, notebook, tmp_path
):
    await api.run(notebook("print('done')"))
    file = tmp_path / "nbtasks" / "nbtasks.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.execute("PRAGMA page_size").fetchone()[0]
    good = file.read_bytes()
    with file.open("r+b") as damaged:
        damaged.seek(size)
        damaged.write(os.urandom(len(good) - size))
    # Whoever has read the file before may still know what was in it.
    app.assembly.ground.database._engine.dispose()

    refused = [
        await api.raw("GET", "jobs"),
        await api.raw("GET", "schedules"),
        await api.raw("POST", "jobs", {"notebook": "work.ipynb"}),
    ]

    assert {(one.code, one.json["reason"]) for one in refused} == {(503, "database_unavailable")}
    with file.open("r+b") as mended:
        mended.write(good)
    assert (await api.run("work.ipynb"))["status"] == "COMPLETED"
