"""The server's side of the process of the execution: starts it, calls it, notices its end."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from . import rpc
from .events import Event
from .rpc import Method

# It imports us from where we are, whatever else lies in the folder that the server was started in.
_RUN = (
    "import sys; sys.path.append(sys.argv.pop()); "
    "from jupyter_nbtasks.execution.rpc_server import main; main()"
)
_END_SECONDS = 5.0

_log = logging.getLogger(__name__)


class ExecutionLost(Exception):
    """The process that ran the notebook has ended before it was done."""

    def __init__(self) -> None:
        super().__init__(
            "The process of the server that ran it was killed. What had run is in the output."
        )


class RpcClient:
    """One process of the execution, and all that it is asked for; begun by `start`."""

    def __init__(self, process: subprocess.Popen[bytes], streams: Any) -> None:
        self._process = process
        self._reader, self._writer = streams
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reports: dict[int, Callable[[Event], None]] = {}
        self._reading = asyncio.create_task(self._read())
        self.is_lost = False

    @classmethod
    async def start(cls, folder: Path) -> RpcClient:
        """Start a process that keeps what it stores in *folder*; raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.to_thread(_spawn, theirs.fileno(), folder)
        return cls(process, await asyncio.open_connection(sock=ours))

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def open(self, report: Callable[[Event], None], *arguments: Any) -> int:
        """Begin an execution and return its number; *report* hears its events."""
        execution = next(self._numbers)
        self._reports[execution] = report
        await self.call(execution, "open", *arguments)
        return execution

    async def call(self, execution: int, method: Method, *arguments: Any) -> Any:
        """Return what *method* of *execution* returns, or raise what it raises.

        Raises ExecutionLost if the process ends before.
        """
        if self.is_lost:
            raise ExecutionLost
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._send(
            {"call": number, "execution": execution, "method": method, "arguments": arguments}
        )
        try:
            return await answer
        except asyncio.CancelledError:
            self._send({"cancel": number})
            raise
        finally:
            del self._answers[number]

    def tell(self, execution: int, method: Method) -> None:
        """Have *method* of *execution* be called, and expect nothing."""
        self._send({"execution": execution, "method": method, "arguments": []})

    def forget(self, execution: int) -> None:
        """Give *execution* up."""
        self._reports.pop(execution, None)
        self.tell(execution, "forget")

    async def stop(self) -> None:
        """End the process."""
        if not self.is_lost:
            self._writer.write_eof()
        await asyncio.wait([self._reading], timeout=_END_SECONDS)
        self._process.kill()
        await self._reading

    def _send(self, message: rpc.ClientMessage) -> None:
        if not self.is_lost:
            self._writer.write(rpc.pack(message))

    async def _read(self) -> None:
        async for message in rpc.server_messages(self._reader):
            if "event" in message:
                self._hear(message)
            elif (answer := self._answers.get(message["call"])) and not answer.done():
                if "error" in message:
                    answer.set_exception(rpc.unpack_error(message["error"]))
                else:
                    answer.set_result(message["value"])
        self.is_lost = True
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ExecutionLost())
        self._writer.close()
        self._process.kill()
        await asyncio.to_thread(self._process.wait)

    def _hear(self, message: rpc.Report) -> None:
        if report := self._reports.get(message["execution"]):
            try:
                report(message["event"])
            except Exception:
                _log.exception("An event of a job was not understood")


class ExecutionProcess:
    """The process of the execution, started when it is first needed, and again if it was lost."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starting: asyncio.Task[RpcClient] | None = None

    def start(self) -> asyncio.Task[RpcClient]:
        """Start it, unless it runs; the task returns the link to it, or raises OSError."""
        if self._starting is None or _is_over(self._starting):
            self._starting = asyncio.create_task(RpcClient.start(self._folder))
        return self._starting

    async def stop(self) -> None:
        """End it."""
        if self._starting is not None:
            with suppress(OSError):
                await (await self._starting).stop()


def _is_over(starting: asyncio.Task[RpcClient]) -> bool:
    if not starting.done():
        return False
    return starting.cancelled() or starting.exception() is not None or starting.result().is_lost


def _spawn(connected: int, folder: Path) -> subprocess.Popen[bytes]:
    home = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _RUN, f"{connected}", f"{folder}", f"{home}"],
        stdin=subprocess.DEVNULL,
        pass_fds=[connected],
        # What is typed in the server's terminal is not for it.
        start_new_session=True,
    )
