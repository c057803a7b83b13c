"""Whether the kernels that the server offers can be used: each is started once and ended."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass

from ..execution.executor import Executor, KernelDied, KernelNotReady
from .launcher import Kernels, KernelStartFailed
from .model import KernelSpec


@dataclass(frozen=True, kw_only=True)
class CheckedKernel:
    """A kernelspec and what is wrong with it, None if it started."""

    spec: KernelSpec
    fault: str | None


class KernelChecker:
    """Tries each kernelspec of the server; a kernel may take *seconds* to start."""

    def __init__(self, kernels: Kernels, seconds: float) -> None:
        self._kernels = kernels
        self._seconds = seconds

    async def check_all(self) -> list[CheckedKernel]:
        """Look for each kernel's program, then start it once and end it."""
        specs = (await self._kernels.specs()).values()
        return list(await asyncio.gather(*(self._check(spec) for spec in specs)))

    async def _check(self, spec: KernelSpec) -> CheckedKernel:
        program = spec.argv[0] if spec.argv else None
        if program and await asyncio.to_thread(shutil.which, program) is None:
            return CheckedKernel(spec=spec, fault=f"Its program {program!r} is not there.")
        return CheckedKernel(spec=spec, fault=await self._fault_of(spec))

    async def _fault_of(self, spec: KernelSpec) -> str | None:
        """Start a kernel of *spec*, wait for its answer, end it; return what went wrong."""
        try:
            kernel = await self._kernels.start(spec, "", {}, self._seconds)
        except KernelStartFailed as error:
            return str(error)
        executor = Executor(kernel.client(), lambda event: None, kernel.is_alive)
        try:
            await executor.ready(self._seconds)
        except (KernelDied, KernelNotReady) as error:
            return f"{error}."
        finally:
            executor.close()
            await kernel.kill()
        return None
