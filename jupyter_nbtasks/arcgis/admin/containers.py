"""Containers of one kind of server and deployments of the other: a running kernel each."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from ...errors import NotFound
from ...rest.handlers import Routes, operation
from ..surface.base import ArcgisServices
from ..surface.rest import Folder, Operation, Resource
from .forms import LogsForm
from .kernels import KernelReader, container_id
from .machine import machine_usage, resources

_MIB = 2**20


class ContainersHandler(KernelReader, Resource):
    """``admin/system/containers``."""

    @operation("read")
    async def get(self) -> None:
        """List the running kernels, a container each."""
        await self.answer({"containers": await self.listed(), **self.listing()})


class DeploymentsHandler(KernelReader, Resource):
    """``admin/notebooks/deployments``."""

    @operation("read")
    async def get(self) -> None:
        """List the running kernels, a deployment each."""
        await self.answer({"nbDeployments": await self.listed(), **self.listing()})


class ContainerHandler(KernelReader, Resource):
    """One of them."""

    @operation("read")
    async def get(self, id: str) -> None:
        """Show a running kernel."""
        await self.allow("read", "kernels")
        await self.answer({**await self.described(await self.kernel(id)), **self.listing()})


class SessionsHandler(KernelReader, Resource):
    """``…/<id>/sessions``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """List the sessions of a kernel as Jupyter keeps them; a job needs none."""
        await self.allow("read", "sessions")
        await self.answer({"sessions": [*(await self.kernel(id)).sessions]})


class ContainerNotebooksHandler(KernelReader, Resource):
    """``…/<id>/notebooks``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """List the notebooks that a kernel has open, or the one that its job runs."""
        await self.allow("read", "sessions")
        await self.answer(
            {"notebooks": await self.notebooks(await self.kernel(id)), **self.listing()}
        )


class StatisticsHandler(KernelReader, Resource):
    """``…/<id>/statistics``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """Show the CPU and memory that a kernel and all that it started use now."""
        await self.allow("read", "kernels")
        kernel = await self.kernel(id)
        usage, has = await self.services.running.usage(kernel), await asyncio.to_thread(resources)
        await self.answer(
            {
                "containerId": container_id(kernel.id),
                "cpuPercent": usage.cpu_percent if usage else None,
                "memoryUsage": usage.memory // _MIB if usage else None,
                "memoryLimit": has.memory // _MIB,
                "memoryUnit": "m",
                "executionState": kernel.model["execution_state"],
                "connections": kernel.model["connections"],
            }
        )


class RecentStatisticsHandler(KernelReader, Resource):
    """``admin/system/statistics/mostRecent``."""

    @operation("read")
    async def get(self) -> None:
        """Show the CPU and memory that the machine uses now, and how many kernels run."""
        await self.allow("read", "kernels")
        has, usage = await asyncio.to_thread(resources), await asyncio.to_thread(machine_usage)
        kernels = await self.services.running.all(await self.caller())
        await self.answer(
            {
                "hostName": socket.gethostname(),
                "cpus": has.cpus,
                "cpuPercent": usage.cpu_percent,
                "memoryUsage": usage.memory // _MIB,
                "memoryLimit": has.memory // _MIB,
                "memoryUnit": "m",
                "containers": len(kernels),
                "executeNotebookContainers": sum(kernel.job is not None for kernel in kernels),
            }
        )


class LogsHandler(KernelReader, Operation):
    """``…/<id>/logs``."""

    @operation("read", body=LogsForm)
    async def post(self, form: LogsForm, id: str) -> None:
        """Show what a job has printed; what another kernel prints, its notebook shows."""
        await self.allow("read", "kernels")
        lines = await self.services.running.printed(await self.kernel(id), await self.caller())
        await self.answer({"containerLogs": lines[-form.tail :]})


class TerminateHandler(KernelReader, Operation):
    """``…/<id>/terminateContainer``."""

    @operation("execute")
    async def post(self, id: str) -> None:
        """End a kernel with what runs on it; a job is cancelled."""
        await self.allow("write", "kernels")
        await self.services.running.end(await self.kernel(id), await self.caller())
        await self.answer({"status": "success"})


class CloseNotebookHandler(KernelReader, Operation):
    """``…/<id>/notebooks/<notebook_id>/close``."""

    @operation("execute")
    async def post(self, id: str, notebook_id: str) -> None:
        """Close the notebook that a kernel has open, which ends the kernel."""
        await self.allow("write", "kernels")
        kernel = await self.kernel(id)
        if notebook_id not in [one["id"] for one in await self.notebooks(kernel)]:
            msg = f"This kernel has no notebook {notebook_id!r} open."
            raise NotFound(msg)
        await self.services.running.end(kernel, await self.caller())
        await self.answer({"status": "success"})


def _below(address: str, terminate: str) -> list[tuple[str, Any]]:
    return [
        (f"{address}/<id>", ContainerHandler),
        (f"{address}/<id>/sessions", SessionsHandler),
        (f"{address}/<id>/notebooks", ContainerNotebooksHandler),
        (f"{address}/<id>/notebooks/<notebook_id>/close", CloseNotebookHandler),
        (f"{address}/<id>/statistics", StatisticsHandler),
        (f"{address}/<id>/logs", LogsHandler),
        (f"{address}/<id>/{terminate}", TerminateHandler),
    ]


ROUTES = Routes[ArcgisServices](
    [
        ("admin/system/containers", ContainersHandler),
        *_below("admin/system/containers", "terminateContainer"),
        ("admin/notebooks/deployments", DeploymentsHandler),
        *_below("admin/notebooks/deployments", "terminate"),
        ("admin/system/statistics", Folder),
        ("admin/system/statistics/mostRecent", RecentStatisticsHandler),
    ]
)
