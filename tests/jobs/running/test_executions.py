"""Where notebooks are executed, and what becomes of jobs when the process for it is lost."""

from __future__ import annotations

from contextlib import suppress

import psutil
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_server.gateway.managers import GatewayKernelManager

from jupyter_nbtasks.kernels.kernel import JobKernel

from ...conftest import texts
from .test_attempt import is_running, printed

WAIT = "from pathlib import Path\nimport time\nwhile not Path('go').exists():\n    time.sleep(0.02)"


def executing():
    """The processes of ours that execute notebooks."""
    found = []
    for child in psutil.Process().children():
        # One of the tests before may have left a process that nobody has asked after.
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if "jupyter_nbtasks.execution" in " ".join(child.cmdline()):
                found.append(child)
    return found


@pytest.fixture
def lose(api, notebook):
    """Run a job until it has printed, and kill the process that executes it; the job then."""

    async def lose(**fields):
        path = notebook("print('first')", f"print('begun', flush=True)\n{WAIT}")
        job = await api.submit(path, **fields)
        await printed(api, job["id"], "begun")
        [process] = executing()
        process.kill()
        return await api("GET", f"jobs/{job['id']}")

    return lose


async def test_a_job_whose_process_is_killed_has_failed_with_what_it_had_printed(api, lose):
    job = await lose()
    kernel = api.assembly.ground.kernels._manager.get_kernel(job["kernel_id"]).provisioner.pid

    ended = await api.ended(job["id"])
    await api.closed(job["id"])

    assert (ended["status"], ended["reason"]) == ("FAILED", "server_lost")
    assert ended["message"] == (
        "The process of the server that ran it was killed. What had run is in the output."
    )
    assert [cell["status"] for cell in ended["cells"]] == ["completed", "running"]
    assert texts(await api.output(job["id"])) == ["first\n", "begun\n"]
    assert not is_running(kernel)


async def test_the_next_job_runs_in_a_new_process(api, lose, notebook):
    await api.ended((await lose())["id"])

    job = await api.run(notebook("print('on')"))

    assert job["status"] == "COMPLETED"
    assert len(executing()) == 1


async def test_a_job_that_may_be_tried_again_is(api, lose, jp_root_dir):
    job = await lose(max_attempts=2, retry_delay=0)
    (jp_root_dir / "go").touch()

    ended = await api.ended(job["id"])

    assert (ended["status"], ended["attempt"]) == ("COMPLETED", 2)


class TestSeveralAtOnce:
    @pytest.fixture
    def nbtasks_config(self):
        return {"max_concurrent_jobs": 3}

    async def test_jobs_end_for_their_own_reasons_when_the_process_is_stopped(self, api, notebook):
        endless = f"print('begun', flush=True)\n{WAIT}"
        lost, cancelled = [await api.submit(notebook(endless, path=f"{n}.ipynb")) for n in "ab"]
        for job in (lost, cancelled):
            await printed(api, job["id"], "begun")
        late = await api.submit(notebook(endless), timeout=5)
        [process] = executing()
        process.suspend()

        await api("POST", f"jobs/{cancelled['id']}/cancel")
        ended = [await api.ended(job["id"]) for job in (lost, cancelled, late)]

        assert [job["reason"] for job in ended] == ["server_lost", None, "timeout"]
        assert ended[0]["message"] == (
            "The process of the server that ran it did not answer any more and was ended. "
            "What had run is in the output."
        )
        assert ended[1]["status"] == "CANCELLED"
        assert not is_running(process.pid)
        assert (await api.run(notebook("print('on')")))["status"] == "COMPLETED"


class TestWithoutTheProcess:
    @pytest.fixture
    def nbtasks_config(self):
        return {"executor_process": False}

    async def test_a_job_is_executed_by_the_server_itself(self, api, notebook):
        job = await api.run(notebook("print('here')"))

        assert texts(await api.output(job["id"])) == ["here\n"]
        assert executing() == []


class Kernels(dict):
    """Kernels by their id."""

    get_kernel = dict.__getitem__


def test_a_kernel_behind_a_gateway_has_no_sockets_to_connect_to():
    assert JobKernel("k", Kernels(k=GatewayKernelManager())).connection() is None


def test_a_kernel_whose_manager_has_its_sockets_is_connected_to_with_its_key():
    manager = AsyncKernelManager(shell_port=5000)
    manager.session.key = b"secret"

    connection = JobKernel("k", Kernels(k=manager)).connection()

    assert (connection["shell_port"], connection["key"]) == (5000, "secret")
