"""The one door to operating-system processes: who this server is, what a kernel uses, its end."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ..forkserver.safety import NotForked, interpreter_of

# The moment of the machine's start is only known to whole seconds.
_CLOCK_SECONDS = 2.0
ENDED_AT_ONCE = "its process ended at once."
# Until the first look at the ports of a kernel, and between two; most kernels need less to begin.
_LOOK_SECONDS = 1.0
_SUSPENDED = (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError)


def this_server() -> str:
    """Return a name for this server that tells whether it still lives, on its own machine."""
    return f"{process_name(os.getpid())}/{secrets.token_hex(4)}"


def this_machine() -> str:
    """Name what has process numbers of its own: a machine, or a container on it."""
    try:
        namespace = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        namespace = 0
    return f"{socket.gethostname()}:{namespace}"


def is_gone(server: str) -> bool:
    """Whether *server* surely lives no more; False where that cannot be seen from here."""
    return _is_here(server) and _found(server) is None


def is_at_work(server: str) -> bool:
    """Whether *server* surely lives and is not suspended; False where that cannot be seen."""
    process = _found(server) if _is_here(server) else None
    try:
        return process is not None and process.status() not in _SUSPENDED
    except psutil.NoSuchProcess:
        return False


def process_name(pid: int) -> str:
    """Return a name for the process *pid* by which no other is ever taken for it."""
    return f"{this_machine()}/{_boot()}/{pid}/{_since_boot(psutil.Process(pid)):.2f}"


def end_process(name: str) -> None:
    """Kill the kernel of that `process_name` with all it started, if it still runs here."""
    machine, boot, pid, started = name.rsplit("/", 3)
    if (machine, boot) != (this_machine(), _boot()):
        return
    with suppress(*_GONE):
        process = psutil.Process(int(pid))
        if abs(_since_boot(process) - float(started)) <= _CLOCK_SECONDS:
            kill([process, *KernelProcesses(process.pid).family(detached=True)])


def _is_here(server: str) -> bool:
    """Whether *server* has, or had, one of the process numbers that are seen from here."""
    machine, boot, *_ = server.rsplit("/", 4)
    # By the boot too, as two machines may have the same name.
    return (machine, boot) == (this_machine(), _boot())


def _found(server: str) -> psutil.Process | None:
    """Return the process of a *server* that is here; None if it has ended."""
    _, _, pid, started, _ = server.rsplit("/", 4)
    try:
        process = psutil.Process(int(pid))
        has_ended = process.status() == psutil.STATUS_ZOMBIE
        is_it = abs(_since_boot(process) - float(started)) <= _CLOCK_SECONDS
    except psutil.NoSuchProcess:
        return None
    return process if is_it and not has_ended else None


def _since_boot(process: psutil.Process) -> float:
    # On Linux both moments move when the clock is set, but not the time between them.
    return process.create_time() - psutil.boot_time()


def _boot() -> str:
    """Name the time from the machine's start to its next."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"{psutil.boot_time():.0f}"


@dataclass
class KernelProcesses:
    """The process of a kernel and those that it started.

    *name* is that of `process_name`; *cpu_seconds* and *peak_memory_bytes* (resident) are of
    them all, as far as `measure` saw. Raises ProcessLookupError if it has ended.
    """

    pid: int
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0

    def __post_init__(self) -> None:
        try:
            self.name = process_name(self.pid)
            self._kernel = psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            raise ProcessLookupError(ENDED_AT_ONCE) from None
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
        """Return the members of the kernel's process group; with *detached*, all it started.

        What detached itself from a kernel that is dead by now is found if `measure` saw it.
        """
        group = [process for process in psutil.process_iter() if _group(process) == self.pid]
        return [*group, *self._descendants(), *list(self._seen)] if detached else group

    def _descendants(self) -> list[psutil.Process]:
        try:
            found: list[psutil.Process] = self._kernel.children(recursive=True)
        except _GONE:
            return []
        return found


class KernelPorts:
    """Tells whether the kernel in process *pid* got the ports of *connection*, its connection info.

    *lost* is the one for what it publishes, if another process has that: Python's kernel then
    neither answers nor ends. None as long as it is not known to be lost.
    """

    def __init__(self, pid: int, connection: Mapping[str, Any]) -> None:
        self._pid, self._port = pid, connection["iopub_port"]
        self._is_settled = connection["transport"] != "tcp"
        self._look_at = time.monotonic() + _LOOK_SECONDS
        self.lost: int | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is time to `look`."""
        return not self._is_settled and time.monotonic() >= self._look_at

    def look(self) -> None:
        """See whether the kernel has them; milliseconds of reading /proc, not for the loop."""
        self._look_at = time.monotonic() + _LOOK_SECONDS
        try:
            # Others may run elsewhere, behind ports that somebody else has for them.
            interpreter_of(psutil.Process(self._pid).cmdline(), os.environ)
            self._is_settled = self._is_own()
            # In this order: what it gets meanwhile is its own.
            if not self._is_settled and self._is_taken() and not self._is_own():
                self.lost, self._is_settled = self._port, True
        except (NotForked, psutil.Error, OSError):
            # A process that has ended is noticed elsewhere, and not every system tells.
            self._is_settled = True

    def _is_own(self) -> bool:
        kernel = psutil.Process(self._pid)
        processes = [kernel, *kernel.children(recursive=True)]
        return any(self._is_among(process.net_connections("tcp")) for process in processes)

    def _is_taken(self) -> bool:
        connections = psutil.net_connections("tcp")
        return self._is_among(each for each in connections if each.status != psutil.CONN_TIME_WAIT)

    def _is_among(self, connections: Iterable[Any]) -> bool:
        return any(each.laddr and each.laddr.port == self._port for each in connections)


def kill(processes: list[psutil.Process]) -> None:
    """Kill what is left of *processes*; one whose number was given to another is spared."""
    for process in processes:
        with suppress(*_GONE):
            process.kill()


def _group(process: psutil.Process) -> int | None:
    with suppress(*_GONE):
        return os.getpgid(process.pid)
    return None
