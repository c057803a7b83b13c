"""The kernel of a job, and its end."""

from __future__ import annotations

import asyncio
import json

import psutil
import pytest
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from jupyter_nbtasks.kernels.launcher import Kernels, KernelStartFailed


class KilledAtOnce(AsyncMappingKernelManager):
    """Its kernels are killed by somebody as soon as they are started."""

    async def start_kernel(self, **given):
        id = await super().start_kernel(**given)
        process = self.get_kernel(id).provisioner.process
        process.kill()
        process.wait()
        return id


class SeenToEnd(KilledAtOnce):
    """Jupyter has noticed that, and forgotten the process, as its restarter does."""

    async def start_kernel(self, **given):
        id = await super().start_kernel(**given)
        await self.get_kernel(id).provisioner.wait()
        return id


@pytest.fixture
def kernel(app, jp_asyncio_loop):
    return jp_asyncio_loop.run_until_complete(begun(app.assembly.ground.kernels, "python3"))


async def begun(kernels, name):
    return await kernels.start(await kernels.spec(name), "", {}, 60)


@pytest.fixture
def under_way(kernel, jp_serverapp):
    """Wait until Jupyter is about to end the kernel."""

    async def wait():
        manager = jp_serverapp.kernel_manager.get_kernel(kernel.id)
        # Jupyter tells nobody.
        while manager.ready.done():  # noqa: ASYNC110
            await asyncio.sleep(0)

    return wait


async def test_an_end_that_is_given_up_midway_goes_on(kernel, jp_serverapp, under_way):
    ending = asyncio.create_task(kernel.shutdown())
    await under_way()
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)

    await kernel.kill()

    assert kernel.id not in jp_serverapp.kernel_manager
    assert not psutil.pid_exists(kernel.processes.pid)


async def test_a_kernel_is_ended_by_several_at_once(kernel, jp_serverapp, under_way):
    ending = asyncio.create_task(kernel.shutdown())
    await under_way()

    await asyncio.gather(kernel.shutdown(), kernel.kill(), ending)

    assert kernel.id not in jp_serverapp.kernel_manager


async def test_a_kernel_that_ends_in_its_own_way_can_be_killed_with_all_it_started(
    kernel, under_way
):
    client = kernel.client()
    client.start_channels()
    try:
        await client._async_wait_for_ready(timeout=60)
        code = (
            "import atexit, subprocess, time\natexit.register(time.sleep, 600)\n"
            "subprocess.Popen(['sleep', '600'], start_new_session=True)"
        )
        await client._async_execute_interactive(code, timeout=60)
    finally:
        client.stop_channels()
    [left] = psutil.Process(kernel.processes.pid).children()
    ending = asyncio.create_task(kernel.shutdown())
    await under_way()

    await kernel.kill()

    assert not psutil.pid_exists(kernel.processes.pid)
    assert psutil.wait_procs([left], timeout=30)[1] == []
    await ending


@pytest.mark.parametrize("manager_class", [KilledAtOnce, SeenToEnd])
async def test_a_kernel_that_is_killed_at_once_is_not_left_to_jupyter_to_start_again(
    tmp_path, manager_class
):
    specs = KernelSpecManager()
    places = {"root_dir": str(tmp_path), "connection_dir": str(tmp_path)}
    manager = manager_class(kernel_spec_manager=specs, **places)

    with pytest.raises(KernelStartFailed, match="did not start: its process ended at once"):
        await begun(Kernels(manager, specs), "python3")

    assert manager.list_kernel_ids() == []


@pytest.fixture
def taken():
    """A socket of another process's kind, which takes ports."""
    with zmq.Context() as context, context.socket(zmq.PUB) as socket:
        socket.linger = 0
        yield socket


@pytest.mark.timeout(60)
async def test_a_kernel_whose_port_another_has_taken_ends_and_holds_nobody_up(
    tmp_path, taken, caplog
):
    spec = {"argv": ["sleep", "600"], "display_name": "Odd", "language": "python"}
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "kernel.json").write_text(json.dumps(spec))
    specs = KernelSpecManager(kernel_dirs=[str(tmp_path)])
    places = {"root_dir": str(tmp_path), "connection_dir": str(tmp_path)}
    manager = AsyncMappingKernelManager(kernel_spec_manager=specs, **places)
    kernel = await begun(Kernels(manager, specs), "odd")
    control = manager.get_kernel(kernel.id)._control_socket
    taken.bind(f"tcp://127.0.0.1:{manager.get_kernel(kernel.id).control_port}")
    # The socket tells nobody that it has lost its peer.
    while control.getsockopt(zmq.EVENTS) & zmq.POLLOUT:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    process = psutil.Process(kernel.processes.pid)

    await kernel.shutdown()

    assert manager.list_kernel_ids() == []
    assert control.closed
    assert [*tmp_path.glob("*.json")] == []
    assert not process.is_running()
    assert "could not be asked to end, and is killed" in caplog.text
