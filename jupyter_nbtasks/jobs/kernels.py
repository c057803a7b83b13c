"""A kernel for a job, from the server's own kernel manager."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jupyter_core.utils import ensure_async

from ..errors import invalid_field
from ..forkserver.provisioner import Forking, ForkProvisioner
from ..forkserver.servers import ForkServers
from .activity import Activity
from .processes import KernelProcesses, kill

# More at once stall the event loop for hundreds of milliseconds and are no sooner ready.
_STARTS_AT_ONCE = 2
_SHUTDOWN_SECONDS = 2.0
_REMOTE_POLL_SECONDS = 5.0
_GIVE_UP_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class KernelSpec:
    """A kernel that the server offers; *argv* is empty where it is started elsewhere."""

    name: str
    display_name: str
    language: str
    argv: tuple[str, ...]


class KernelStartFailed(Exception):
    """A kernel did not start; the text says why."""


class JobKernel:
    """One fresh kernel of the server, for one attempt at a job."""

    def __init__(self, id: str, kernels: Any) -> None:
        self.id = id
        self._kernels = kernels
        self._manager = kernels.get_kernel(id)
        self._started = time.monotonic()
        self._asked_at = 0.0
        self._ending: asyncio.Task[None] | None = None
        pid = self._pid()
        self.processes = KernelProcesses(pid) if pid else None
        self.activity = Activity(kernels, id)
        # A restarted kernel would have forgotten the cells before: a job ends with its kernel.
        if hasattr(self._manager, "stop_restarter"):
            self._manager.stop_restarter()
        # Where another process took the port, it has no peer, and waits for one with all the loop.
        if control := getattr(self._manager, "_control_socket", None):
            control.sndtimeo = 0

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return time.monotonic() - self._started

    def connection(self) -> dict[str, Any] | None:
        """Return what a client connects with, as JSON; None for a kernel behind a gateway."""
        info: dict[str, Any] = self._manager.get_connection_info()
        return {**info, "key": info["key"].decode()} if info["shell_port"] else None

    @property
    def end(self) -> str:
        """How its process ended, in a few words; empty while it runs or where nobody knows."""
        process = getattr(self._provisioner, "process", None)
        status = process.poll() if process is not None else None
        return "" if status is None else _ending(status)

    @property
    def start(self) -> str | None:
        """How its process was started: "warm", "fork", or "cold: " and why; None if unknown."""
        return getattr(self._provisioner, "start", None) or None

    def prepare_next(self) -> Awaitable[None] | None:
        """Have the next kernel like this one start sooner; there is no need to wait for that."""
        prepare = getattr(self._provisioner, "prepare", None)
        return prepare() if prepare else None

    def prepare_spare(self) -> Awaitable[None] | None:
        """Have that, and a kernel like this one that waits for its job."""
        prepare = getattr(self._provisioner, "prepare_spare", None)
        return prepare() if prepare else None

    def client(self) -> Any:
        """Return a jupyter_client client for it."""
        return self._manager.client()

    async def is_alive(self) -> bool:
        """Whether it runs, was not restarted, and is still one of the server's."""
        if self.id not in self._kernels:
            return False
        if self.processes is not None and self._pid() != self.processes.pid:
            return False
        if self.processes is None:
            if time.monotonic() - self._asked_at < _REMOTE_POLL_SECONDS:
                return True
            self._asked_at = time.monotonic()
        return bool(await ensure_async(self._manager.is_alive()))

    async def interrupt(self) -> None:
        """Interrupt the cell that runs."""
        if self.id in self._kernels:
            await ensure_async(self._manager.interrupt_kernel())

    async def kill(self) -> None:
        """End it and every process that it started, at once."""
        await self._end(now=True)

    async def shutdown(self) -> None:
        """Let it end in its own way for two seconds, then kill it and its process group."""
        await self._end(now=False)

    @property
    def _provisioner(self) -> Any:
        return getattr(self._manager, "provisioner", None)

    def _pid(self) -> int | None:
        """The process of a kernel on this machine."""
        pid = getattr(self._provisioner, "pid", None)
        return pid if isinstance(pid, int) and pid > 0 else None

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
                await ensure_async(self._kernels.shutdown_kernel(self.id, now=now))
            except Exception as error:
                _log.warning(
                    "Kernel %s could not be asked to end, and is killed: %s", self.id, error
                )
                await asyncio.to_thread(kill, family)
                await self._forget()
        await asyncio.to_thread(kill, family)

    async def _forget(self) -> None:
        """Have Jupyter forget it, killed as it is, with its sockets and files."""
        # It takes it from its list, and sees to nothing else.
        await ensure_async(self._kernels.shutdown_kernel(self.id, now=True))
        if self._provisioner is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_SHUTDOWN_SECONDS):
                    await self._provisioner.wait()
        await ensure_async(self._manager.cleanup_resources())


