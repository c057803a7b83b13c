"""Kernels for jobs, from the server's own kernel manager."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from tempfile import TemporaryFile
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.gateway.managers import GatewayMappingKernelManager

from ..errors import invalid_field
from ..forkserver.provisioner import ForkProvisioner, ProvisionerSelector, is_local
from ..forkserver.servers import ForkServers
from .kernel import JobKernel
from .model import KernelSpec
from .resolving import environ_of, resolve
from .spec_selector import SpecSelector
from .variables import setting

# More at once stall the event loop for hundreds of milliseconds and are no sooner ready.
_STARTS_AT_ONCE = 2
_GIVE_UP_SECONDS = 1.0
# What a notebook is told that its job did not ask for.
_OWN = "NBTASKS_"


class KernelStartFailed(Exception):
    """A kernel did not start; the text says why."""


class KernelEnded(KernelStartFailed):
    """A kernel's process had ended before it could be used; another one may not."""


class Kernels:
    """Finds and starts the server's kernels.

    *manager* is its MappingKernelManager, *specs* its KernelSpecManager; with *fork_servers*,
    its kernels are forked where that is safe.
    """

    def __init__(self, manager: Any, specs: Any, fork_servers: ForkServers | None = None) -> None:
        self._manager = manager
        self._specs = specs
        self.fork_servers = fork_servers
        self._provisioners = ProvisionerSelector(manager, fork_servers) if fork_servers else None
        self._starting = asyncio.Semaphore(_STARTS_AT_ONCE)
        self._starts: set[asyncio.Future[JobKernel]] = set()

    @cached_property
    def _selector(self) -> SpecSelector:
        return SpecSelector(self._manager)

    @property
    def default_name(self) -> str:
        """The kernel for a notebook that names none."""
        return str(self._manager.default_kernel_name)

    async def specs(self) -> dict[str, KernelSpec]:
        """Return the kernels that the server offers, by name."""
        found = await ensure_async(self._specs.get_all_specs())
        return {name: self._resolved(name, entry) for name, entry in sorted(found.items())}

    async def spec(self, name: str) -> KernelSpec:
        """Return the kernel *name*; raises InvalidRequest that names those there are."""
        specs = await self.specs()
        if name not in specs:
            known = ", ".join(repr(known) for known in specs) or "none"
            msg = f"There is no kernel {name!r} here. Choose one of: {known}."
            raise invalid_field("kernel_name", msg, reason="unknown_kernel")
        return specs[name]

    async def start(
        self,
        spec: KernelSpec,
        folder: str,
        env: Mapping[str, str],
        seconds: float,
        *,
        failed: int = 0,
    ) -> JobKernel:
        """Start a kernel of exactly *spec* in the Contents *folder*, within *seconds*.

        What it says is kept if some that were started before it have *failed*, and if these were
        several it is not forked.
        Raises KernelStartFailed; a kernel that comes later than that is shut down again.
        """
        name = spec.name
        starting = asyncio.ensure_future(self._start(spec, folder, env, failed))
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
        except ProcessLookupError as error:
            msg = f"Kernel {name!r} did not start: {error}"
            raise KernelEnded(msg) from error
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

    @property
    def are_remote(self) -> bool:
        """Whether they run behind a gateway."""
        return isinstance(self._manager, GatewayMappingKernelManager)

    def _resolved(self, name: str, entry: Mapping[str, Any]) -> KernelSpec:
        metadata = entry["spec"].get("metadata", {})
        is_ours = not self.are_remote and is_local(self._manager, metadata)
        return resolve(name, entry, is_local=is_ours)

    async def _start(
        self, spec: KernelSpec, folder: str, env: Mapping[str, str], failed: int
    ) -> JobKernel:
        environ = environ_of(spec)
        options: dict[str, Any] = {"path": folder, "env": {**environ, **env}}
        cold = "others ended before their first cell" if failed > 1 else ""
        with ExitStack() as stack:
            if failed and spec.is_environment:
                options["stderr"] = stack.enter_context(TemporaryFile())
            async with self._starting:
                with self._selected(spec, environ, cold):
                    kernel = await self._launch(spec.name, options)
            if kernel.is_far:
                await _tell(kernel, spec, env)
            # From here on the file is the kernel's.
            stack.pop_all()
            return kernel

    async def _launch(self, name: str, options: dict[str, Any]) -> JobKernel:
        id = str(await ensure_async(self._manager.start_kernel(kernel_name=name, **options)))
        try:
            await self._settle(id)
            return JobKernel(id, self._manager, options.get("stderr"))
        except Exception:
            # Jupyter would start one that has died again, and nobody would ever end that.
            await ensure_async(self._manager.shutdown_kernel(id, now=True))
            raise

    @contextmanager
    def _selected(self, spec: KernelSpec, environ: Mapping[str, str], cold: str) -> Iterator[None]:
        """Inside, kernels are of *spec*; where that makes no environment, of what has its name."""
        if not spec.is_environment:
            yield
            return
        with self._selector.only(spec) as given:
            if self._provisioners is None:
                yield
                return
            with self._provisioners.for_job(given, environ, cold):
                yield

    async def _settle(self, id: str) -> None:
        """Wait for a forked kernel; the manager waits for ten milliseconds anyway, meanwhile."""
        provisioner = getattr(self._manager.get_kernel(id), "provisioner", None)
        if isinstance(provisioner, ForkProvisioner):
            await provisioner.settle()

    def _discard(self, starting: asyncio.Future[JobKernel]) -> None:
        if not starting.cancelled() and starting.exception() is None:
            self._discarding = asyncio.ensure_future(starting.result().kill())


async def _tell(kernel: JobKernel, spec: KernelSpec, env: Mapping[str, str]) -> None:
    """Have *kernel*, which is behind a gateway, told of *env*; a gateway passes none of it on."""
    kernel.code = setting(spec.language, env)
    wanted = [name for name in env if not name.startswith(_OWN)]
    if kernel.code is None and wanted:
        await kernel.kill()
        msg = (
            f"A kernel for {spec.language or 'this language'} that is behind a gateway cannot be "
            f"given environment variables ({', '.join(wanted)}). Submit the job without."
        )
        raise RuntimeError(msg)
