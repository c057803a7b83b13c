"""Calls of tools: each is a job of the tool's owner, whose results its caller sees."""

from __future__ import annotations

from ..caller import Caller
from ..errors import Conflict, NotFound
from ..jobs.follower import JobFollower
from ..jobs.idempotency import key_reused
from ..jobs.model import Job, Trigger
from ..jobs.requests import JobOptions
from ..jobs.service import JobService
from ..jobs.submission import Submitter
from ..rest.schemas import read
from ..storage.digest import digest
from .fields import check
from .model import Tool
from .publisher import ToolPublisher
from .requests import RunRequest
from .store import ToolStore


class ToolCaller:
    """Runs tools for whoever may call them, and tells them what became of it."""

    def __init__(
        self, store: ToolStore, publisher: ToolPublisher, jobs: JobService, follower: JobFollower
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._jobs = jobs
        self._follower = follower

    async def run(self, name: str, request: RunRequest, caller: Caller) -> tuple[Tool, Job]:
        """Submit a job of the tool *name*.

        Raises InvalidRequest for values that do not fit, and Conflict while it is disabled and
        for an idempotency key that this caller used for another call.
        """
        tool = await self._store.get(name, caller)
        if tool.disabled:
            msg = f"The tool {name!r} is disabled."
            raise Conflict(msg, reason="disabled")
        check(tool.inputs, request.parameters)
        source = await self._publisher.pinned(tool)
        by = Submitter(owner=tool.owner, trigger=Trigger(type="tool", id=tool.id))
        try:
            job = await self._jobs.submit_source(_options(tool, request, caller), source, by)
        except Conflict as refused:
            raise key_reused(request.idempotency_key, "call") from refused
        await self._store.note_call(tool, job, caller.name)
        return tool, job

    async def wait(self, tool: Tool, job: Job, seconds: float) -> Job:
        """Return *job* once it is final, or as it is after so many *seconds*."""
        return await self._follower.ended(job, _owner(tool), seconds)

    async def job(self, name: str, id: str, caller: Caller) -> tuple[Tool, Job]:
        """Return job *id* of the tool *name*; raises NotFound if it is not a call of *caller*'s."""
        tool = await self._store.get(name, caller)
        who = None if tool.is_owned_by(caller) else caller.name
        if not await self._store.has_called(tool, id, who):
            msg = f"There is no job {id!r} of the tool {name!r}."
            raise NotFound(msg)
        return tool, await self._jobs.get(id, _owner(tool))

    async def cancel(self, name: str, id: str, caller: Caller) -> tuple[Tool, Job]:
        """Stop a job; raises Conflict if it is final."""
        tool, _ = await self.job(name, id, caller)
        return tool, await self._jobs.cancel(id, _owner(tool))


def _owner(tool: Tool) -> Caller:
    return Caller(tool.owner, sees_all=False)


def _options(tool: Tool, request: RunRequest, caller: Caller) -> JobOptions:
    key = request.idempotency_key
    asked = {name: tool.request[name] for name in ("kernel_name", "timeout", "tags")}
    facts = {
        "name": tool.title,
        "parameters": request.parameters,
        "idempotency_key": key and f"{tool.id}-{digest(f'{key} {caller.name}'.encode())}",
    }
    return read(JobOptions, asked | facts)
