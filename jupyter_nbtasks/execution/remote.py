"""An execution in the process for it, as if it were here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..errors import NotFound
from .events import Event, ExecutionState, FinalState
from .execution import Order
from .frames import Frame
from .kernel_messages import KernelInfo
from .rpc_client import ExecutionLost, RpcClient

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

_ALIVE_EVERY = 0.5  # seconds between two looks whether the kernel lives
# A slow viewer has this long to read the rest of what has ended.
_KEPT_SECONDS = 60.0
# The process has this long to read what a kernel that is gone has left.
_READ_SECONDS = 300.0

_log = logging.getLogger(__name__)


class RemoteStream:
    """The Stream of an execution in another process; only what is read of it comes here."""

    def __init__(self, link: RpcClient, number: int) -> None:
        self._link = link
        self._number = number
        self._viewers = 0
        self._left = asyncio.Event()
        self.is_over = False

    async def read(self, seq: int | None) -> list[Frame]:
        """Return what follows *seq*; nothing once it is gone."""
        try:
            frames: list[Frame] = await self._link.call(self._number, "since", seq)
        except (ExecutionLost, NotFound):
            return []
        return frames

    async def more(self, seq: int) -> None:
        """Wait until there is more than *seq*, or the end."""
        if not self.is_over:
            with suppress(ExecutionLost, NotFound):
                await self._link.call(self._number, "more", seq)

    def end(self) -> None:
        """Note that nothing follows; those who watch may still read the rest."""
        self.is_over = True

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Say that it is read inside this context."""
        self._viewers += 1
        try:
            yield
        finally:
            self._viewers -= 1
            self._left.set()

    async def unwatched(self) -> None:
        """Wait until nobody reads it, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_KEPT_SECONDS):
                while self._viewers:
                    self._left.clear()
                    await self._left.wait()


class RemoteExecution:
    """An Execution in another process; begun by `open`."""

    def __init__(
        self, link: RpcClient, number: int, is_alive: Callable[[], Awaitable[bool]]
    ) -> None:
        self._link = link
        self._number = number
        self._is_alive = is_alive
        self._watching = asyncio.create_task(self._watch())
        self._leaving: asyncio.Task[None] | None = None
        self.stream = RemoteStream(link, number)

    @classmethod
    async def open(
        cls,
        link: RpcClient,
        connection: KernelConnectionInfo,
        is_alive: Callable[[], Awaitable[bool]],
        order: Order,
        report: Callable[[Event], None],
    ) -> RemoteExecution:
        """Begin one on the kernel that *connection* leads to."""
        number = await link.open(report, connection, asdict(order))
        return cls(link, number, is_alive)

    async def ready(self, seconds: float) -> KernelInfo:
        """Wait until the kernel answers; return its kernel_info."""
        info: KernelInfo = await self._link.call(self._number, "ready", seconds)
        return info

    async def begin(self, hash: str) -> ExecutionState:
        """Take the stored notebook *hash* as the one to run; raises NotFound."""
        state: ExecutionState = await self._link.call(self._number, "begin", hash)
        return state

    async def run(self) -> None:
        """Run the cells."""
        await self._link.call(self._number, "run")

    def stop(self) -> None:
        """Begin no further cell."""
        self._link.tell(self._number, "stop")

    async def finish(self) -> FinalState:
        """Store the executed notebook; raises Unavailable or OSError."""
        state: FinalState = await self._link.call(self._number, "finish")
        return state

    def close(self) -> None:
        """Let go of the kernel, which lives on, and of all else once nobody watches."""
        self._watching.cancel()
        self._link.tell(self._number, "close")
        self._leaving = asyncio.create_task(self._leave())

    async def _watch(self) -> None:
        try:
            # Nobody tells when a process ends.
            while await self._is_alive():  # noqa: ASYNC110
                await asyncio.sleep(_ALIVE_EVERY)
        except Exception:
            _log.exception("A job's kernel cannot be found any more")
        self._link.tell(self._number, "lose_kernel")
        # All that the kernel had published is to be read; then the run is over, and we are closed.
        await asyncio.sleep(_READ_SECONDS)
        self._link.end()

    async def _leave(self) -> None:
        await self.stream.unwatched()
        self._link.forget(self._number)
