"""Jobs of a whole server, on forked kernels."""

from __future__ import annotations

import asyncio
import platform

import pytest

from ..conftest import texts

SOURCES = ["import os; print(os.environ['NBTASKS_JOB_ID'])", "print(os.getcwd())"]


@pytest.fixture
def nbtasks_config():
    return {"fork_kernels": True, "warm_kernels": 1}


async def begun(app):
    """Wait until the fork servers that are wanted have begun."""
    await asyncio.gather(*app.assembly.ground.kernels.fork_servers._starts.values())


async def test_the_second_job_runs_on_a_forked_kernel(app, api, notebook, jp_root_dir):
    path = notebook(*SOURCES, path="deep/work.ipynb")
    jobs = []
    for _ in range(2):
        jobs.append(await api.run(path))
        await begun(app)

    for job in jobs:
        assert job["status"] == "COMPLETED"
        printed = texts(await api.output(job["id"]))
        assert printed == [f"{job['id']}\n", f"{jp_root_dir / 'deep'}\n"]
        assert 0 < job["usage"]["cpu_seconds"] < job["usage"]["kernel_seconds"] + 1
    assert jobs[0]["kernel_start"] == "cold: its fork server has not begun yet"
    assert jobs[1]["kernel_start"] in ("fork", "warm")


async def test_a_job_that_comes_later_runs_on_a_warm_kernel(app, api, notebook):
    path = notebook(*SOURCES)
    await api.run(path)
    await begun(app)

    jobs = [await api.run(path) for _ in range(5)]

    warm = [job for job in jobs if job["kernel_start"] == "warm"]
    assert warm
    for job in warm:
        assert texts(await api.output(job["id"]))[0] == f"{job['id']}\n"


@pytest.mark.parametrize("nbtasks_config", [{"fork_kernels": True, "warm_kernels": 0}])
async def test_a_forked_kernel_whose_port_another_has_taken_ends(crowded, app, api, notebook):
    crowded.spared = 1
    await api.run(notebook("1"))
    await begun(app)

    job = await api.run(notebook("1"))

    assert crowded.taken
    assert (job["status"], job["attempt"]) == ("COMPLETED", 1)


@pytest.mark.parametrize("nbtasks_config", [{"fork_kernels": True, "warm_kernels": 0}])
async def test_warm_kernels_can_be_switched_off(app, api, notebook):
    starts = set()
    for _ in range(3):
        starts.add((await api.run(notebook("1")))["kernel_start"])
        await begun(app)
        await asyncio.sleep(0)

    assert starts == {"cold: its fork server has not begun yet", "fork"}


async def test_a_job_on_a_forked_kernel_can_be_cancelled(app, api, notebook):
    await api.run(notebook("1"))
    await begun(app)
    path = notebook("import time; print('here', flush=True); time.sleep(600)")
    id = (await api.submit(path))["id"]
    await api.until(id, lambda job: job["kernel_id"] is not None)

    await api("POST", f"jobs/{id}/cancel")

    assert (await api.ended(id))["status"] == "CANCELLED"


async def test_a_job_whose_forked_kernel_dies_says_so(app, api, notebook):
    await api.run(notebook("1"))
    await begun(app)

    job = await api.run(notebook("print('last')", "import os, signal; os.kill(os.getpid(), 11)"))

    assert (job["status"], job["reason"]) == ("FAILED", "kernel_died")
    assert texts(await api.output(job["id"]))[0] == "last\n"


@pytest.mark.parametrize("nbtasks_config", [{"fork_kernels": False}])
async def test_forking_can_be_switched_off(app, api, notebook):
    job = await api.run(notebook("1"))

    assert job["status"] == "COMPLETED"
    assert app.assembly.ground.kernels.fork_servers is None
    assert job["kernel_start"] is None


@pytest.mark.parametrize("nbtasks_config", [{"fork_kernels": True, "fork_preload": ["numpy"]}])
async def test_a_preload_is_there_at_once(app, api, notebook):
    path = notebook("import sys; print('numpy' in sys.modules)")
    first = await api.run(path)
    await begun(app)
    second = await api.run(path)

    assert texts(await api.output(first["id"])) == ["False\n"]
    assert texts(await api.output(second["id"])) == ["True\n"]


# It has asked before, as ipykernel has, when the machine had another name.
EARLY = """import gettext, platform
platform._uname_cache = platform.uname()._replace(node="before")
gettext._translations["before"] = None
"""
LATE = """import gettext, platform, sys
print('early' in sys.modules, platform.node(), gettext._translations)"""


@pytest.mark.parametrize(
    "nbtasks_config", [{"fork_kernels": True, "fork_preload": ["early"], "warm_kernels": 0}]
)
async def test_a_fork_asks_the_machine_anew(app, api, notebook, tmp_path, monkeypatch):
    (tmp_path / "early.py").write_text(EARLY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    await api.run(notebook("1"))
    await begun(app)

    job = await api.run(notebook(LATE))

    assert job["kernel_start"] == "fork"
    assert texts(await api.output(job["id"])) == [f"True {platform.node()} {{}}\n"]
