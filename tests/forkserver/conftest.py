"""The kernels of a server's own manager, started as those of jobs are."""

from __future__ import annotations

import json
import os
import sys
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from jupyter_nbtasks.execution.executor import Executor
from jupyter_nbtasks.forkserver.launch import ForkSettings
from jupyter_nbtasks.forkserver.provisioner import ProvisionerSelector
from jupyter_nbtasks.forkserver.servers import ForkServers
from jupyter_nbtasks.kernels.launcher import Kernels


class Bench(SimpleNamespace):
    """A kernel manager on *root*, the fork servers, and the kernels that jobs get of both."""

    async def start(self, name="python3", folder="", **env):
        """A kernel of a job; None of *env* is a variable that is not set."""
        changed = {key: value for key, value in env.items() if value is not None}
        return await self.kernels.start(await self.kernels.spec(name), folder, changed, 60)

    async def prepare(self):
        """Wait until kernels are forked, if they can be."""
        kernel = await self.start()
        await kernel.prepare_next()
        await kernel.kill()

    async def start_with(self, name="python3", **given):
        """The manager of a kernel of a job, started with what a manager may be *given*."""
        spec = self.manager.kernel_spec_manager.get_kernel_spec(name)
        with ProvisionerSelector(self.manager, self.servers).for_job(spec, os.environ):
            id = await self.manager.start_kernel(kernel_name=name, **given)
        await self.manager.get_kernel(id).provisioner.settle()
        return self.manager.get_kernel(id)

    async def fork(self, **env):
        """A kernel that must have been forked."""
        kernel = await self.start(**env)
        assert kernel.start == "fork"
        return kernel

    async def warm(self, **env):
        """A kernel that must have been a spare."""
        kernel = await self.start(**env)
        if kernel.start != "warm":
            await kernel.prepare_spare()
            kernel = await self.start(**env)
        assert kernel.start == "warm"
        return kernel

    @property
    def server(self):
        """The fork server."""
        [server] = self.servers._servers.values()
        return server


@asynccontextmanager
async def bench(root, **settings):
    """Everything ends with the context."""
    manager = AsyncMappingKernelManager(
        kernel_spec_manager=KernelSpecManager(), root_dir=str(root), connection_dir=str(root)
    )
    servers = ForkServers(ForkSettings(**settings))
    kernels = Kernels(manager, manager.kernel_spec_manager, servers)
    try:
        yield Bench(manager=manager, servers=servers, kernels=kernels, root=root)
    finally:
        await manager.shutdown_all(now=True)
        await servers.close()
        manager.context.term()


async def run(kernel, source, on_print=print):
    """Run *source* as a cell of *kernel*; *on_print* is given what it prints."""

    def report(event):
        if event["type"] == "output" and event["output"]["output_type"] == "stream":
            on_print(event["output"]["text"])

    executor = Executor(kernel.client(), report, kernel.is_alive)
    try:
        await executor.ready(60)
        await executor.run([{"cell_type": "code", "source": source, "metadata": {}}])
    finally:
        executor.close()


async def ask(kernel, source):
    """Run *source* on *kernel*: the value of its last line, by way of JSON."""
    *lines, last = source.strip().splitlines()
    printed = []
    code = "\n".join([*lines, f"import json as _json; print(_json.dumps({last}))"])
    await run(kernel, code, printed.append)
    return json.loads("".join(printed))


@pytest.fixture
def kernels(tmp_path, jp_asyncio_loop):
    """Kernels that are forked."""
    context = bench(tmp_path)
    kernels = jp_asyncio_loop.run_until_complete(context.__aenter__())
    jp_asyncio_loop.run_until_complete(kernels.prepare())
    yield kernels
    jp_asyncio_loop.run_until_complete(context.__aexit__(None, None, None))


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Write a module that kernels can import; return its file."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)

    def write(name, source):
        (folder / f"{name}.py").write_text(source)
        return folder / f"{name}.py"

    return write


def kernelspec(folder, name, **spec):
    """Make the kernelspec *name* known to this process."""
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernels" / name).mkdir(parents=True)
    made = {"argv": argv, "display_name": name, "language": "python", **spec}
    (folder / "kernels" / name / "kernel.json").write_text(json.dumps(made))


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder in which Jupyter looks for kernelspecs."""
    folder = tmp_path / "data"
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    return folder
