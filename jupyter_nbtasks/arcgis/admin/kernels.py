"""How a running kernel is described to clients that know containers or deployments."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Protocol

from ...jobs.model import Job
from ...server.service import versions
from ..jobs.notebooks import NotebookReader, NotebookServices
from ..surface.dialect import milliseconds
from .machine import resources
from .running_kernels import RunningKernel, RunningKernels

_MIB = 2**20


class KernelServices(NotebookServices, Protocol):
    """What these handlers need."""

    @property
    def running(self) -> RunningKernels: ...


class KernelReader(NotebookReader):
    """What the handlers of running kernels share."""

    services: KernelServices

    async def kernel(self, id: str) -> RunningKernel:
        """Return the running kernel *id*; raises NotFound."""
        return await self.services.running.get(id, await self.caller())

    async def listed(self) -> list[dict[str, Any]]:
        """Return every kernel that is seen, as it is answered."""
        await self.allow("read", "kernels")
        kernels = await self.services.running.all(await self.caller())
        return [await self.described(one) for one in kernels]

    async def described(self, kernel: RunningKernel) -> dict[str, Any]:
        """Return a kernel in the words of containers and of deployments."""
        has = await asyncio.to_thread(resources)
        return {
            "id": container_id(kernel.id),
            "containerId": container_id(kernel.id),
            "type": _type(kernel),
            "username": self.owner(kernel),
            "dateCreated": milliseconds(kernel.started_at),
            "hostName": socket.gethostname(),
            "imageName": kernel.model["name"],
            "cpus": has.cpus,
            "memory": has.memory // _MIB,
            "containerUrl": self.absolute(f"/api/kernels/{kernel.id}"),
            "url": self.absolute(f"/api/kernels/{kernel.id}"),
            "privateUrl": "",
            "notebookRuntimeId": kernel.model["name"],
            "notebookRuntimeName": kernel.model["name"],
            "notebookRuntimeVersion": versions()["jupyter_server"],
            "allowHiddenFileDownloads": bool(self.contents_manager.allow_hidden),
        }

    def owner(self, kernel: RunningKernel) -> str:
        """Return whose kernel it is, nothing where nobody knows."""
        return kernel.job.owner if kernel.job else self.services.access.sole_owner or ""

    async def notebooks(self, kernel: RunningKernel) -> list[dict[str, Any]]:
        """Return the notebooks that *kernel* has open, or the one that its job runs."""
        opened = await self.services.server.notebooks(self.services.access.sole_owner)
        found = [await self.shown(one) for one in opened if one.kernel.id == kernel.id]
        if kernel.job and kernel.job.notebook:
            found.append(self._of_job(kernel, kernel.job.notebook, kernel.job))
        return found

    def _of_job(self, kernel: RunningKernel, path: str, job: Job) -> dict[str, Any]:
        return {
            "id": job.id,
            "itemId": job.item_id or path,
            "itemTitle": PurePosixPath(path).stem,
            "notebookUrl": self.notebook_url(path),
            "dateLastActivity": milliseconds(datetime.fromisoformat(kernel.model["last_activity"])),
            "notebookDeploymentId": container_id(kernel.id),
            "containerId": container_id(kernel.id),
            "username": job.owner,
            "revision": 0,
        }


def container_id(id: str) -> str:
    """Return the id of Jupyter's as ArcGIS writes one: without dashes."""
    return id.replace("-", "")


def _type(kernel: RunningKernel) -> str:
    if kernel.job is None:
        return "openNotebook"
    is_tool = kernel.job.trigger.type == "tool"
    return "executeNotebookAsWebTool" if is_tool else "executeNotebook"
