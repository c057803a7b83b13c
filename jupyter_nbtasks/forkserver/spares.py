"""Kernels that are started before there is a job for them, so that it need not wait for one."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from jupyter_client.connect import LocalPortCache, port_names

from .process import ForkedProcess
from .safety import Interpreter

# What a spare must have in common with the kernel that is wanted.
Kind = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A kernel that is to be started by *interpreter*.

    *base* is the environment without what its *job* adds to it; *job* is what kernel.py reads.
    *streams* are the descriptors of its stdout and stderr, *connection* is what its kernel manager
    has found for it: a spare brings its own.
    """

    interpreter: Interpreter
    base: dict[str, str]
    job: dict[str, Any]
    streams: tuple[int, int]
    connection: dict[str, Any]

    @property
    def kind(self) -> Kind | None:
        """What it must have in common with a spare; None if no spare would do."""
        job, connection = self.job, self.connection
        if "JPY_SESSION_NAME" in job["env"] or self.streams != (1, 2):
            return None
        if not job["connection_file"]:
            return None
        if connection["transport"] != "tcp" or any(each.startswith("curve") for each in connection):
            return None
        try:
            files = [os.fstat(stream) for stream in self.streams]
        except OSError:  # The server was started without.
            return None
        outputs = [(file.st_dev, file.st_ino) for file in files]
        arguments = ["" if each == job["connection_file"] else each for each in job["argv"]]
        return (*arguments, *outputs, connection["ip"], connection["signature_scheme"])

    def without_job(self, connection: dict[str, Any], file: str) -> dict[str, Any]:
        """Return what a spare like it is told, whose connection is in *file*."""
        old = self.job["connection_file"]
        told = {
            "argv": [file if each == old else each for each in self.job["argv"]],
            "connection_file": file,
            "ports": {name: connection[name] for name in port_names},
            "env": self.base,
            "cwd": "/",
        }
        return {**self.job, **told}


@dataclass(frozen=True, kw_only=True)
class Spare:
    """A *process* that is a kernel of *kind*, behind *connection*, but for what its job says."""

    kind: Kind
    process: ForkedProcess
    connection: dict[str, Any]
    file: str

    def end(self) -> None:
        """Kill it, and let go of what it had."""
        self.process.has_begun("it is not needed")
        _let_go(self.connection, self.file)


class Spares:
    """The spares that *fork* makes, at most *most* of them: those of the kinds used last.

    Each is for one job. *on_idle* is called when none was made or taken for *seconds*.
    """

    def __init__(
        self,
        fork: Callable[[dict[str, Any], tuple[int, int]], Awaitable[ForkedProcess]],
        most: int,
        seconds: float,
        on_idle: Callable[[], None],
    ) -> None:
        self._fork = fork
        self._most = most
        self._seconds = seconds
        self._on_idle = on_idle
        self._spares: list[Spare] = []
        self._making = 0
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._spares)

    def take(self, wanted: Wanted) -> Spare | None:
        """Return one that can become what is *wanted*, which nobody else gets."""
        kind = wanted.kind
        for spare in self._spares:
            if spare.kind == kind:
                self._spares.remove(spare)
                self._wait()
                return spare
        return None

    async def make(self, wanted: Wanted) -> None:
        """Have one more of the kind that was *wanted*, unless there are enough; raises NotForked.

        If others fill the room, the oldest of them goes.
        """
        kind = wanted.kind
        alike = sum(spare.kind == kind for spare in self._spares)
        if kind is None or alike + self._making >= self._most:
            return
        self._making += 1
        try:
            await self._make(kind, wanted)
        finally:
            self._making -= 1
        while len(self._spares) > self._most:
            self._spares.pop(0).end()
        self._wait()

    def close(self) -> None:
        """End them all, and make no more."""
        self._most = 0
        self.clear()

    def clear(self) -> None:
        """End them all."""
        if self._timer is not None:
            self._timer.cancel()
        while self._spares:
            self._spares.pop().end()

    async def _make(self, kind: Kind, wanted: Wanted) -> None:
        ports = LocalPortCache.instance()
        fresh = {name: ports.find_available_port(wanted.connection["ip"]) for name in port_names}
        connection = {**wanted.connection, **fresh, "key": uuid4().hex.encode()}
        file = _written(connection)
        try:
            process = await self._fork(wanted.without_job(connection, file), wanted.streams)
        except BaseException:
            _let_go(connection, file)
            raise
        spare = Spare(kind=kind, process=process, connection=connection, file=file)
        self._spares.append(spare)
        process.begun.add_done_callback(lambda _: self._on_begun(spare))

    def _on_begun(self, spare: Spare) -> None:
        """If it has no job yet, it has ended."""
        if spare in self._spares:
            self._spares.remove(spare)
            spare.end()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._on_idle)


def _written(connection: dict[str, Any]) -> str:
    """Return a new file of *connection*, which the kernel removes once it has read it."""
    descriptor, path = tempfile.mkstemp(prefix="nbtasks-", suffix=".json")
    with open(descriptor, "w") as file:
        json.dump({**connection, "key": connection["key"].decode()}, file)
    return path


def _let_go(connection: dict[str, Any], file: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(file)
    for name in port_names:
        LocalPortCache.instance().return_port(connection[name])
