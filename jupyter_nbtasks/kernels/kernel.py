"""The kernel that runs one attempt at a job."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, cast

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import ensure_async

from ..forkserver.process import ForkedProcess
from .activity import Activity
from .processes import ENDED_AT_ONCE, KernelPorts, KernelProcesses, kill

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

_SHUTDOWN_SECONDS = 2.0
_REMOTE_POLL_SECONDS = 5.0
# What a gateway needs to end a kernel that does not answer, and a little more.
_GATEWAY_SECONDS = 7.0
_SAID_BYTES = 600
_SAID_LINES = 5

_log = logging.getLogger(__name__)


class JobKernel:
    """One fresh kernel of the server, for one attempt at a job.

    *code* tells one that was started before the job what others learn from their environment.
    *said* is the file of what it prints as a process, if that is kept. Raises ProcessLookupError
    if its process has ended.
    """

    def __init__(self, id: str, kernels: Any, said: IO[bytes] | None = None) -> None:
        self.id = id
        self._said = said
        self._kernels = kernels
        self._manager = kernels.get_kernel(id)
        self._started = time.monotonic()
        self._asked_at = 0.0
        self._ending: asyncio.Task[None] | None = None
        self._has_waited = False
        self.code: str | None = None
        pid = kernel_pid(self._manager)
        if pid is None and isinstance(self._provisioner, LocalProvisioner):
            # Jupyter has noticed its end, and forgotten the process.
            raise ProcessLookupError(ENDED_AT_ONCE)
        self.processes = KernelProcesses(pid) if pid else None
        self._ports = KernelPorts(pid, self._manager.get_connection_info()) if pid else None
        self.activity = Activity(kernels, id)
        # A restarted kernel would have forgotten the cells before: a job ends with its kernel.
        if hasattr(self._manager, "stop_restarter"):
            self._manager.stop_restarter()
        # Where another process took its port, this socket has no peer; to wait for one would stop
        # the loop.
        if control := getattr(self._manager, "_control_socket", None):
            control.sndtimeo = 0

    @property
    def seconds(self) -> float:
        """The seconds since it was started."""
        return time.monotonic() - self._started

    def connection(self) -> KernelConnectionInfo | None:
        """Return what a client connects with, as JSON; None for a kernel behind a gateway."""
        info = self._manager.get_connection_info()
        if not info["shell_port"]:
            return None
        return cast("KernelConnectionInfo", {**info, "key": info["key"].decode()})

    @property
    def end(self) -> str:
        """How it ended, in a few words; empty while it runs or where nobody knows."""
        if self._ports is not None and self._ports.lost is not None:
            return f"another process has taken its port {self._ports.lost}"
        process = getattr(self._provisioner, "process", None)
        status = process.poll() if process is not None else None
        return "" if status is None else _describe_end(status)

    def last_lines(self) -> list[str]:
        """Return the last lines it printed as a process, if kept; none once it was ended."""
        if self._said is None or self._said.closed:
            return []
        size = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(size - _SAID_BYTES, 0))
        lines = self._said.read().decode(errors="replace").splitlines()
        return [line for line in lines if line.strip()][-_SAID_LINES:]

    @property
    def start(self) -> str | None:
        """How its process was started: "warm", "fork", or "cold: " and why; None if unknown."""
        if self._has_waited:
            return "warm"
        return getattr(self._provisioner, "start", None) or None

    @property
    def can_be_forked(self) -> bool:
        """Whether the next kernel like this one may be forked."""
        return bool(getattr(self._provisioner, "can_be_forked", False))

    def employ(self, code: str | None) -> None:
        """Give it to a job after it has waited for one; *code* tells it of the job."""
        self._started = time.monotonic()
        self._has_waited = True
        self.code = code

    def prepare_next(self) -> Awaitable[None] | None:
        """Have the next kernel like this one start sooner; there is no need to wait for that."""
        prepare = getattr(self._provisioner, "prepare", None)
        return prepare() if prepare else None

    def prepare_spare(self) -> asyncio.Task[None] | None:
        """Have the next one start sooner, and a fork like this one wait for its job."""
        prepare = getattr(self._provisioner, "prepare_spare", None)
        return prepare() if prepare else None

    def client(self) -> Any:
        """Return a jupyter_client client for it."""
        if self.connection() is None:
            # Imported here because few servers have a gateway.
            from .gateway import GatewayJobClient

            self._manager.client_factory = GatewayJobClient
        return self._manager.client()

    async def is_alive(self) -> bool:
        """Whether it runs, was not restarted, and is still one of the server's.

        One whose port another process has taken is as good as dead.
        """
        if self.id not in self._kernels:
            return False
        if self.processes is not None and kernel_pid(self._manager) != self.processes.pid:
            return False
        if self._ports is not None and self._ports.is_due:
            await asyncio.to_thread(self._ports.look)
        if self._ports is not None and self._ports.lost is not None:
            return False
        if self.processes is None:
            if time.monotonic() - self._asked_at < _REMOTE_POLL_SECONDS:
                return True
            self._asked_at = time.monotonic()
        # A gateway that does not answer may be slow, and is asked again.
        with suppress(TimeoutError):
            async with self._patience():
                return bool(await ensure_async(self._manager.is_alive()))
        return True

    async def interrupt(self) -> None:
        """Interrupt the cell that runs; raises whatever stands in the way."""
        if self.id in self._kernels:
            async with self._patience():
                await ensure_async(self._manager.interrupt_kernel())

    async def kill(self) -> None:
        """End it and every process that it started, at once."""
        await self._end(now=True)

    async def shutdown(self) -> None:
        """Let it end in its own way for two seconds, then kill it and its process group."""
        await self._end(now=False)

    @property
    def is_far(self) -> bool:
        """Whether it is behind a gateway."""
        return self.connection() is None

    @property
    def _provisioner(self) -> Any:
        return getattr(self._manager, "provisioner", None)

    async def _end(self, *, now: bool) -> None:
        # Once and to its end: Jupyter can never again end a kernel whose end was given up midway,
        # and a server with such a kernel cannot be stopped.
        if self._ending is None:
            self._ending = asyncio.create_task(self._shut_down(now=now))
        elif now and not self._ending.done() and self.processes is not None:
            family = await asyncio.to_thread(self.processes.family, detached=True)
            await asyncio.to_thread(kill, family)
        await asyncio.shield(self._ending)

    async def _shut_down(self, *, now: bool) -> None:
        family = []
        if self.processes is not None:
            family = await asyncio.to_thread(self.processes.family, detached=now)
        if self.id in self._kernels:
            self._manager.shutdown_wait_time = _SHUTDOWN_SECONDS
            try:
                async with self._patience():
                    await ensure_async(self._kernels.shutdown_kernel(self.id, now=now))
            except Exception as error:
                if self.is_far:
                    _log.warning("Kernel %s is left to its gateway: %s", self.id, error)
                    self._kernels.remove_kernel(self.id)
                    return
                _log.warning(
                    "Kernel %s could not be asked to end, and is killed: %s", self.id, error
                )
                await asyncio.to_thread(kill, family)
                await self._forget()
        await asyncio.to_thread(kill, family)
        if self._said is not None:
            self._said.close()

    def _patience(self) -> asyncio.Timeout:
        """Wait no longer inside for a gateway, which Jupyter would ask for a minute if it is gone.

        A cancelled job, and a server that is to end, would live on for as long.
        """
        return asyncio.timeout(_GATEWAY_SECONDS if self.is_far else None)

    async def _forget(self) -> None:
        """Have Jupyter forget it, killed as it is, with its sockets and files."""
        # Jupyter only takes it from its list by that, since it is dead.
        await ensure_async(self._kernels.shutdown_kernel(self.id, now=True))
        if self._provisioner is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_SHUTDOWN_SECONDS):
                    await self._provisioner.wait()
        await ensure_async(self._manager.cleanup_resources())


def kernel_pid(manager: Any) -> int | None:
    """Return the process of the kernel of *manager*, a KernelManager; None if it is not here.

    Only a process that was started here is believed: the ``pid`` of a provisioner may be a number
    on another machine, where it is somebody else's.
    """
    process = getattr(getattr(manager, "provisioner", None), "process", None)
    return process.pid if isinstance(process, (subprocess.Popen, ForkedProcess)) else None


def _describe_end(status: int) -> str:
    if status >= 0:
        return f"it exited with status {status}"
    name = signal.Signals(-status).name if -status in set(signal.Signals) else str(-status)
    if name == "SIGKILL":
        return "it was killed (SIGKILL), perhaps because memory ran out"
    return f"it was ended by {name}"
