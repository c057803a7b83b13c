"""A forked kernel as a process of this server; it is the child of its fork server."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress


class ForkedProcess:
    """What kernel provisioners use of subprocess.Popen, for the forked process *pid*.

    *id* is what its fork server knows it by. *begun* is done once it is a kernel, with an empty
    result, or once it will not be one, with the reason.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, id: int) -> None:
        self.pid = pid
        self.id = id
        self.returncode: int | None = None
        self.begun: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def has_begun(self, why: str) -> None:
        """Note that it is a kernel, or end it and note *why*, unless that is known."""
        if self.begun.done():
            return
        if why:
            with suppress(ProcessLookupError):
                self.kill()
        self.begun.set_result(why)

    def poll(self) -> int | None:
        """Return its exit status once that is known; negative is the signal that killed it."""
        return self.returncode

    def wait(self) -> int | None:
        """Return its exit status; nobody waits before it has ended."""
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)
