"""A forked kernel as a process of this server; it is the child of its fork server."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

# Of the facts in /proc/<pid>/stat, counted after the name.
_STATE, _STATUS = 0, 49


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
        if self.returncode is None:
            # Its fork server may be stopped, or hang, and never tell.
            self.returncode = _status_of_zombie(self.pid)
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


def _status_of_zombie(pid: int) -> int | None:
    """Return the exit status of a process that has ended and was not waited for; None of others."""
    try:
        # The name, in brackets, may have anything in it.
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return os.waitstatus_to_exitcode(int(facts[_STATUS])) if facts[_STATE] == "Z" else None
