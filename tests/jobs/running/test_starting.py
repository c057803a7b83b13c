"""A kernel that ends before its first cell is started again, which is not an attempt of the job."""

from __future__ import annotations

import json
import sys

import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

KILLED_AT_ONCE = 2
# It ends as one whose port was taken meanwhile does, for as long as its file has too few lines.
FAILS_AT_FIRST = """
import sys
file = open(sys.argv.pop(1), "a+")
file.write("started\\n")
file.seek(0)
if len(file.readlines()) <= int(sys.argv.pop(1)):
    sys.exit("Address already in use")
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


@pytest.fixture(params=[True, False], ids=["in the process for it", "here"])
def nbtasks_config(request):
    return {"executor_process": request.param}


@pytest.fixture
def kernelspec(jp_data_dir):
    def write(name, *options):
        folder = jp_data_dir / "kernels" / name
        folder.mkdir(parents=True)
        argv = [sys.executable, *options, "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": name, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))
        return name

    return write


class KillsAtOnce(AsyncMappingKernelManager):
    """Its first kernels have ended before anybody gets them."""

    killed = 0

    async def start_kernel(self, **given):
        id = await super().start_kernel(**given)
        if self.killed < KILLED_AT_ONCE:
            self.killed += 1
            provisioner = self.get_kernel(id).provisioner
            provisioner.process.kill()
            await provisioner.wait()
        return id


class TestAKernelThatHasEndedAtOnce:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["kernel_manager_class"] = KillsAtOnce
        return jp_server_config

    async def test_that_is_started_again_too(self, api, notebook, jp_serverapp):
        job = await api.run(notebook("print('ran')"))

        assert (job["status"], job["attempt"]) == ("COMPLETED", 1)
        assert jp_serverapp.kernel_manager.killed == KILLED_AT_ONCE
        await api.assembly.jobs.worker.closed(job["id"])
        assert jp_serverapp.kernel_manager.list_kernel_ids() == []


async def test_a_kernel_that_neither_answers_nor_ends_as_its_port_is_taken_is_started_again(
    crowded, app, api, notebook, caplog, jp_serverapp
):
    job = await api.run(notebook("print('ran')"))

    assert (job["status"], job["attempt"]) == ("COMPLETED", 1)
    port = crowded.taken[0].getsockname()[1]
    assert f"another process has taken its port {port}" in caplog.text
    await api.assembly.jobs.worker.closed(job["id"])
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


@pytest.mark.parametrize("times", [1, 3])
async def test_a_kernel_that_ends_early_is_started_again(
    api, notebook, kernelspec, tmp_path, times
):
    count = tmp_path / "count"
    (tmp_path / "kernel.py").write_text(FAILS_AT_FIRST)
    name = kernelspec("late", str(tmp_path / "kernel.py"), str(count), str(times))

    job = await api.run(notebook("print('ran')"), kernel_name=name)

    assert (job["status"], job["attempt"], job["message"]) == ("COMPLETED", 1, None)
    assert len(count.read_text().splitlines()) >= times + 1


async def test_what_a_kernel_said_that_never_starts_is_told(api, notebook, kernelspec):
    # Without its site an interpreter finds no packages.
    name = kernelspec("empty", "-I", "-S", "-m", "ipykernel_launcher")

    job = await api.run(notebook("1"), kernel_name=name)

    assert (job["status"], job["reason"]) == ("FAILED", "kernel_start_failed")
    assert job["message"].endswith("No module named ipykernel_launcher")
    assert "it exited with status 1" in job["message"]
