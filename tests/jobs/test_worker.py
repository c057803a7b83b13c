"""Who may take a job, and what becomes of those whose server is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jupyter_nbtasks.jobs.processes import this_server
from jupyter_nbtasks.parts import utc_now

ELSEWHERE = "another-machine/1790000000/1/1790000000.00/abcd"


def gone():
    """The name of a server of this machine whose process has ended."""
    host, booted, _, created, token = this_server().rsplit("/", 4)
    return "/".join([host, booted, "4194304", created, token])


@pytest.fixture
def idle(app, jp_asyncio_loop):
    """The parts of a server that takes no jobs."""
    jp_asyncio_loop.run_until_complete(app.parts.worker.stop())
    return app.parts


async def held_by(parts, api, notebook, server, seconds):
    """Let *server* claim a job, with a lease till in *seconds*; return its id."""
    job = await api.submit(notebook("1"))
    now = utc_now()
    await parts.store.claim(server, now, now + timedelta(seconds=seconds))
    return job["id"]


@pytest.mark.parametrize(
    ("server", "seconds"),
    [(gone(), 20), (ELSEWHERE, -1), (None, 20)],
    ids=["its process is gone", "its lease is over", "this one, which does not run it"],
)
async def test_a_job_whose_server_is_gone_fails(idle, api, notebook, server, seconds):
    id = await held_by(idle, api, notebook, server or idle.worker.server, seconds)

    await idle.worker.start()

    job = await api("GET", f"jobs/{id}")
    assert (job["status"], job["reason"]) == ("FAILED", "server_lost")


@pytest.mark.parametrize("server", [ELSEWHERE, this_server()])
async def test_a_job_whose_server_may_live_is_left_to_it(idle, api, notebook, server):
    id = await held_by(idle, api, notebook, server, 20)

    await idle.worker.start()

    assert (await api("GET", f"jobs/{id}"))["status"] == "EXECUTING"


async def test_a_job_that_was_being_cancelled_when_its_server_was_lost_is_cancelled(
    idle, api, notebook
):
    id = await held_by(idle, api, notebook, gone(), 20)
    await api("POST", f"jobs/{id}/cancel")

    await idle.worker.start()

    assert (await api("GET", f"jobs/{id}"))["status"] == "CANCELLED"


async def test_what_waits_when_the_server_stops_waits_on(idle, api, notebook):
    job = await api.submit(notebook("1"))
    assert job["status"] == "SUBMITTED"

    await idle.worker.start()

    assert (await api.ended(job["id"]))["status"] == "COMPLETED"


class TestACancelFromElsewhere:
    @pytest.fixture
    def nbtasks_config(self):
        return {"lease": 2.0}

    async def test_is_noticed_with_the_next_heartbeat(self, app, api, notebook):
        job = await api.submit(notebook("import time\ntime.sleep(600)"))
        await api.until(job["id"], lambda job: job["progress"]["current"] == 0)
        row = await app.parts.store.get(job["id"])

        await app.parts.store.save(row.cancelling(), was=row)

        assert (await api.ended(job["id"]))["status"] == "CANCELLED"


class TestShares:
    @pytest.fixture
    def nbtasks_config(self):
        return {"max_concurrent_jobs": 2, "max_jobs_per_notebook": 1}

    async def test_a_notebook_runs_once_at_a_time_and_others_beside_it(
        self, api, notebook, jp_root_dir
    ):
        path = notebook(
            "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.02)"
        )
        first, second = await api.submit(path), await api.submit(path)
        other = await api.run(notebook("1", path="other.ipynb"))

        assert other["status"] == "COMPLETED"
        assert (await api("GET", f"jobs/{second['id']}"))["status"] == "SUBMITTED"
        (jp_root_dir / "go").touch()
        assert (await api.ended(second["id"]))["status"] == "COMPLETED"
        assert (await api("GET", f"jobs/{first['id']}"))["status"] == "COMPLETED"
