"""In which environment something runs, where that is, and whether that is here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from ..errors import invalid_field
from .answers import EnvironmentAnswer
from .environment_store import EnvironmentStore
from .launcher import Kernels
from .model import KernelSpec
from .resolving import is_gone, place_of


class Environments:
    """The environments that *store* keeps, beside the kernels that this server offers."""

    def __init__(self, store: EnvironmentStore, kernels: Kernels) -> None:
        self.store = store
        self._kernels = kernels

    async def kernel(self, name: str | None, environment: str | None) -> KernelSpec:
        """Return the kernel of *environment* if that is called *name*, and else this server's.

        Without a name it is whatever *environment* has, or the default. Raises InvalidRequest.
        """
        if environment is not None:
            kept = await self.store.get(environment)
            if name in (None, kept.name):
                # A job for another machine can be made here, and is left to it.
                if environment not in await self.store.elsewhere():
                    await asyncio.to_thread(_check_there, kept)
                return kept
        return await self._kernels.spec(name or self._kernels.default_name)

    async def answers(self, ids: Iterable[str | None]) -> dict[str | None, EnvironmentAnswer]:
        """Return what is answered of those of the environments *ids* that are there."""
        found = await self.store.several(ids)
        if not found:
            return {}
        # Behind a gateway nothing is an environment of this machine, and it may not answer.
        here = {} if self._kernels.are_remote else await self._kernels.specs()
        return await asyncio.to_thread(_answers, found, here)

    async def of_kernel(self, name: str | None) -> EnvironmentAnswer | None:
        """Return the environment of this server's kernel *name*, None where there is none."""
        spec = (await self._kernels.specs()).get(name or "")
        if spec is None or not spec.is_environment:
            return None
        return await asyncio.to_thread(_answer, spec.id, spec, spec)


def _check_there(spec: KernelSpec) -> None:
    if is_gone(spec):
        msg = (
            f"The environment in which it is to run is gone: there is no {spec.program} any more. "
            "Have it run in that of a server that is here, or put that back."
        )
        raise invalid_field("kernel_name", msg, reason="environment_gone")


def _answers(
    specs: dict[str, KernelSpec], here: dict[str, KernelSpec]
) -> dict[str | None, EnvironmentAnswer]:
    return {id: _answer(id, spec, here.get(spec.name)) for id, spec in specs.items()}


def _answer(id: str, spec: KernelSpec, here: KernelSpec | None) -> EnvironmentAnswer:
    return EnvironmentAnswer(
        id=id,
        display_name=spec.display_name,
        interpreter=spec.program,
        place=place_of(spec),
        versions=dict(spec.versions),
        is_here=here is not None and spec.is_like(here),
        is_gone=is_gone(spec),
    )
