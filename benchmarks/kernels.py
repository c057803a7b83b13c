"""What is gained by forking the kernels of jobs: how soon one is ready, and what memory it takes.

Both kinds are started in turn; the memory (PSS) includes the fork server's.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from measuring import Report, Row, at_least, finish, median, options
from peers import pss
from traitlets.config import Config

from jupyter_nbtasks.execution.executor import Executor
from jupyter_nbtasks.forkserver.launch import ForkSettings
from jupyter_nbtasks.forkserver.servers import ForkServers
from jupyter_nbtasks.kernels.launcher import JobKernel, Kernels

ROUNDS = 11
KERNELS = 20
STACK = ("numpy", "pandas", "matplotlib.pyplot")
IMPORTS = "; ".join(f"import {name}" for name in STACK)


def main() -> int:
    """Measure plain kernels, then those with the usual libraries."""
    asked = options()
    rounds, many = (3, 5) if asked.quick else (ROUNDS, KERNELS)
    report = Report("Kernels by fork, beside cold ones")
    for preload, source, what, times, share in (
        ((), "pass", "", 5, 0.6),
        (STACK, IMPORTS, ", with numpy, pandas and pyplot", 8, 0.45),
    ):
        cold, fork = asyncio.run(_ready(preload, source, rounds))
        row = Row(f"a kernel is ready{what}", fork, "ms", "cold", cold)
        report.rows.append(at_least(row, times))
        cold, fork = asyncio.run(_memory(preload, source, many))
        row = Row(f"memory of each of {many} kernels (PSS){what}", fork, "MB", "cold", cold)
        report.rows.append(at_least(row, round(1 / share, 2)))
    return finish("kernels", report, asked)


@asynccontextmanager
async def _bench(preload: tuple[str, ...]) -> Any:
    """Give the kernels that are started cold, and those that are forked."""
    with tempfile.TemporaryDirectory() as folder:
        sides, servers = [], ForkServers(ForkSettings(preload=preload))
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
        first = await _begin(sides[1][1])
        await first.prepare_next()
        await first.kill()
        try:
            yield [kernels for _, kernels in sides]
        finally:
            for manager, _ in sides:
                await manager.shutdown_all(now=True)
            await servers.close()


async def _begin(kernels: Kernels) -> JobKernel:
    return await kernels.start(await kernels.spec("python3"), "", {}, 60)


async def _start(kernels: Kernels, source: str) -> JobKernel:
    """Return a kernel that has run *source*."""
    kernel = await _begin(kernels)
    executor = Executor(kernel.client(), lambda event: None, kernel.is_alive)
    await executor.ready(60)
    await executor.run([{"cell_type": "code", "source": source, "metadata": {}}])
    executor.close()
    return kernel


async def _ready(preload: tuple[str, ...], source: str, rounds: int) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    async with _bench(preload) as sides:
        for _ in range(rounds):
            for kernels, kept in zip(sides, taken, strict=True):
                begun = time.perf_counter()
                kernel = await _start(kernels, source)
                kept.append((time.perf_counter() - begun) * 1e3)
                await kernel.kill()
    return median(taken[0]), median(taken[1])


async def _memory(preload: tuple[str, ...], source: str, many: int) -> tuple[float, float]:
    found = []
    async with _bench(preload) as sides:
        for kernels in sides:
            alive = [await _start(kernels, source) for _ in range(many)]
            pids = {kernel.processes.pid for kernel in alive if kernel.processes}
            parents = {psutil.Process(pid).ppid() for pid in pids} - {os.getpid()}
            found.append(sum(pss(psutil.Process(pid)) for pid in pids | parents) / many)
            for kernel in alive:
                await kernel.kill()
    return found[0], found[1]


if __name__ == "__main__":
    sys.exit(main())
