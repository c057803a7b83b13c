"""Who may take a job, and what becomes of those whose server is gone."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import psutil
import pytest

from jupyter_nbtasks.assembly.ground import utc_now
from jupyter_nbtasks.kernels.processes import process_name, this_server

ELSEWHERE = "another-machine/1790000000/1/1790000000.00/abcd"


def gone():
    """The name of a server of this machine whose process has ended."""
    host, booted, _, created, token = this_server().rsplit("/", 4)
    return "/".join([host, booted, "4194304", created, token])


@pytest.fixture
def idle(app, jp_asyncio_loop):
    """The jobs of a server that takes none."""
    jp_asyncio_loop.run_until_complete(app.assembly.jobs.worker.stop())
    return app.assembly.jobs


async def held_by(jobs, api, notebook, server, seconds):
    """Let *server* claim a job, with a lease of that many *seconds*; return its id."""
    job = await api.submit(notebook("1"))
    now = utc_now()
    await jobs.store.claim(server, now, now + timedelta(seconds=seconds))
    return job["id"]


@pytest.mark.parametrize(
    ("server", "seconds"),
    [(gone(), 20), (None, 20)],
    ids=["its process is gone", "this one, which does not run it"],
)
async def test_a_job_whose_server_is_gone_fails(idle, api, notebook, server, seconds):
    id = await held_by(idle, api, notebook, server or idle.worker.server, seconds)

    await idle.worker.start()

    job = await api("GET", f"jobs/{id}")
    assert (job["status"], job["reason"]) == ("FAILED", "server_lost")


async def test_a_lost_attempt_is_kept_and_the_job_tried_again_once(idle, api, notebook):
    job = await api.submit(notebook("1"), max_attempts=9, retry_delay=0)
    servers = [gone(), gone()]
    for server in servers:
        now = utc_now()
        await idle.store.claim(server, now, now + timedelta(seconds=20))
        await idle.worker.start()
        await idle.worker.stop()

    ended = await api("GET", f"jobs/{job['id']}")

    assert (ended["status"], ended["reason"], ended["attempt"]) == ("FAILED", "server_lost", 2)
    assert ended["message"].endswith("twice; it is not tried again.")
    assert [one["server"] for one in ended["attempts"]] == servers
    assert {one["reason"] for one in ended["attempts"]} == {"server_lost"}


@pytest.fixture
def left_kernel():
    """A process that was a kernel, and its child outside of its process group."""
    code = (
        "import subprocess, sys, time\n"
        "wait = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "far = subprocess.Popen(wait, stdout=subprocess.DEVNULL, start_new_session=True)\n"
        "print(far.pid, flush=True)\ntime.sleep(600)"
    )
    kernel = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    child = psutil.Process(int(kernel.stdout.readline()))
    yield kernel, child
    for process in (kernel, child):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    kernel.communicate()


@pytest.mark.parametrize("is_over", [False, True], ids=["ran", "was over"])
async def test_the_kernel_of_a_lost_server_is_ended(idle, api, notebook, left_kernel, is_over):
    id = await held_by(idle, api, notebook, gone(), 20)
    job = await idle.store.get(id)
    kernel, child = left_kernel
    await idle.started.add(job, process_name(kernel.pid))
    if is_over:
        await idle.store.save(job.completed(utc_now(), kernel_id="kept"), was=job)

    await idle.worker.start()

    assert await asyncio.to_thread(kernel.wait, 60) == -signal.SIGKILL
    assert (await asyncio.to_thread(psutil.wait_procs, [child], 60))[1] == []
    assert (await api("GET", f"jobs/{id}"))["kernel_id"] is None
    assert await idle.started.all() == []


async def test_the_kernel_of_a_server_that_may_live_is_left_to_it(idle, api, notebook, left_kernel):
    id = await held_by(idle, api, notebook, this_server(), 20)
    kernel, _ = left_kernel
    await idle.started.add(await idle.store.get(id), process_name(kernel.pid))

    await idle.worker.start()

    assert kernel.poll() is None
    assert len(await idle.started.all()) == 1


@pytest.mark.parametrize("seconds", [20, -600], ids=["on time", "by a clock that is ahead"])
@pytest.mark.parametrize("server", [ELSEWHERE, this_server()], ids=["elsewhere", "here"])
async def test_a_job_whose_server_may_live_is_left_to_it(idle, api, notebook, server, seconds):
    id = await held_by(idle, api, notebook, server, seconds)

    await idle.worker.start()

    assert (await api("GET", f"jobs/{id}"))["status"] == "EXECUTING"


class TestAServerElsewhere:
    @pytest.fixture
    def nbtasks_config(self):
        return {"lease": 2.0}

    @pytest.mark.parametrize("seconds", [-600, 600], ids=["behind", "ahead"])
    async def test_that_renews_its_lease_keeps_its_job_whatever_its_clock_says(
        self, idle, api, notebook, seconds
    ):
        kept = await held_by(idle, api, notebook, ELSEWHERE, seconds)
        lost = await held_by(idle, api, notebook, f"{ELSEWHERE}-lost", seconds)
        clock = utc_now() + timedelta(seconds=seconds)
        await idle.worker.start()

        while (await api("GET", f"jobs/{lost}"))["status"] == "EXECUTING":
            clock += timedelta(milliseconds=1)
            await idle.store.renew(ELSEWHERE, clock)

        assert (await api("GET", f"jobs/{lost}"))["reason"] == "server_lost"
        assert (await api("GET", f"jobs/{kept}"))["status"] == "EXECUTING"


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
        row = await app.assembly.jobs.store.get(job["id"])

        await app.assembly.jobs.store.save(row.cancelling(), was=row)

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
