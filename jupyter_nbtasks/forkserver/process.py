"""A forked kernel as a process of this server; it is the child of its fork server."""

from __future__ import annotations

import os
import signal


class ForkedProcess:
    """What kernel provisioners use of subprocess.Popen, for the forked process *pid*."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

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
