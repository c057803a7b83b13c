"""What it gains to fork the kernels of jobs, measured beside cold ones.

Prints, with both kinds in turn: how long a trivial notebook takes from POST to its final status,
how soon a kernel answers, how soon it has imported the usual libraries, and what 20 kernels have
of the memory (PSS, the fork server's included).
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets.config import Config

from jupyter_nbtasks.forkserver.launch import Settings
from jupyter_nbtasks.forkserver.servers import ForkServers
from jupyter_nbtasks.jobs.executor import Executor
from jupyter_nbtasks.jobs.kernels import JobKernel, Kernels

ROUNDS = 11
KERNELS = 20
STACK = ("numpy", "pandas", "matplotlib.pyplot")
IMPORTS = "; ".join(f"import {name}" for name in STACK)
FINAL = ("COMPLETED", "FAILED", "CANCELLED")


def main() -> int:
    """Run all of it; the exit status tells whether forking gains what the README says."""
    print(f"{'':44}{'cold':>10}{'fork':>10}", flush=True)
    ratios = [
        _row("trivial notebook, POST to final (ms)", _jobs()),
        _row("kernel ready, first cell run (ms)", asyncio.run(_ready((), "pass"))),
        _row("  with numpy, pandas, pyplot (ms)", asyncio.run(_ready(STACK, IMPORTS))),
        _row(f"PSS of each of {KERNELS} kernels (MB)", asyncio.run(_memory((), "pass"))),
        _row("  with numpy, pandas, pyplot (MB)", asyncio.run(_memory(STACK, IMPORTS))),
    ]
    return 0 if ratios[0] >= 2 and ratios[1] >= 2 and ratios[2] >= 4 else 1


def _row(what: str, sides: tuple[float, float]) -> float:
    cold, fork = sides
    print(f"{what:44}{cold:10.1f}{fork:10.1f}   {cold / fork:.1f} times", flush=True)
    return cold / fork


class _Server:
    """A Jupyter server of its own process, with forked kernels or without."""

    def __init__(self, folder: Path, *, fork: bool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        places = {name: str(folder / name) for name in ("DATA", "RUNTIME", "CONFIG")}
        env = os.environ | {f"JUPYTER_{name}_DIR": place for name, place in places.items()}
        flags = ["--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1", "--log-level=ERROR"]
        flags += [f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}"]
        flags += ["--IdentityProvider.token=bench", f"--NbTasksApp.fork_kernels={fork}"]
        flags += ["--ServerApp.jpserver_extensions=jupyter_nbtasks=True"]
        self._url = f"http://127.0.0.1:{port}/nbtasks/api"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *flags], env=env, stderr=subprocess.DEVNULL
        )
        while True:
            with suppress(urllib.error.URLError):
                self.ask("GET", "config")
                break
            time.sleep(0.1)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": "token bench", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}/{path}", sent, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def run(self) -> float:
        """Return the milliseconds from POST to the final status."""
        begun = time.perf_counter()
        id = self.ask("POST", "jobs", {"notebook": "work.ipynb"})["id"]
        while (job := self.ask("GET", f"jobs/{id}"))["status"] not in FINAL:
            time.sleep(0.005)
        assert job["status"] == "COMPLETED", job["message"]
        return (time.perf_counter() - begun) * 1e3


def _jobs() -> tuple[float, float]:
    cells = [nbformat.v4.new_code_cell(source) for source in ("a = 1", "b = a + 1", "print(b)")]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    with tempfile.TemporaryDirectory() as folder:
        servers = []
        for fork in (False, True):
            root = Path(folder, str(fork))
            root.mkdir()
            nbformat.write(notebook, root / "work.ipynb")
            servers.append(_Server(root, fork=fork))
        try:
            return _in_turn([server.run for server in servers])
        finally:
            for server in servers:
                server.process.terminate()
                server.process.wait()


def _in_turn(runs: list[Any]) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for run, kept in zip(runs, taken, strict=True):
            kept.append(run())
            # What the one leaves to be done is not to slow the other down; fork servers begin.
            time.sleep(0.5)
    cold, fork = (statistics.median(kept[1:]) for kept in taken)
    return cold, fork


@asynccontextmanager
async def _bench(preload: tuple[str, ...]) -> Any:
    """Give the kernels that are started cold, and those that are forked."""
    with tempfile.TemporaryDirectory() as folder:
        sides, servers = [], ForkServers(Settings(preload=preload))
        for given in (None, servers):
            # A port that was free may have been taken when the kernel comes to bind it.
            config = Config({"KernelManager": {"transport": "ipc"}})
            manager = AsyncMappingKernelManager(
                kernel_spec_manager=KernelSpecManager(),
                root_dir=folder,
                connection_dir=folder,
                config=config,
            )
            sides.append((manager, Kernels(manager, manager.kernel_spec_manager, given)))
        first = await sides[1][1].start("python3", "", {}, 60)
        await first.prepare_next()
        await first.kill()
        try:
            yield [kernels for _, kernels in sides]
        finally:
            for manager, _ in sides:
                await manager.shutdown_all(now=True)
            await servers.close()


async def _start(kernels: Kernels, source: str) -> JobKernel:
    """Return a kernel that has run *source*."""
    kernel = await kernels.start("python3", "", {}, 60)
    executor = Executor(kernel.client(), lambda event: None, kernel.is_alive)
    await executor.ready(60)
    await executor.run([{"cell_type": "code", "source": source, "metadata": {}}])
    executor.close()
    return kernel


async def _ready(preload: tuple[str, ...], source: str) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    async with _bench(preload) as sides:
        for _ in range(ROUNDS):
            for kernels, kept in zip(sides, taken, strict=True):
                begun = time.perf_counter()
                kernel = await _start(kernels, source)
                kept.append((time.perf_counter() - begun) * 1e3)
                await kernel.kill()
    return statistics.median(taken[0]), statistics.median(taken[1])


async def _memory(preload: tuple[str, ...], source: str) -> tuple[float, float]:
    found = []
    async with _bench(preload) as sides:
        for kernels in sides:
            alive = [await _start(kernels, source) for _ in range(KERNELS)]
            pids = {kernel.processes.pid for kernel in alive if kernel.processes}
            parents = {psutil.Process(pid).ppid() for pid in pids} - {os.getpid()}
            found.append(sum(map(_pss, pids | parents)) / KERNELS)
            for kernel in alive:
                await kernel.kill()
    return found[0], found[1]


def _pss(pid: int) -> float:
    """Return its share of the memory in MB: what n processes share counts to each by 1/n."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3


if __name__ == "__main__":
    sys.exit(main())
