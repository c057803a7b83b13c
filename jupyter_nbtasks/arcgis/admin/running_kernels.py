"""The kernels that run now: whose they are, what they use, and how one is ended."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jupyter_core.utils import ensure_async

from ...caller import Caller
from ...errors import NotFound
from ...jobs.model import Job
from ...jobs.requests import OutputQuery
from ...jobs.service import JobService
from ...kernels.kernel import kernel_pid
from .machine import ResourceUsage, kernel_usage, started_at


@dataclass(frozen=True, kw_only=True)
class RunningKernel:
    """A kernel as Jupyter describes it, with its sessions or the job that has it.

    *pid* and *started_at* are None where it runs on another machine.
    """

    model: dict[str, Any]
    sessions: tuple[dict[str, Any], ...]
    job: Job | None
    pid: int | None
    started_at: datetime | None

    @property
    def id(self) -> str:
        """As Jupyter knows it."""
        return str(self.model["id"])


class RunningKernels:
    """All kernels of the server.

    *manager* is its MappingKernelManager, *sessions* its SessionManager. Whoever sees a
    job sees its kernel; Jupyter does not know whose the others are and shows them to everybody.
    """

    def __init__(self, manager: Any, sessions: Any, jobs: JobService) -> None:
        self._manager = manager
        self._sessions = sessions
        self._jobs = jobs

    async def all(self, caller: Caller) -> list[RunningKernel]:
        """Return the kernels that *caller* may see."""
        models = await ensure_async(self._manager.list_kernels())
        sessions = await ensure_async(self._sessions.list_sessions())
        found = []
        for model in models:
            has_kernel = [one for one in sessions if (one["kernel"] or {}).get("id") == model["id"]]
            with suppress(NotFound):
                found.append(await self._kernel(model, has_kernel, caller))
        return found

    async def get(self, id: str, caller: Caller) -> RunningKernel:
        """Return kernel *id*, written with or without dashes; raises NotFound."""
        for kernel in await self.all(caller):
            if kernel.id.replace("-", "") == id.replace("-", ""):
                return kernel
        msg = f"There is no running kernel {id!r}."
        raise NotFound(msg)

    async def usage(self, kernel: RunningKernel) -> ResourceUsage | None:
        """Return what *kernel* uses now; None where that cannot be seen from here."""
        return await asyncio.to_thread(kernel_usage, kernel.pid) if kernel.pid else None

    async def end(self, kernel: RunningKernel, caller: Caller) -> None:
        """End *kernel* with its sessions; the job that has it is cancelled."""
        if kernel.job is not None:
            await self._jobs.let_go(kernel.job.id, caller)
        elif kernel.sessions:
            for session in kernel.sessions:
                await ensure_async(self._sessions.delete_session(session["id"]))
        else:
            await ensure_async(self._manager.shutdown_kernel(kernel.id))

    async def printed(self, kernel: RunningKernel, caller: Caller) -> list[str]:
        """Return the lines that a job has printed so far; of other kernels nobody keeps any."""
        if kernel.job is None:
            return []
        query = OutputQuery(format="ipynb")
        try:
            _, document = await self._jobs.output(kernel.job.id, query, caller)
        except NotFound:
            return []
        return await asyncio.to_thread(_lines, document.content)

    async def _kernel(
        self, model: dict[str, Any], sessions: list[dict[str, Any]], caller: Caller
    ) -> RunningKernel:
        job_id = self._jobs.by_kernel().get(model["id"])
        pid = self._pid(model["id"])
        return RunningKernel(
            model=model,
            sessions=tuple(sessions),
            job=await self._jobs.get(job_id, caller) if job_id else None,
            pid=pid,
            started_at=started_at(pid) if pid else None,
        )

    def _pid(self, id: str) -> int | None:
        with suppress(KeyError):
            return kernel_pid(self._manager.get_kernel(id))
        return None


def _lines(document: bytes) -> list[str]:
    cells = json.loads(document)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    texts = ["".join(one["text"]) for one in outputs if one["output_type"] == "stream"]
    return "".join(texts).splitlines()
