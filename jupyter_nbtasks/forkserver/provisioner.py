"""Starts the kernels of jobs for Jupyter's kernel managers: by fork where that is safe."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, cast

from jupyter_client.connect import LocalPortCache, port_names
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from .process import ForkedProcess
from .safety import NotForked, interpreter_of
from .servers import ForkServers
from .spares import ForkRequest

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

NAME = "nbtasks-fork-provisioner"
_LOCAL = "local-provisioner"
# What a kernel may be told about its streams; of all else only Popen knows the meaning.
_KNOWN = {"env", "cwd", "stdout", "stderr", "kernel_id"}
# What is said of one kernel only, and what a kernel must not be told.
_OWN = {"JPY_PARENT_PID", "JPY_SESSION_NAME", "PYTHONEXECUTABLE"}


class ForkProvisioner(LocalProvisioner):
    """Jupyter's own, but for the start: a forked process if it may be, else a fresh one.

    *start* is "warm" if it was a spare, "fork", or "cold" with why; empty before it has started.
    *environ* is what the variables of its kernelspec are added to, *cold* why it may not be
    forked, if it may not.
    """

    servers: ForkServers | None = None
    environ: Mapping[str, str] = os.environ
    cold = ""
    start = ""
    _request: ForkRequest | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel; whatever comes in the way of a fork, it is started afresh.

        Whoever starts it for the first time is to `settle` it then.
        """
        is_restart = bool(self.start)
        self._launched = cmd, kwargs
        try:
            self.process, self.start = await self._begin(cmd, kwargs, may_be_spare=not is_restart)
        except NotForked as why:
            return await self._start_afresh(str(why))
        # Its process leads a session, and so a group.
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()
        if is_restart:
            await self.settle()
        return self.connection_info

    async def settle(self) -> None:
        """Wait until a forked process is a kernel; if it is not to be one, start one afresh."""
        process = self.process
        if isinstance(process, ForkedProcess) and (why := await process.begun):
            await self._start_afresh(why)

    async def _start_afresh(self, why: str) -> Any:
        self.start = f"cold: {why}"
        self.log.debug("The kernel %s is not forked: %s", self.kernel_id, why)
        command, options = self._launched
        return await super().launch_kernel(command, **options)

    @property
    def can_be_forked(self) -> bool:
        """Whether the next kernel like this one may be."""
        request, servers = self._request, self.servers
        return bool(request and servers and not servers.has_failed(request.interpreter))

    def prepare(self) -> asyncio.Task[None] | None:
        """Have a fork server for the next kernel like this one; the task ends with its start."""
        if self.servers is None or self._request is None:
            return None
        return self.servers.prepare(self._request.interpreter, self._request.base)

    def prepare_spare(self) -> asyncio.Task[None] | None:
        """Have that and a spare like this one; the task ends with the start of that."""
        if self.servers is None or self._request is None:
            return None
        return self.servers.prepare_spare(self._request)

    async def _begin(
        self, command: list[str], options: Mapping[str, Any], *, may_be_spare: bool
    ) -> tuple[Any, str]:
        """Return the process that is to be the kernel, and what it was."""
        self._request = None
        if self.servers is None:
            raise NotForked("it is not the kernel of a job")
        if self.cold:
            raise NotForked(self.cold)
        if unknown := sorted(options.keys() - _KNOWN):
            raise NotForked(f"it is started with {', '.join(unknown)}")
        env = options["env"]
        interpreter = interpreter_of(command, env)
        streams = _descriptor(options.get("stdout"), 1), _descriptor(options.get("stderr"), 2)
        manager: Any = self.parent
        connection: dict[str, Any] = manager.get_connection_info()
        job = _surroundings() | {
            "argv": command,
            "connection_file": _file_in(command, manager.connection_file),
            "env": {name: value for name, value in env.items() if name != "JPY_PARENT_PID"},
            "cwd": str(options.get("cwd") or os.getcwd()),
        }
        self._request = request = ForkRequest(
            interpreter=interpreter,
            base=self._base(),
            job=job,
            streams=streams,
            connection=connection,
        )
        server = self.servers.server_for(request)
        spare = server.spares.take(request) if may_be_spare and self.ports_cached else None
        if spare is None:
            return await server.fork(job, streams), "fork"
        for name in port_names:
            LocalPortCache.instance().return_port(connection[name])
        self.connection_info = cast("KernelConnectionInfo", spare.connection)
        server.hand_over(spare.process, job)
        return spare.process, "warm"

    def _base(self) -> dict[str, str]:
        """Return the environment of such a kernel without what a job adds."""
        env = dict(self.environ)
        for name, value in self.kernel_spec.env.items():
            env[name] = Template(value).safe_substitute(self.environ)
        return {name: value for name, value in env.items() if name not in _OWN}


