"""Real kernels, and notebooks executed on them by our executor."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client import AsyncKernelManager

from jupyter_nbtasks.forkserver.provisioner import ForkProvisioner
from jupyter_nbtasks.forkserver.servers import ForkServers
from jupyter_nbtasks.jobs.executor import Executor
from jupyter_nbtasks.jobs.transcript import Transcript

StartKernel = Callable[..., AbstractAsyncContextManager[AsyncKernelManager]]


@pytest.fixture(scope="session")
def start_kernel() -> Iterator[StartKernel]:
    """Gives a context manager: a fresh Python kernel that is killed at the end.

    With *servers* it is forked, where they have begun.
    """
    # Not tmp_path: the path of a socket has to be short.
    folder = Path(tempfile.mkdtemp(prefix="nbtasks-"))
    numbers = count()

    @asynccontextmanager
    async def start(servers: ForkServers | None = None) -> AsyncIterator[AsyncKernelManager]:
        address = folder / f"{next(numbers)}"
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{address}")
        if servers:
            kernel.provisioner = ForkProvisioner(parent=kernel, kernel_spec=kernel.kernel_spec)
            kernel.provisioner.servers = servers
        await kernel.start_kernel(
            extra_arguments=["--HistoryManager.hist_file=:memory:"], cwd=f"{folder}"
        )
        try:
            yield kernel
        finally:
            await kernel.shutdown_kernel(now=True)

    yield start
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def execute(start_kernel: StartKernel) -> Callable[..., Awaitable[SimpleNamespace]]:
    """Gives a coroutine function that runs a notebook: its `events`, `transcript` and `error`."""

    async def execute(
        cells: Sequence[dict[str, Any]],
        on_event: Callable[..., None] | None = None,
        servers: ForkServers | None = None,
    ) -> SimpleNamespace:
        ran = SimpleNamespace(events=[], transcript=Transcript({"cells": cells}), error=None)
        async with start_kernel(servers) as kernel:

            def report(event: dict[str, Any]) -> None:
                ran.events.append(event)
                ran.transcript.apply(event)
                if on_event:
                    on_event(event, kernel, executor)

            executor = Executor(kernel.client(), report, kernel.is_alive)
            try:
                await executor.ready(60)
                await executor.run(cells)
            except Exception as error:
                ran.error = error
            finally:
                executor.close()
        return ran

    return execute
