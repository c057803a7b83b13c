"""The server's side of the process of the execution: starts it, calls it, notices its end."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
# A thread of the process answers each beat, however busy its loop and the machine are.
_BEAT_SECONDS = 2.0
_MISSED_BEATS = 12
# It imports before it can answer the first.
_MISSED_AT_START = 60
# A process whose thread answers may still hang: within these seconds it does what takes it
# seconds. A run may take any time, and so may the wait for more of its outputs.
_LIMITS: dict[Method, float] = {
    "open": 120,
    "ready": 120,
    "begin": 300,
    "since": 120,
    "finish": 600,
}
_HUNG = "did not answer any more and was ended"

_log = logging.getLogger(__name__)


class ExecutionLost(Exception):
    """The process that ran the notebook has ended before it was done; *how* says in what way."""

    def __init__(self, how: str) -> None:
        super().__init__(
            f"The process of the server that ran it {how}. What had run is in the output."
        )


class RpcClient:
    """One process of the execution, and all that it is asked for; begun by `start`.

    It is ended if it does not answer any more.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], streams: Any, heart: socket.socket
    ) -> None:
        self._process = process
        self._reader, self._writer = streams
        self._heart = heart
        self._end = "was killed"
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reports: dict[int, Callable[[Event], None]] = {}
        self._reading = asyncio.create_task(self._read())
        self._watching = asyncio.create_task(self._watch())
        self.is_lost = False

    @classmethod
    async def start(cls, folder: Path) -> RpcClient:
        """Start a process that keeps what it stores in *folder*; raises OSError."""
        ours, theirs = socket.socketpair()
        heart, other = socket.socketpair()
        heart.setblocking(False)
        with theirs, other:
            files = theirs.fileno(), other.fileno()
            process = await asyncio.to_thread(_spawn, files, folder)
        return cls(process, await asyncio.open_connection(sock=ours), heart)

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

        Raises ExecutionLost if the process ends before, as it has to if it does not answer.
        """
        if self.is_lost:
            raise ExecutionLost(self._end)
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._send(
            {"call": number, "execution": execution, "method": method, "arguments": arguments}
        )
        try:
            with self._limited(method, arguments):
                return await answer
        except asyncio.CancelledError:
            self._send({"cancel": number})
            raise
        finally:
            del self._answers[number]

    def end(self) -> None:
        """Kill the process, which does not answer; all that it runs is lost."""
        if not self.is_lost:
            _log.error("The process %s of the execution does not answer and is killed", self.pid)
            self._end = _HUNG
            self._process.kill()

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

    @contextmanager
    def _limited(self, method: Method, arguments: Sequence[Any]) -> Iterator[None]:
        """Give the process a limited time to answer a call."""
        if (seconds := _LIMITS.get(method)) is None:
            yield
            return
        if method == "ready":
            seconds += arguments[0]
        timer = asyncio.get_running_loop().call_later(seconds, self.end)
        try:
            yield
        finally:
            timer.cancel()

    async def _watch(self) -> None:
        missed, most = 0, _MISSED_AT_START
        while missed < most:
            with suppress(OSError):
                self._heart.send(b".")
            # Beats are counted, not seconds: if this process was stopped, the other may have been.
            await asyncio.sleep(_BEAT_SECONDS)
            try:
                self._heart.recv(1 << 16)
            except OSError:
                missed += 1
            else:
                missed, most = 0, _MISSED_BEATS
        self.end()

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
                answer.set_exception(ExecutionLost(self._end))
        self._watching.cancel()
        self._heart.close()
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


def _spawn(connected: tuple[int, int], folder: Path) -> subprocess.Popen[bytes]:
    home = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _RUN, *map(str, connected), f"{folder}", f"{home}"],
        stdin=subprocess.DEVNULL,
        pass_fds=connected,
        # What is typed in the server's terminal is not for it.
        start_new_session=True,
    )
