"""The process of the execution: serves one server over a socket, and ends with it."""

from __future__ import annotations

import asyncio
import functools
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo

from ..background import Background
from ..errors import NotFound
from ..storage.blobs import Blobs
from . import rpc
from .events import Event
from .execution import Order
from .frames import Frame
from .local import LocalExecution

# The outputs themselves are read from the stream, by whoever wants them.
_REPORTED = {"cell_started", "cell_finished", "kept"}

_log = logging.getLogger(__name__)


class _Session:
    """One execution, as it is called from afar."""

    def __init__(
        self,
        connection: KernelConnectionInfo,
        order: Order,
        blobs: Blobs,
        tell: Callable[[Event], None],
    ) -> None:
        client = AsyncKernelClient(context=zmq.asyncio.Context.instance())
        client.load_connection_info(connection)
        self._tell = tell
        self._has_kernel = True
        self._execution = LocalExecution(client, self._is_alive, blobs, order, self._report)
        self.ready = self._execution.ready
        self.begin = self._execution.begin
        self.run = self._execution.run
        self.finish = self._execution.finish

    async def stop(self) -> None:
        self._execution.stop()

    async def lose_kernel(self) -> None:
        """Learn that the kernel is gone: only the server sees that."""
        self._has_kernel = False

    async def since(self, seq: int | None) -> list[Frame]:
        return self._execution.stream.since(seq)

    async def more(self, seq: int) -> None:
        await self._execution.stream.more(seq)

    async def close(self) -> None:
        self._execution.close()

    async def _is_alive(self) -> bool:
        return self._has_kernel

    def _report(self, event: Event) -> None:
        if event["type"] in _REPORTED:
            self._tell(event)


class _Server:
    """Answers the calls of the server."""

    def __init__(self, blobs: Blobs, writer: asyncio.StreamWriter) -> None:
        self._blobs = blobs
        self._writer = writer
        self._sessions: dict[int, _Session] = {}
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._answering = Background()

    def hear(self, message: rpc.ClientMessage) -> None:
        """Begin what *message* asks for."""
        if "cancel" in message:
            if call := self._calls.get(message["cancel"]):
                call.cancel()
            return
        task = self._answering.do(self._answer(message))
        if number := message.get("call"):
            self._calls[number] = task
            task.add_done_callback(lambda _: self._calls.pop(number))

    async def _answer(self, message: rpc.Call) -> None:
        number = message.get("call", 0)
        answer: rpc.Value | rpc.Fault
        try:
            answer = {"call": number, "value": await self._do(message)}
        except Exception as error:
            answer = {"call": number, "error": rpc.pack_error(error)}
            if not answer["error"]["kind"]:
                _log.error("A call of %r failed", message["method"], exc_info=error)
        if "call" in message:
            self._writer.write(await asyncio.to_thread(rpc.pack, answer))
            await self._writer.drain()

    async def _do(self, message: rpc.Call) -> Any:
        number = message["execution"]
        match message["method"]:
            case "open":
                connection, order = message["arguments"]
                tell = functools.partial(self._tell, number)
                self._sessions[number] = _Session(connection, Order(**order), self._blobs, tell)
                return None
            case "forget":
                self._sessions.pop(number, None)
                return None
            case method:
                if number not in self._sessions:
                    msg = "This execution is over."
                    raise NotFound(msg)
                return await getattr(self._sessions[number], method)(*message["arguments"])

    def _tell(self, execution: int, event: Event) -> None:
        self._writer.write(rpc.pack({"execution": execution, "event": event}))


async def _serve(connected: socket.socket, folder: Path) -> None:
    reader, writer = await asyncio.open_connection(sock=connected)
    server = _Server(Blobs(folder), writer)
    async for message in rpc.client_messages(reader):
        server.hear(message)


def _beat(heart: socket.socket) -> None:
    with suppress(OSError):
        while beat := heart.recv(1 << 10):
            heart.sendall(beat)


def main() -> None:
    """Serve the server on the first of the sockets whose numbers are given, with the blobs in
    the folder given.

    A thread sends back what comes from the second socket, as a sign of life. Ends when the server
    closes the first, or dies. Until then it does not heed the signals that end a server and, where
    they go to all of its processes, would end us before it is done.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    logging.basicConfig(format="[%(levelname)s jupyter_nbtasks execution] %(message)s")
    connected, heart = (socket.socket(fileno=int(each)) for each in sys.argv[1:3])
    threading.Thread(target=_beat, args=[heart], daemon=True).start()
    asyncio.run(_serve(connected, Path(sys.argv[3])))
