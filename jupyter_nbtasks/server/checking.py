"""Whether the kernels that the server offers can be used."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass

from ..jobs.policy import Policy
from ..kernels.check import fault_of
from ..kernels.launcher import Kernels, KernelSpec


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A kernelspec and what is wrong with it, None if it started."""

    spec: KernelSpec
    fault: str | None


class RuntimeCheck:
    """Tries each kernelspec of the server."""

    def __init__(self, kernels: Kernels, policy: Policy) -> None:
        self._kernels = kernels
        self._seconds = policy.kernel_start_timeout

    async def run(self) -> list[Checked]:
        """Look for each kernel's program, then start it once and end it."""
        specs = (await self._kernels.specs()).values()
        return list(await asyncio.gather(*(self._check(spec) for spec in specs)))

    async def _check(self, spec: KernelSpec) -> Checked:
        program = spec.argv[0] if spec.argv else None
        if program and await asyncio.to_thread(shutil.which, program) is None:
            return Checked(spec=spec, fault=f"Its program {program!r} is not there.")
        return Checked(spec=spec, fault=await fault_of(self._kernels, spec.name, self._seconds))
