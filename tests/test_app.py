"""The extension as the server starts it: its settings, and what happens where it cannot work."""

from __future__ import annotations

import os

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
