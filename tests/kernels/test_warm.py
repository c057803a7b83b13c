"""Kernels that are started before their job, where none can be forked."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys

import psutil
import pytest

from jupyter_nbtasks.kernels.model import KernelSpec
from jupyter_nbtasks.kernels.warm import KernelRequest, WarmKernels

from ..conftest import texts

PRINT = "import os; print(os.environ['NBTASKS_JOB_ID'], os.getcwd())"


@pytest.fixture
def nbtasks_config():
    return {"warm_kernels": 1}


@pytest.fixture
def run(api):
    """Run a job, and wait until there is a kernel for the next; the job."""

    async def run(path, **fields):
        job = await api.run(path, **fields)
        await api.closed(job["id"])
        await asyncio.gather(*api.assembly.jobs.warm._background._tasks)
        return job

    return run


def waiting(api):
    """The process of the one kernel that waits."""
    [kernel] = api.assembly.jobs.warm._pool
    return psutil.Process(kernel.processes.pid)


async def test_the_next_job_has_a_kernel_that_waited_and_knows_nothing_of_it(
    api, run, notebook, jp_root_dir
):
    path = notebook(PRINT, "print(get_ipython().execution_count, len(In))", path="deep/work.ipynb")
    first = await run(path)
    waited = waiting(api)
    second = await run(path)

    assert [job["kernel_start"] for job in (first, second)] == [None, "warm"]
    [count] = texts(await api.output(first["id"]))[1:]
    printed = texts(await api.output(second["id"]))
    assert printed == [f"{second['id']} {jp_root_dir / 'deep'}\n", count]
    assert not waited.is_running()
    assert waiting(api).pid != waited.pid


async def test_a_job_that_it_does_not_fit_leaves_it_to_others(api, run, notebook):
    path = notebook(PRINT)
    await run(path)
    waited = waiting(api)

    assert (await run(path, env={"OTHER": "1"}))["kernel_start"] is None
    assert waiting(api) == waited
    assert (await run(path))["kernel_start"] == "warm"
    other = notebook(PRINT, path="deep/other.ipynb")
    assert (await run(other))["kernel_start"] is None
    # The room is for the kind that was used last.
    assert (await run(other))["kernel_start"] == "warm"


async def test_one_that_was_shut_down_is_not_used(api, run, notebook, jp_serverapp):
    path = notebook(PRINT)
    await run(path)
    [id] = jp_serverapp.kernel_manager.list_kernel_ids()
    await jp_serverapp.kernel_manager.shutdown_kernel(id)

    job = await run(path)

    assert (job["status"], job["kernel_start"]) == ("COMPLETED", None)


async def test_one_that_died_is_not_used_and_not_listed(api, run, notebook, jp_serverapp):
    path = notebook(PRINT)
    await run(path)
    [id] = jp_serverapp.kernel_manager.list_kernel_ids()
    waited = waiting(api)
    waited.kill()
    await asyncio.to_thread(waited.wait, 30)

    job = await run(path)

    assert (job["status"], job["kernel_start"]) == ("COMPLETED", None)
    assert id not in jp_serverapp.kernel_manager.list_kernel_ids()


async def test_it_is_given_up_when_no_job_comes(api, run, notebook):
    await run(notebook(PRINT))
    waited = waiting(api)
    spec = await api.assembly.ground.kernels.spec("python3")
    request = KernelRequest(spec=spec, folder="", env={"NBTASKS_JOB_ID": "1"})
    warm = WarmKernels(api.assembly.ground.kernels, 1, seconds=0.1)
    kernel = await api.assembly.ground.kernels.start(spec, "", {}, 60)
    await warm.prepare(request, kernel)
    [idle] = warm._pool

    assert await asyncio.to_thread(psutil.Process(idle.processes.pid).wait, 30) is not None

    assert waited.is_running()
    await kernel.kill()


async def test_nothing_is_left_of_it_when_the_server_stops(api, run, notebook, jp_serverapp):
    await run(notebook(PRINT))
    waited = waiting(api)

    await api.assembly.jobs.warm.close()

    assert not waited.is_running()
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


async def test_a_kernel_that_does_not_start_again_hurts_nobody(api, run, notebook, caplog):
    path = notebook(PRINT)
    spec = KernelSpec(name="gone", display_name="Gone", language="python", argv=())
    request = KernelRequest(spec=spec, folder="", env={"NBTASKS_JOB_ID": "1"})
    kernels = api.assembly.ground.kernels
    kernel = await kernels.start(await kernels.spec("python3"), "", {}, 60)

    await api.assembly.jobs.warm.prepare(request, kernel)

    assert "There is no kernel ready for the next job: Kernel 'gone' did not" in caplog.text
    assert (await run(path))["status"] == "COMPLETED"
    await kernel.kill()


async def test_one_of_a_kernelspec_that_was_changed_is_not_used(
    api, run, notebook, tmp_path, monkeypatch
):
    folder = tmp_path / "data" / "kernels" / "own"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Own", "language": "python"}
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    named = {"name": "own", "display_name": "Own", "language": "python"}
    path = notebook("import os; print(os.environ['OWN'])", kernelspec=named)
    printed = []
    for own in ("one", "two"):
        (folder / "kernel.json").write_text(json.dumps({**spec, "env": {"OWN": own}}))
        printed += texts(await api.output((await run(path))["id"]))

    assert printed == ["one\n", "two\n"]


LANGUAGES = {
    "bash": ([sys.executable, "-m", "bash_kernel", "-f"], "echo $NBTASKS_JOB_ID"),
    "R": (["R", "--slave", "-e", "IRkernel::main()", "--args"], "Sys.getenv('NBTASKS_JOB_ID')"),
}


# R is not a package of Python's.
@pytest.mark.parametrize(
    "language", [each for each in LANGUAGES if shutil.which(LANGUAGES[each][0][0])]
)
async def test_kernels_of_other_languages_wait_too(
    api, run, notebook, tmp_path, monkeypatch, language
):
    argv, source = LANGUAGES[language]
    (tmp_path / "data" / "kernels" / "own").mkdir(parents=True)
    spec = {"argv": [*argv, "{connection_file}"], "display_name": "Own", "language": language}
    (tmp_path / "data" / "kernels" / "own" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    named = {"name": "own", "display_name": "Own", "language": language}
    path = notebook(source, kernelspec=named)

    await run(path)
    job = await run(path)

    assert job["kernel_start"] == "warm"
    document = await api.output(job["id"])
    assert job["id"] in json.dumps(document)
