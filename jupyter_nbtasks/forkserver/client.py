"""One fork server, as this server sees it: started, asked for kernels, told to retire."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from .launch import ForkSettings, launch, reap
from .process import ForkedProcess
from .safety import Interpreter, NotForked
from .spares import Spares

_MAX_MESSAGE = 1 << 16
# One that does not answer may only be slow; it is killed after these, once its kernels have ended.
_STUCK_SECONDS = 30.0


class UnfitPreload(Exception):
    """It is not safe to fork once *module*, one of the preload, is imported."""

    def __init__(self, why: str, module: str) -> None:
        super().__init__(why)
        self.module = module


class ForkServer:
    """The fork server of *interpreter*, with the environment *env*.

    It *is_usable* from the end of `start` until it is gone or is to fork no more; as long it has
    *spares*.
    """

    def __init__(self, interpreter: Interpreter, env: Mapping[str, str], settings: ForkSettings):
        self.interpreter = interpreter
        self.env = dict(env)
        self.is_usable = False
        self.left_out: dict[str, str] = {}
        self.spares = Spares(self._fork_spare, settings.spares, settings.idle, self._on_idle)
        self._settings = settings
        self._ids = count()
        self._answers: dict[int, asyncio.Future[ForkedProcess]] = {}
        self._kernels: dict[int, ForkedProcess] = {}
        self._starting: dict[int, ForkedProcess] = {}
        self._ended = asyncio.Event()

    async def start(self) -> None:
        """Wait until it has imported; raises NotForked, or UnfitPreload."""
        self._loop = asyncio.get_running_loop()
        self._greeting: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        try:
            self._process, self._channel = launch(self.interpreter, self.env, self._settings)
        except OSError as error:
            raise NotForked(f"its fork server does not start: {error}") from error
        self._loop.add_reader(self._channel.fileno(), self._read)
        greeting = await self._greeted()
        if "unfit" in greeting:
            await self.close()
            if greeting["module"]:
                raise UnfitPreload(greeting["unfit"], greeting["module"])
            raise NotForked(greeting["unfit"])
        self.left_out = greeting["ready"]
        self.is_usable = True

    async def fork(self, job: dict[str, Any], streams: tuple[int, int]) -> ForkedProcess:
        """Return a process that is to become a kernel; raises NotForked.

        *streams* are the descriptors of its stdout and stderr.
        """
        process = await self._fork(job, streams)
        self._limit(process)
        return process

    def hand_over(self, spare: ForkedProcess, job: dict[str, Any]) -> None:
        """Have *spare* become the kernel of *job*."""
        try:
            self._ask(spare.id, job, (), handed=True)
        except OSError:
            self._give_up(spare)
        else:
            self._limit(spare)

    def retire(self) -> None:
        """Have it end with the last of its kernels; it has no spares then."""
        self.is_usable = False
        self.spares.close()
        with suppress(OSError):
            self._channel.send(json.dumps({"retire": True}).encode())

    async def close(self) -> None:
        """End it, and with it what is left of its kernels."""
        self._lose()
        await asyncio.to_thread(reap, self._process)

    async def ended(self) -> None:
        """Wait until it has gone."""
        await self._ended.wait()

    async def _fork_spare(self, job: dict[str, Any], streams: tuple[int, int]) -> ForkedProcess:
        return await self._fork(job, streams, waits=True)

    async def _fork(
        self, job: dict[str, Any], streams: tuple[int, int], **flags: bool
    ) -> ForkedProcess:
        id = next(self._ids)
        answer: asyncio.Future[ForkedProcess] = self._loop.create_future()
        self._answers[id] = answer
        try:
            self._ask(id, job, streams, **flags)
            async with asyncio.timeout(self._settings.answer):
                return await answer
        except OSError:  # A TimeoutError is one.
            self.retire()
            self._loop.call_later(_STUCK_SECONDS, self._kill_if_unused)
            raise NotForked("its fork server does not answer") from None
        finally:
            del self._answers[id]

    def _limit(self, process: ForkedProcess) -> None:
        """Give it a limited time, from now on, to become a kernel."""
        timer = self._loop.call_later(self._settings.answer, self._give_up, process)
        process.begun.add_done_callback(lambda _: timer.cancel())

    def _kill_if_unused(self) -> None:
        if self._ended.is_set():
            return
        if all(kernel.poll() is not None for kernel in self._kernels.values()):
            self._process.kill()
        else:
            self._loop.call_later(_STUCK_SECONDS, self._kill_if_unused)

    def _on_idle(self) -> None:
        """No job came for long: a fork server that has nothing but spares is of no use either."""
        if len(self._kernels) == len(self.spares):
            self.retire()
        self.spares.clear()

    async def _greeted(self) -> dict[str, Any]:
        """Return its first message: that it is ready, or why it is unfit."""
        try:
            async with asyncio.timeout(self._settings.start):
                return await self._greeting
        except TimeoutError:
            return {"unfit": "its fork server did not begin in time", "module": None}
        except asyncio.CancelledError:
            await self.close()
            raise

    def _ask(self, id: int, job: dict[str, Any], streams: tuple[int, ...], **flags: bool) -> None:
        """Hand over *job* as a file, which only the forked process will read."""
        with open(os.memfd_create("job"), "w+") as file:
            json.dump(job, file)
            file.seek(0)
            deadline = time.monotonic() + self._settings.answer
            message = {"id": id, "deadline": deadline, **flags}
            descriptors = [file.fileno(), *streams]
            socket.send_fds(self._channel, [json.dumps(message).encode()], descriptors)

    def _read(self) -> None:
        while True:
            try:
                data = self._channel.recv(_MAX_MESSAGE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._lose()
                return
            self._hear(json.loads(data))

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("stale"):
            self.retire()
        if "exited" in message:
            self._kernels.pop(message["exited"]).returncode = message["status"]
        elif "id" not in message:
            if not self._greeting.done():
                self._greeting.set_result(message)
        elif pid := message.get("pid"):
            self._on_born(message["id"], pid)
        elif process := self._starting.pop(message["id"], None):
            process.has_begun(message.get("refused", ""))
        elif "refused" in message:
            self._on_refused(message)

    def _on_born(self, id: int, pid: int) -> None:
        process = self._kernels[pid] = self._starting[id] = ForkedProcess(pid, id)
        answer = self._answers.get(id)
        if answer is None or answer.done():
            process.has_begun("nobody waits for it any more")
        else:
            answer.set_result(process)

    def _give_up(self, process: ForkedProcess) -> None:
        self.retire()
        process.has_begun("the forked process did not become a kernel in time")

    def _on_refused(self, message: dict[str, Any]) -> None:
        answer = self._answers.get(message["id"])
        if answer is not None and not answer.done():
            answer.set_exception(NotForked(message["refused"]))

    def _lose(self) -> None:
        """It is gone, or is to go: its kernels are killed with it."""
        self.is_usable = False
        self.spares.close()
        if self._ended.is_set():
            return
        self._loop.remove_reader(self._channel.fileno())
        self._channel.close()
        for kernel in self._kernels.values():
            kernel.returncode = -signal.SIGKILL
            kernel.has_begun("its fork server has ended")
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(NotForked("its fork server has ended"))
        if not self._greeting.done():
            self._greeting.set_result({"unfit": "its fork server could not begin", "module": None})
        self._ended.set()
