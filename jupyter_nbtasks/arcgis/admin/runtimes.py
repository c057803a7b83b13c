"""Runtimes: the kernels that the server offers."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from ...errors import NotFound
from ...kernels.check import CheckedKernel, KernelChecker
from ...rest.handlers import Routes, operation
from ...server.answers import RuntimeAnswer
from ...server.service import ServerService, versions
from ..surface.base import ArcgisServices
from ..surface.rest import Operation, Resource, unsupported
from .machine import Resources, resources

_MIB = 2**20

_INSTALL = (
    "a runtime is a kernel installed on the machine. Install one there, for instance by "
    "'python -m ipykernel install --name NAME', and it is listed."
)
_CHANGE = (
    "a runtime is a kernel installed on the machine, which shares its CPUs and memory with all "
    "others. Change its kernel.json there; 'jupyter kernelspec list' tells where that is."
)
_REMOVE = (
    "a runtime is a kernel installed on the machine. Remove it there by "
    "'jupyter kernelspec remove NAME'."
)
_RESTORE = "this server registers no runtimes of its own, so there are none to go back to."


class RuntimeServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def server(self) -> ServerService: ...

    @property
    def kernel_checker(self) -> KernelChecker: ...


class RuntimeReader(Resource):
    """What the handlers of runtimes share."""

    services: RuntimeServices

    def version(self) -> str:
        """Return the version of the server: a kernelspec has none of its own."""
        return versions()["jupyter_server"]

    async def shown(self, runtime: RuntimeAnswer) -> dict[str, Any]:
        """Return a runtime as it is answered."""
        return _shown(runtime, self.version(), await asyncio.to_thread(resources))


class RuntimesHandler(RuntimeReader):
    """``admin/notebooks/runtimes``."""

    @operation("read")
    async def get(self) -> None:
        """List the kernels that the server offers."""
        runtimes = [await self.shown(one) for one in await self.services.server.runtimes()]
        listed = {"currentRuntimeVersion": self.version(), "runtimes": runtimes}
        await self.answer({**listed, **self.listing()})


class RuntimeHandler(RuntimeReader):
    """``admin/notebooks/runtimes/<id>``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """Show a runtime."""
        found = [one for one in await self.services.server.runtimes() if one.name == id]
        if not found:
            msg = f"There is no runtime {id!r}."
            raise NotFound(msg)
        await self.answer({**await self.shown(found[0]), **self.listing()})


class ManifestHandler(RuntimeReader):
    """``admin/notebooks/runtimes/<id>/manifest``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """List the packages that notebooks of a runtime can import, where its language has any."""
        runtime = await self.services.server.runtime(id)
        packages = [one.model_dump() for one in runtime.packages or ()]
        await self.answer({"libraries": packages})


class ValidateHandler(Operation):
    """``admin/notebooks/runtimes/validateRuntimes``."""

    services: RuntimeServices

    @operation("execute")
    async def post(self) -> None:
        """Start a kernel of each runtime and end it again; say which do not start."""
        await self.allow("execute", "kernels")
        checked = await self.services.kernel_checker.check_all()
        is_good = all(one.fault is None for one in checked)
        runtimes = [_checked(one) for one in checked]
        await self.answer({"status": "success" if is_good else "failure", "runtimes": runtimes})


def _shown(runtime: RuntimeAnswer, version: str, has: Resources) -> dict[str, Any]:
    return {
        "id": runtime.name,
        "name": runtime.display_name,
        "version": version,
        "isDefault": runtime.is_default,
        "language": runtime.language,
        "imageId": runtime.name,
        "imagePullString": "",
        "containerType": "kernel",
        "dockerRuntime": "",
        "maxCpu": has.cpus,
        "maxMemory": has.memory // _MIB,
        "maxMemoryUnit": "m",
        "maxSwapMemory": has.swap // _MIB,
        "maxSwapMemoryUnit": "m",
        "sharedMemory": "",
        "sharedMemoryUnit": "m",
        "requiresAdvancedPrivileges": False,
    }


def _checked(one: CheckedKernel) -> dict[str, Any]:
    return {
        "id": one.spec.name,
        "name": one.spec.display_name,
        "isValid": one.fault is None,
        "messages": [one.fault] if one.fault else [],
    }


ROUTES = Routes[RuntimeServices](
    [
        ("admin/notebooks/runtimes", RuntimesHandler),
        ("admin/notebooks/runtimes/validateRuntimes", ValidateHandler),
        ("admin/notebooks/runtimes/<id>", RuntimeHandler),
        ("admin/notebooks/runtimes/<id>/manifest", ManifestHandler),
        unsupported("admin/notebooks/runtimes/register", _INSTALL),
        unsupported("admin/notebooks/runtimes/restore", _RESTORE),
        unsupported("admin/notebooks/runtimes/<id>/update", _CHANGE),
        unsupported("admin/notebooks/runtimes/<id>/unregister", _REMOVE),
    ]
)
