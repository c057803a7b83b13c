"""Real kernels, and notebooks executed on them by us, here or in the process for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from nbformat.v4 import new_code_cell

from jupyter_nbtasks.execution.execution import Order
from jupyter_nbtasks.execution.executor import Executor
from jupyter_nbtasks.execution.local import LocalExecution
from jupyter_nbtasks.execution.remote import RemoteExecution
from jupyter_nbtasks.execution.rpc_client import ExecutionProcess
from jupyter_nbtasks.execution.transcript import Transcript
from jupyter_nbtasks.forkserver.provisioner import ForkProvisioner
from jupyter_nbtasks.forkserver.servers import ForkServers
from jupyter_nbtasks.notebooks import ipynb
from jupyter_nbtasks.storage.blobs import Blobs

StartKernel = Callable[..., AbstractAsyncContextManager[AsyncKernelManager]]


@pytest.fixture(scope="session")
def start_kernel() -> Iterator[StartKernel]:
    """Gives a context manager: a fresh Python kernel that is killed at the end.

    With *servers* it is forked, where they have begun.
    """
    # It is not tmp_path, because the path of a socket has to be short.
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
        cells: Sequence[dict[str, Any]], on_event: Callable[..., None] | None = None
    ) -> SimpleNamespace:
        ran = SimpleNamespace(events=[], transcript=Transcript({"cells": cells}), error=None)
        async with start_kernel() as kernel:

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


class Bench:
    """Executes notebooks with their outputs in *folder*: in the process for it, or *here*."""

    def __init__(
        self, start_kernel: StartKernel, folder: Path, *, here: bool, servers: ForkServers | None
    ) -> None:
        self._start_kernel = start_kernel
        self._servers = servers
        self.blobs = Blobs(folder)
        self.process = None if here else ExecutionProcess(folder)

    @asynccontextmanager
    async def opened(
        self, notebook: Any, report: Callable[..., None] = lambda event: None, **order: int
    ) -> AsyncIterator[SimpleNamespace]:
        """Gives the `execution` of a notebook that has begun, and its `kernel`."""
        ordered = Order(**{"attempt": 1, "max_output_characters": 10**9} | order)
        async with self._start_kernel(self._servers) as kernel:
            parts = (kernel.is_alive, ordered, report)
            execution = await self._open(kernel, *parts)
            try:
                await execution.ready(60)
                await execution.begin(await self.blobs.put(ipynb.write(notebook)))
                yield SimpleNamespace(execution=execution, kernel=kernel)
            finally:
                execution.close()

    async def run(self, notebook: Any, **order: int) -> SimpleNamespace:
        """Its `document` once executed, what else is `known` of it, and the `error`."""
        ran = SimpleNamespace(error=None)
        async with self.opened(notebook, **order) as opened:
            try:
                await opened.execution.run()
            except Exception as error:
                ran.error = error
            ran.known = await opened.execution.finish()
        ran.data = await self.blobs.get(ran.known["hash"])
        ran.document = nbformat.reads(ran.data.decode(), as_version=4)
        return ran

    async def close(self) -> None:
        if self.process is not None:
            await self.process.stop()

    async def _open(self, kernel: Any, is_alive: Any, order: Order, report: Any) -> Any:
        if self.process is None:
            return LocalExecution(kernel.client(), is_alive, self.blobs, order, report)
        info = kernel.get_connection_info()
        connection = {**info, "key": info["key"].decode()}
        link = await self.process.start()
        return await RemoteExecution.open(link, connection, is_alive, order, report)


@pytest.fixture(scope="session")
def on_bench(start_kernel: StartKernel) -> Callable[..., Any]:
    """Gives a context manager: a bench that is closed at the end."""

    @asynccontextmanager
    async def on_bench(
        folder: Path, *, here: bool, servers: ForkServers | None = None
    ) -> AsyncIterator[Bench]:
        bench = Bench(start_kernel, folder, here=here, servers=servers)
        try:
            yield bench
        finally:
            await bench.close()

    return on_bench


def code(source: str, *tags: str) -> dict[str, Any]:
    return new_code_cell(source, metadata={"tags": list(tags)})


def text(ran: Any, index: int) -> str:
    return "".join(output.get("text", "") for output in ran.transcript.outputs(index))


def is_printed(event: dict[str, Any]) -> bool:
    return event["type"] == "output" and event["output"]["output_type"] == "stream"


def statuses(ran: Any) -> list[str]:
    return [cell["status"] for cell in ran.transcript.cells()]