class ProvisionerSelector:
    """Has the kernels that *manager*, a MultiKernelManager, starts for jobs forked by *servers*."""

    def __init__(self, manager: Any, servers: ForkServers) -> None:
        self._manager = manager
        self._servers = servers
        self._given: ContextVar[Any] = ContextVar("given", default=None)
        self._event_logger: Any = None
        self._make = manager.kernel_manager_factory
        manager.kernel_manager_factory = self._make_manager

    @contextmanager
    def for_job(self, spec: Any, environ: Mapping[str, str], cold: str = "") -> Iterator[None]:
        """Inside, and in no other task, kernels are started for a job; they are of *spec*.

        *environ* is what every such job begins with; with *cold* they are not forked, for that
        reason. A provisioner that the spec names, or else the settings of the server, stays in its
        place.
        """
        given = (spec, environ, cold) if is_local(self._manager, spec.metadata) else None
        before = self._given.set(given)
        try:
            yield
        finally:
            self._given.reset(before)

    def _make_manager(self, *args: Any, **kwargs: Any) -> Any:
        kernel = self._make(*args, **kwargs)
        if given := self._given.get():
            # Each would read, and register with the same logger, the same schema again.
            if self._event_logger is not None:
                kernel.event_logger = self._event_logger
            self._event_logger = getattr(kernel, "event_logger", None)
            spec, environ, cold = given
            kernel.provisioner = ForkProvisioner(parent=kernel, kernel_spec=spec)
            kernel.provisioner.servers, kernel.provisioner.environ = self._servers, environ
            kernel.provisioner.cold = cold
        return kernel


def is_local(manager: Any, metadata: Mapping[str, Any]) -> bool:
    """Whether *manager* starts kernels whose spec has *metadata* as processes of its own."""
    factory = KernelProvisionerFactory.instance(parent=manager)
    stanza = metadata.get("kernel_provisioner", {})
    name = stanza.get("provisioner_name", factory.default_provisioner_name)
    return name in (_LOCAL, NAME)


def _descriptor(stream: Any, own: int) -> int:
    """Return the descriptor that Popen would have made of *stream*."""
    if stream is None:
        return own
    number = stream.fileno() if hasattr(stream, "fileno") else stream
    if not isinstance(number, int) or number < 0:
        raise NotForked("its output goes into a pipe")
    return number


def _file_in(command: list[str], file: str) -> str:
    """Return the connection *file* as *command* has it: it is told by its whole path."""
    name = os.path.basename(file)
    return next((part for part in command if part.endswith(f"/{name}") and part[0] == "/"), "")


def _surroundings() -> dict[str, Any]:
    """Return what a child of this process inherits from it."""
    # Imported here because not every platform has it.
    import resource

    status = Path("/proc/self/status").read_text()
    umask = next(line for line in status.splitlines() if line.startswith("Umask:"))
    limits = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {
        "umask": int(umask.split()[1], 8),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in limits},
        "oom_score_adj": Path("/proc/self/oom_score_adj").read_text().strip(),
    }
