"""The fork server: a process of its own that imports once, then forks a process per kernel.

Runs in the kernel's own environment, where nothing of ours is installed: standard library only.
It has one thread and no event loop, and never reads what the job of a kernel is told.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import socket
import sys
import time
from contextlib import suppress
from typing import Any

from . import preload
from .exit_handler import ExitHandler
from .kernel import Birth, InterpreterState, live

_MAX_MESSAGE = 4096


class Forker:
    """Forks kernels for whoever is at the other end of *channel*, a SOCK_SEQPACKET socket.

    Takes ``{"id", "deadline"}`` with three descriptors (job, stdout, stderr) and ``{"retire"}``;
    gives ``{"id", "pid"}``, then ``{"id", "ready"}``; or, at either time,
    ``{"id", "refused", "stale"?}``; and whenever a child has ended ``{"exited", "status"}``. The
    deadline is a monotonic one. With ``"waits"`` the child is a spare, and not ready before its
    job came: ``{"id", "deadline", "handed"}``, with that descriptor.
    """

    def __init__(self, channel: socket.socket, initial: InterpreterState, idle: float) -> None:
        self._channel = channel
        self._initial = initial
        self._idle = idle
        self._stamps = preload.stamps()
        package = __name__.rpartition(".")[0]
        self._modules = [name for name in sys.modules if name.partition(".")[0] == package]
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)
        self._children: dict[int, int] = {}
        self._starting: dict[int, int] = {}
        self._waiting: dict[int, socket.socket] = {}
        self._is_retired = False

    def serve(self) -> Birth | None:
        """Return in a child what it is given; in the fork server, None when it is to end."""
        while self._children or not self._is_retired:
            events = self._poll.poll(None if self._children else self._idle * 1000)
            if not events:
                return None
            for descriptor, _ in events:
                if descriptor in self._starting:
                    self._on_ready(descriptor)
                elif descriptor in self._children:
                    self._on_exit(descriptor)
                else:
                    message, descriptors = self._receive()
                    if message is None:
                        return None
                    if birth := self._take(message, descriptors):
                        return birth
        return None

    def tell(self, **message: Any) -> None:
        """Send a message."""
        self._channel.send(json.dumps(message).encode())

    def _receive(self) -> tuple[dict[str, Any] | None, list[int]]:
        data, descriptors, _, _ = socket.recv_fds(self._channel, _MAX_MESSAGE, 3)
        return (json.loads(data) if data else None), descriptors

    def _take(self, message: dict[str, Any], descriptors: list[int]) -> Birth | None:
        if "retire" in message:
            self._is_retired = True
            return None
        if time.monotonic() > message["deadline"]:
            for descriptor in descriptors:
                os.close(descriptor)
            self.tell(id=message["id"], refused="its fork server was too slow")
            return None
        if "handed" in message:
            self._hand_over(message["id"], descriptors)
            return None
        return self._fork(message["id"], descriptors, waits="waits" in message)

    def _fork(self, id: int, descriptors: list[int], *, waits: bool) -> Birth | None:
        reading, writing = os.pipe()
        ours, theirs = socket.socketpair() if waits else (None, None)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            sockets = [self._channel, *self._waiting.values(), *([ours] if ours else [])]
            foreign = [each.detach() for each in sockets]
            foreign += [*self._children, *self._starting, reading]
            job, stdout, stderr = descriptors
            return Birth(
                job=job,
                stdout=stdout,
                stderr=stderr,
                ready=writing,
                foreign=foreign,
                modules=self._modules,
                initial=self._initial,
                parent=parent,
                waiting=theirs,
            )
        for descriptor in (*descriptors, writing):
            os.close(descriptor)
        if ours and theirs:
            theirs.close()
            self._waiting[id] = ours
        ended = os.pidfd_open(pid)
        self._children[ended] = pid
        self._poll.register(ended, select.POLLIN)
        self._starting[reading] = id
        self._poll.register(reading, select.POLLIN)
        self.tell(id=id, pid=pid)
        self._refuse_if_stale(id)
        return None

    def _hand_over(self, id: int, descriptors: list[int]) -> None:
        """Give a spare its job, unless it has ended, which was told already."""
        if waiting := self._waiting.pop(id, None):
            with waiting, suppress(OSError):
                socket.send_fds(waiting, [b"1"], descriptors)
            self._refuse_if_stale(id)
        for descriptor in descriptors:
            os.close(descriptor)

    def _refuse_if_stale(self, id: int) -> None:
        """Refuse a process that has imported what has changed since.

        This is looked at while the process starts, since it takes as long as a good part of that.
        """
        if path := preload.changed(self._stamps):
            self.tell(id=id, refused=f"{path} has changed since its fork server began", stale=True)

    def _on_ready(self, descriptor: int) -> None:
        id = self._starting.pop(descriptor)
        if waiting := self._waiting.pop(id, None):
            waiting.close()
        is_ready = os.read(descriptor, 1)
        self._poll.unregister(descriptor)
        os.close(descriptor)
        if is_ready:
            self.tell(id=id, ready=True)
        else:
            self.tell(id=id, refused="the forked process ended before it was a kernel")

    def _on_exit(self, descriptor: int) -> None:
        pid = self._children.pop(descriptor)
        self._poll.unregister(descriptor)
        os.close(descriptor)
        _, status = os.waitpid(pid, 0)
        self.tell(exited=pid, status=os.waitstatus_to_exitcode(status))


def main() -> None:
    """Import, tell that it is done, serve; arguments: the channel's descriptor, settings."""
    exit_handler = ExitHandler()
    atexit.register(exit_handler)
    initial = InterpreterState.now()
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.set_inheritable(False)
    settings = json.loads(sys.argv[2])
    birth = _serve(channel, initial, settings)
    if birth is None:
        os._exit(0)
    exit_handler.status = 1
    live(birth)
    exit_handler.status = 0


def _serve(
    channel: socket.socket, initial: InterpreterState, settings: dict[str, Any]
) -> Birth | None:
    try:
        preload.import_kernel()
        left_out = preload.import_preload(settings["preload"])
    except Exception as error:
        unfit = {"unfit": str(error), "module": getattr(error, "module", None)}
        channel.send(json.dumps(unfit).encode())
        return None
    forker = Forker(channel, initial, settings["idle"])
    gc.collect()
    # A collection in a child would otherwise write to, and so copy, all that is shared.
    gc.freeze()
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        forker.tell(ready=left_out)
        return forker.serve()
    except ConnectionError:
        return None
