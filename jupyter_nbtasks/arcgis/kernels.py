"""How a running kernel is described to who knows containers or deployments."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from ..contents import Contents
from ..server.machine import resources
from ..server.running import RunningKernel, RunningKernels
from ..server.service import ServerService
from .dialect import milliseconds
from .rest import ArcgisHandler

_MIB = 2**20


class KernelReader(ArcgisHandler):
    """What the handlers of running kernels share."""

    contents: Contents
    running: RunningKernels
    server: ServerService

    async def kernel(self, id: str) -> RunningKernel:
        """Return the running kernel *id*; raises NotFound."""
        return await self.running.get(id, await self.caller())

    async def shown(self) -> list[dict[str, Any]]:
        """Return every kernel that is seen, as it is answered."""
        await self.allow("read", "kernels")
        kernels = await self.running.all(await self.caller())
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
            "notebookRuntimeVersion": self.server.config().versions["jupyter_server"],
            "allowHiddenFileDownloads": bool(self.contents_manager.allow_hidden),
        }

    def owner(self, kernel: RunningKernel) -> str:
        """Return whose kernel it is, nothing where nobody knows."""
        return kernel.job.owner if kernel.job else self.access.sole_owner or ""

    def notebooks(self, kernel: RunningKernel) -> list[dict[str, Any]]:
        """Return the notebooks that *kernel* has open, that of its job among them."""
        found = [
            (container_id(s["id"]), s["path"]) for s in kernel.sessions if s["type"] == "notebook"
        ]
        if kernel.job and kernel.job.notebook:
            found.append((kernel.job.id, kernel.job.notebook))
        return [self._notebook(id, path, kernel) for id, path in found]

    def _notebook(self, id: str, path: str, kernel: RunningKernel) -> dict[str, Any]:
        active = datetime.fromisoformat(kernel.model["last_activity"])
        return {
            "id": id,
            "itemId": self.contents.item_id(path) or path,
            "itemTitle": PurePosixPath(path).stem,
            "notebookUrl": self.notebook_url(path),
            "dateLastActivity": milliseconds(active),
            "containerId": container_id(kernel.id),
            "notebookDeploymentId": container_id(kernel.id),
            "username": self.owner(kernel),
        }


def container_id(id: str) -> str:
    """Return the id of Jupyter's as ArcGIS writes one: without dashes."""
    return id.replace("-", "")


def _type(kernel: RunningKernel) -> str:
    if kernel.job is None:
        return "openNotebook"
    is_tool = kernel.job.trigger.type == "tool"
    return "executeNotebookAsWebTool" if is_tool else "executeNotebook"