class Kernels:
    """Finds and starts the server's kernels.

    *manager* is its MappingKernelManager, *specs* its KernelSpecManager; with *fork_servers*,
    its kernels are forked where that is safe.
    """

    def __init__(self, manager: Any, specs: Any, fork_servers: ForkServers | None = None) -> None:
        self._manager = manager
        self._specs = specs
        self.fork_servers = fork_servers
        self._forking = Forking(manager, fork_servers) if fork_servers else None
        self._starting = asyncio.Semaphore(_STARTS_AT_ONCE)
        self._starts: set[asyncio.Future[JobKernel]] = set()

    @property
    def default_name(self) -> str:
        """The kernel for a notebook that names none."""
        return str(self._manager.default_kernel_name)

    async def specs(self) -> dict[str, KernelSpec]:
        """Return the kernels that the server offers, by name."""
        found = await ensure_async(self._specs.get_all_specs())
        return {name: _spec(name, entry["spec"]) for name, entry in sorted(found.items())}

    async def spec(self, name: str) -> KernelSpec:
        """Return the kernel *name*; raises InvalidRequest that names those there are."""
        specs = await self.specs()
        if name not in specs:
            known = ", ".join(repr(known) for known in specs) or "none"
            msg = f"There is no kernel {name!r} here. Choose one of: {known}."
            raise invalid_field("kernel_name", msg, reason="unknown_kernel")
        return specs[name]

    async def start(
        self, name: str, folder: str, env: Mapping[str, str], seconds: float
    ) -> JobKernel:
        """Start kernel *name* in the Contents *folder*, within *seconds*.

        Raises KernelStartFailed; a kernel that comes later than that is shut down again.
        """
        starting = asyncio.ensure_future(self._start(name, folder, env))
        self._starts.add(starting)
        starting.add_done_callback(self._starts.discard)
        done, _ = await asyncio.wait([starting], timeout=seconds)
        if not done:
            starting.add_done_callback(self._discard)
            msg = f"Kernel {name!r} did not start within {seconds:g} seconds."
            raise KernelStartFailed(msg)
        if starting.cancelled():
            msg = f"Kernel {name!r} was not ready when the server was stopped."
            raise KernelStartFailed(msg)
        try:
            return starting.result()
        except Exception as error:
            msg = f"Kernel {name!r} did not start: {error}"
            raise KernelStartFailed(msg) from error

    async def give_up(self) -> None:
        """Cancel the starts that are under way; one that goes on after a second is left alone."""
        for starting in self._starts:
            starting.cancel()
        if self._starts:
            await asyncio.wait(self._starts, timeout=_GIVE_UP_SECONDS)
        # Jupyter never forgets a kernel whose start was cancelled, and could not end the others.
        pending = getattr(self._manager, "_pending_kernels", {})
        for id in [id for id, task in pending.items() if task.cancelled()]:
            del pending[id]

    async def _start(self, name: str, folder: str, env: Mapping[str, str]) -> JobKernel:
        async with self._starting:
            given = {"kernel_name": name, "path": folder, "env": {**os.environ, **env}}
            if self._forking is None:
                id = str(await ensure_async(self._manager.start_kernel(**given)))
            else:
                with self._forking.of(await ensure_async(self._specs.get_kernel_spec(name))):
                    id = str(await ensure_async(self._manager.start_kernel(**given)))
            try:
                await self._settle(id)
                return JobKernel(id, self._manager)
            except Exception:
                # Jupyter would start one that has died again, and nobody would ever end that.
                await ensure_async(self._manager.shutdown_kernel(id, now=True))
                raise

    async def _settle(self, id: str) -> None:
        """Wait for a forked kernel; the manager waits for ten milliseconds anyway, meanwhile."""
        provisioner = getattr(self._manager.get_kernel(id), "provisioner", None)
        if isinstance(provisioner, ForkProvisioner):
            await provisioner.settle()

    def _discard(self, starting: asyncio.Future[JobKernel]) -> None:
        if not starting.cancelled() and starting.exception() is None:
            self._discarding = asyncio.ensure_future(starting.result().kill())


def _ending(status: int) -> str:
    if status >= 0:
        return f"it exited with status {status}"
    name = signal.Signals(-status).name if -status in set(signal.Signals) else str(-status)
    if name == "SIGKILL":
        return "it was killed (SIGKILL), perhaps because memory ran out"
    return f"it was ended by {name}"


def _spec(name: str, spec: Mapping[str, Any]) -> KernelSpec:
    return KernelSpec(
        name=name,
        display_name=spec.get("display_name", name),
        language=str(spec.get("language", "")),
        argv=tuple(spec.get("argv", ())),
    )
