"""Where a notebook is executed: in the process for it, or on this loop."""

from __future__ import annotations

from collections.abc import Callable

from ...execution.events import Event
from ...execution.execution import Execution, Order
from ...execution.local import LocalExecution
from ...execution.remote import RemoteExecution
from ...execution.rpc_client import ExecutionProcess
from ...kernels.kernel import JobKernel
from ...storage.blobs import Blobs


class Executions:
    """Opens executions in *process*; on this loop without one, and for a kernel behind a gateway,
    whose client is here.
    """

    def __init__(self, blobs: Blobs, process: ExecutionProcess | None) -> None:
        self._blobs = blobs
        self._process = process

    def prepare(self) -> None:
        """Have the process started, if there is to be one."""
        if self._process is not None:
            self._process.start()

    async def open(
        self, kernel: JobKernel, order: Order, report: Callable[[Event], None]
    ) -> Execution:
        """Begin the execution of a notebook on *kernel*; raises OSError."""
        connection = kernel.connection()
        if self._process is None or connection is None:
            return LocalExecution(kernel.client(), kernel.is_alive, self._blobs, order, report)
        link = await self._process.start()
        return await RemoteExecution.open(link, connection, kernel.is_alive, order, report)

    async def stop(self) -> None:
        """End the process; nothing is executed any more."""
        if self._process is not None:
            await self._process.stop()
