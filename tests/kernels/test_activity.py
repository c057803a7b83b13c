"""A job's kernel as the server lists and culls it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from jupyter_nbtasks.kernels.activity import Activity

WAIT = "from pathlib import Path\nimport time\nwhile not Path('go').exists():\n    time.sleep(0.02)"


@pytest.fixture(params=[True, False], ids=["in the process for it", "here"])
def nbtasks_config(request):
    """Both ways in which a notebook is executed."""
    return {"executor_process": request.param}


@pytest.fixture
def listed(jp_fetch):
    """A kernel as the server lists it."""

    async def listed(id):
        return json.loads((await jp_fetch("api", "kernels", id)).body)

    return listed


@pytest.fixture
def aged(jp_serverapp):
    """Make a kernel look as if it had last been active an hour ago; return it."""

    def aged(id):
        kernel = jp_serverapp.kernel_manager.get_kernel(id)
        kernel.last_activity -= timedelta(hours=1)
        return kernel

    return aged


@pytest.fixture
def cull(jp_serverapp):
    """Let the server cull a kernel if it would after a minute without activity."""

    async def cull(id):
        jp_serverapp.kernel_manager.cull_idle_timeout = 60
        await jp_serverapp.kernel_manager.cull_kernel_if_idle(id)

    return cull


async def test_a_kernel_whose_cell_runs_is_busy_and_is_not_culled(
    api, notebook, listed, aged, cull, jp_root_dir
):
    job = await api.submit(notebook(WAIT))
    running = await api.until(job["id"], lambda job: job["progress"]["current"] == 0)
    kernel = aged(running["kernel_id"])

    await cull(running["kernel_id"])

    assert (await listed(running["kernel_id"]))["execution_state"] == "busy"
    assert kernel._activity_stream is None
    (jp_root_dir / "go").touch()
    assert (await api.ended(job["id"]))["status"] == "COMPLETED"


async def test_what_a_job_prints_is_activity(api, notebook, aged, jp_root_dir):
    job = await api.submit(notebook(f"print('begun')\n{WAIT}", "1", WAIT.replace("go", "end")))
    running = await api.until(job["id"], lambda job: job["progress"]["current"] == 0)
    kernel = aged(running["kernel_id"])
    before = kernel.last_activity
    (jp_root_dir / "go").touch()

    await api.until(job["id"], lambda job: job["progress"]["current"] == 2)

    assert kernel.last_activity - before > timedelta(minutes=59)
    (jp_root_dir / "end").touch()
    await api.ended(job["id"])


async def test_a_kernel_that_is_kept_is_watched_and_culled_as_any(
    api, notebook, listed, aged, cull
):
    job = await api.run(notebook("1/0"), keep_kernel_on_failure=600)
    id = job["kernel_id"]
    kept = await listed(id)

    assert kept["execution_state"] == "idle"
    assert aged(id)._activity_stream is not None
    await cull(id)
    assert id not in api.assembly.ground.kernels._manager
    await api("DELETE", f"jobs/{job['id']}")
    await api.closed(job["id"])


class Plain(dict):
    """A manager of kernels that watches nothing."""

    get_kernel = dict.__getitem__


def test_a_manager_that_watches_nothing_is_left_alone():
    activity = Activity(Plain(k=object()), "k")

    activity.take_over()
    activity.tell("busy")
    activity.give_back()


async def test_a_kernel_that_is_gone_is_told_nothing(app, jp_serverapp):
    kernels = app.assembly.ground.kernels
    kernel = await kernels.start(await kernels.spec("python3"), "", {}, 60)
    kernel.activity.take_over()
    await kernel.kill()

    kernel.activity.tell("busy")
    kernel.activity.give_back()

    assert kernel.id not in jp_serverapp.kernel_manager
