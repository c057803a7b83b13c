"""The one door to operating-system processes: who this server is, what a kernel uses, its end."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass

import psutil

_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError)


def this_server() -> str:
    """Return a name for this server that tells whether it still lives, on its own machine."""
    process = psutil.Process()
    machine = f"{socket.gethostname()}/{psutil.boot_time():.0f}"
    return f"{machine}/{process.pid}/{process.create_time():.2f}/{secrets.token_hex(4)}"


def is_gone(server: str) -> bool:
    """Whether *server* surely lives no more; False where that cannot be seen from here."""
    host, booted, pid, created, _ = server.rsplit("/", 4)
    if host != socket.gethostname():
        return False
    # The boot time wanders by a second or two where the clock is adjusted.
    if abs(float(booted) - psutil.boot_time()) > 60:
        return True
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(created)) > 1
    except psutil.NoSuchProcess:
        return True


@dataclass
class KernelProcesses:
    """The process of a kernel and those that it started.

    *cpu_seconds* and *peak_memory_bytes* (resident) are of them all, as far as `measure` saw.
    """

    pid: int
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0

    def __post_init__(self) -> None:
        self._kernel = psutil.Process(self.pid)
        self._seen: dict[psutil.Process, float] = {}

    def measure(self) -> None:
        """Take a sample; milliseconds of reading /proc, so not on the event loop."""
        memory = 0
        for process in [self._kernel, *self._descendants()]:
            with suppress(*_GONE), process.oneshot():
                times = process.cpu_times()
                self._seen[process] = times.user + times.system
                memory += process.memory_info().rss
        self.cpu_seconds = sum(self._seen.values())
        self.peak_memory_bytes = max(self.peak_memory_bytes, memory)

    def family(self, *, detached: bool) -> list[psutil.Process]:
        """Return the members of the kernel's process group; with *detached*, all it started."""
        group = [process for process in psutil.process_iter() if _group(process) == self.pid]
        return [*group, *self._descendants()] if detached else group

    def _descendants(self) -> list[psutil.Process]:
        try:
            found: list[psutil.Process] = self._kernel.children(recursive=True)
        except _GONE:
            return []
        return found


def kill(processes: list[psutil.Process]) -> None:
    """Kill what is left of *processes*; one whose number was given to another is spared."""
    for process in processes:
        with suppress(*_GONE):
            process.kill()


def _group(process: psutil.Process) -> int | None:
    with suppress(*_GONE):
        return os.getpgid(process.pid)
    return None
