"""How fork servers begin and end, and what happens to jobs meanwhile."""

from __future__ import annotations

import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import psutil
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from jupyter_nbtasks.forkserver.provisioner import NAME, ForkProvisioner

from .conftest import ask, bench, kernelspec

HOUSE = Path(__file__).parents[2]
PROVISIONER = f"{ForkProvisioner.__module__}:{ForkProvisioner.__name__}"


async def test_the_first_kernel_is_cold_and_the_next_is_forked(tmp_path):
    async with bench(tmp_path) as kernels:
        first = await kernels.start()
        assert first.start == "cold: its fork server has not begun yet"

        await first.prepare_next()

        assert (await kernels.start()).start == "fork"


async def test_one_fork_server_serves_all(kernels):
    one, other = await kernels.fork(), await kernels.fork()
    parents = {psutil.Process(each.processes.pid).ppid() for each in (one, other)}
    assert len(parents) == 1
    await one.prepare_next()
    assert parents == {psutil.Process((await kernels.fork()).processes.pid).ppid()}


async def test_the_kernel_of_a_person_is_started_by_jupyters_own(kernels):
    id = await kernels.manager.start_kernel(kernel_name="python3")

    assert type(kernels.manager.get_kernel(id).provisioner) is LocalProvisioner


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "PYTHONHASHSEED", "HOME"])
async def test_a_job_with_a_variable_of_its_own_that_is_read_early_is_cold(kernels, name):
    kernel = await kernels.start(**{name: "7"})

    assert kernel.start == f"cold: the job has another {name}"
    assert await ask(kernel, f"import os\nos.environ[{name!r}]") == "7"


async def test_a_job_that_prints_into_a_pipe_or_is_started_otherwise_is_cold(kernels):
    kernel = await kernels.start_with(stdout=subprocess.PIPE)
    assert kernel.provisioner.start == "cold: its output goes into a pipe"
    kernel = await kernels.start_with(independent=True)
    assert kernel.provisioner.start == "cold: it is started with independent"


async def test_what_a_kernelspec_says_of_the_environment_holds_for_its_fork_server(tmp_path, data):
    kernelspec(data, "one-thread", env={"OMP_NUM_THREADS": "1", "OWN": "${NBTASKS_X}"})
    async with bench(tmp_path) as kernels:
        first = await kernels.start("one-thread", NBTASKS_X="first")
        await first.prepare_next()

        kernel = await kernels.start("one-thread", NBTASKS_X="second")

        assert kernel.start == "fork"
        source = "import os\n[os.environ['OMP_NUM_THREADS'], os.environ['OWN']]"
        assert await ask(kernel, source) == ["1", "second"]
        server = psutil.Process(psutil.Process(kernel.processes.pid).ppid())
        assert server.environ()["OWN"] == "${NBTASKS_X}"
        # This one has the same interpreter, but not that variable.
        plain = await kernels.start(NBTASKS_X="third")
        assert plain.start == "cold: its fork server is being replaced"


@pytest.fixture
def other(tmp_path, monkeypatch):
    """The name of a provisioner that another package brings: it is Jupyter's own."""
    (tmp_path / "other-1.dist-info").mkdir()
    (tmp_path / "other-1.dist-info" / "METADATA").write_text("Name: other\nVersion: 1\n")
    entry = "other = jupyter_client.provisioning:LocalProvisioner"
    (tmp_path / "other-1.dist-info" / "entry_points.txt").write_text(
        f"[{KernelProvisionerFactory.GROUP_NAME}]\n{entry}\n{NAME} = {PROVISIONER}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    # There is one a process; it looks for provisioners when it is made.
    KernelProvisionerFactory.clear_instance()
    yield "other"
    KernelProvisionerFactory.clear_instance()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("other", LocalProvisioner), (NAME, ForkProvisioner), ("local-provisioner", ForkProvisioner)],
)
async def test_a_provisioner_that_the_kernelspec_names_is_kept(tmp_path, data, other, name, kind):
    kernelspec(data, "own", metadata={"kernel_provisioner": {"provisioner_name": name}})
    async with bench(tmp_path) as kernels:
        kernel = await kernels.start("own")

        assert type(kernels.manager.get_kernel(kernel.id).provisioner) is kind
        assert kernel.start == (
            None if name == other else "cold: its fork server has not begun yet"
        )


async def test_a_provisioner_that_the_server_is_set_to_is_kept(kernels, other):
    KernelProvisionerFactory.instance().default_provisioner_name = other

    kernel = await kernels.start()

    assert type(kernels.manager.get_kernel(kernel.id).provisioner) is LocalProvisioner


def test_the_provisioner_is_announced_to_jupyter():
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    assert project["entry-points"][KernelProvisionerFactory.GROUP_NAME] == {NAME: PROVISIONER}


async def test_a_changed_package_is_not_forked_but_replaced(tmp_path, modules):
    file = modules("changing", "value = 1")
    async with bench(tmp_path, preload=("changing",)) as kernels:
        await kernels.prepare()
        old = await kernels.fork()
        file.write_text("value = 'two'")

        kernel = await kernels.start()

        assert kernel.start == f"cold: {file} has changed since its fork server began"
        assert await ask(kernel, "import changing\nchanging.value") == "two"
        await kernel.prepare_next()
        assert await ask(await kernels.fork(), "import changing\nchanging.value") == "two"
        # A kernel that was there before lives on with the old one.
        assert await ask(old, "import changing\nchanging.value") == 1


async def test_an_idle_fork_server_ends_but_not_before_its_last_kernel(tmp_path):
    async with bench(tmp_path, idle=2.0) as kernels:
        first = await kernels.start()
        await first.prepare_next()
        server = kernels.server
        kernel = await kernels.fork()
        assert await ask(kernel, "import time; time.sleep(2.5)\n1") == 1
        assert server.is_usable

        await kernel.kill()
        await server.ended()

        assert (await kernels.start()).start == "cold: its fork server has not begun yet"


async def test_nothing_is_left_when_the_server_ends(tmp_path):
    async with bench(tmp_path) as kernels:
        await kernels.prepare()
        kernel = psutil.Process((await kernels.fork()).processes.pid)
        server = psutil.Process(kernel.ppid())

    assert not server.is_running()
    assert psutil.wait_procs([kernel], timeout=30)[1] == []


KILLED = """
import asyncio, sys
from pathlib import Path
from tests.forkserver.conftest import bench, run

async def main():
    async with bench(Path(sys.argv[1])) as kernels:
        await kernels.prepare()
        # None of its threads can look after its parent while the last of these computes.
        told = f"socket.create_connection(('127.0.0.1', {sys.argv[2]}))"
        source = f"{told}.sendall(str(os.getpid()).encode()); sum(range(10**12))"
        await run(await kernels.fork(), f"import os, socket; {source}")

asyncio.run(main())
"""


def test_nothing_is_left_when_the_server_is_killed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as told:
        told.settimeout(300)
        port = str(told.getsockname()[1])
        server = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), port], cwd=HOUSE)
        try:
            connection, _ = told.accept()
            kernel = psutil.Process(int(connection.recv(100)))
            fork_server = psutil.Process(kernel.ppid())
            assert fork_server.ppid() == server.pid
        finally:
            server.kill()
            server.wait()

    with connection:
        _, left = psutil.wait_procs([kernel, fork_server], timeout=60)
    for process in left:
        process.kill()
    assert left == []
