"""Kernels that are started before there is a job for them, so that it need not wait for one."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from jupyter_client.connect import LocalPortCache, port_names

from .pool import KernelPool
from .process import ForkedProcess
from .safety import Interpreter

# What a spare must have in common with the kernel that is requested.
_Kind = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class ForkRequest:
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
    def kind(self) -> _Kind | None:
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
        """Return the job of a spare for such a request, whose *connection* is in *file*."""
        old = self.job["connection_file"]
        own = {
            "argv": [file if each == old else each for each in self.job["argv"]],
            "connection_file": file,
            "ports": {name: connection[name] for name in port_names},
            "env": self.base,
            "cwd": "/",
        }
        return {**self.job, **own}


@dataclass(frozen=True, kw_only=True)
class Spare:
    """A *process* that is a kernel behind *connection*, which *file* has, but for its job."""

    process: ForkedProcess
    connection: dict[str, Any]
    file: str

    def end(self) -> None:
        """Kill it, and let go of what it had."""
        self.process.has_begun("it is not needed")
        _let_go(self.connection, self.file)


class Spares:
    """The spares that *fork* makes, at most *most* of them.

    *on_idle* is called when none was made or taken for *seconds*.
    """

    def __init__(
        self,
        fork: Callable[[dict[str, Any], tuple[int, int]], Awaitable[ForkedProcess]],
        most: int,
        seconds: float,
        on_idle: Callable[[], None],
    ) -> None:
        self._fork = fork
        self._pool: KernelPool[_Kind, Spare] = KernelPool(most, seconds, on_idle)

    def __len__(self) -> int:
        return len(self._pool)

    def take(self, request: ForkRequest) -> Spare | None:
        """Return one that can become what is requested, which nobody else gets."""
        kind = request.kind
        return None if kind is None else self._pool.take(kind)

    async def make(self, request: ForkRequest) -> None:
        """Have one more of the requested kind, unless there are enough; raises NotForked.

        If others fill the room, the oldest of them goes.
        """
        kind = request.kind
        if kind is not None:
            _end_all(await self._pool.make(kind, partial(self._make, request)))

    def close(self) -> None:
        """End them all, and make no more."""
        _end_all(self._pool.close())

    def clear(self) -> None:
        """End them all."""
        _end_all(self._pool.empty())

    async def _make(self, request: ForkRequest) -> Spare:
        ports = LocalPortCache.instance()
        fresh = {name: ports.find_available_port(request.connection["ip"]) for name in port_names}
        connection = {**request.connection, **fresh, "key": uuid4().hex.encode()}
        file = _written(connection)
        try:
            process = await self._fork(request.without_job(connection, file), request.streams)
        except BaseException:
            _let_go(connection, file)
            raise
        spare = Spare(process=process, connection=connection, file=file)
        process.begun.add_done_callback(lambda _: self._on_begun(spare))
        return spare

    def _on_begun(self, spare: Spare) -> None:
        """End a spare that has begun without a job: its process has ended."""
        if self._pool.remove(spare):
            spare.end()


def _end_all(spares: Iterable[Spare]) -> None:
    for spare in spares:
        spare.end()


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
