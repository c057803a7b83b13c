"""What can be done with tools: publish a notebook, change, overwrite, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..caller import Caller
from ..errors import Conflict, NotFound, again_while_stale
from ..ids import new_id
from ..rest.paging import page_of
from .fields import outputs_of
from .model import Tool
from .publisher import ToolPublisher
from .requests import (
    InputOptions,
    OutputOptions,
    OverwriteRequest,
    ToolChange,
    ToolQuery,
    ToolRequest,
)
from .store import ToolStore

# Everything else that is asked of a tool has columns of its own.
_RUN = ("inputs", "kernel_name", "timeout", "tags")


class ToolService:
    """Tools of *root*, for whoever asks.

    A caller finds what is theirs and what is shared; they can change only what is theirs.
    """

    def __init__(
        self, store: ToolStore, publisher: ToolPublisher, root: str, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._root = root
        self._now = now

    async def create(self, request: ToolRequest, owner: str) -> Tool:
        """Publish a notebook as it is now.

        Raises InvalidRequest for what could never run, and Conflict where the name is another's.
        """
        if await self._store.is_taken(request.name):
            raise Conflict(f"There is a tool {request.name!r} already.", reason="name_taken")
        source = await self._publisher.read(request.notebook, None)
        inputs = await self._publisher.inputs(source, request.inputs, request.kernel_name)
        snapshot = await self._publisher.keep(source, owner)
        now = self._now()
        tool = Tool(
            id=new_id(now, "t"),
            root=self._root,
            owner=owner,
            name=request.name,
            title=request.title or request.name,
            description=request.description,
            notebook=str(source.path),
            item_id=source.item_id,
            snapshot_id=snapshot.id,
            hash=snapshot.hash,
            inputs=inputs,
            outputs=outputs_of(request.results),
            request=request.model_dump(mode="json", include=set(_RUN)),
            shared=request.shared,
            disabled=request.disabled,
            created_at=now,
            updated_at=now,
        )
        await self._store.add(tool)
        return tool

    async def get(self, name: str, caller: Caller) -> Tool:
        """Return the tool *name*; raises NotFound."""
        return self._publisher.followed(await self._store.get(name, caller))

    async def by_id(self, id: str, caller: Caller) -> Tool:
        """Return tool *id*; raises NotFound."""
        return self._publisher.followed(await self._store.by_id(id, caller))

    async def page(self, query: ToolQuery, caller: Caller) -> tuple[list[Tool], str | None]:
        """Return a page of tools, newest first, and the cursor of the next one."""
        page, cursor = page_of(await self._store.page(query, caller), query.limit)
        return [self._publisher.followed(tool) for tool in page], cursor

    @again_while_stale
    async def change(self, name: str, change: ToolChange, caller: Caller) -> Tool:
        """Change what is given, but not the snapshot; raises InvalidRequest."""
        given = {field: getattr(change, field) for field in change.model_fields_set}
        was = await self._own(name, caller)
        tool = was.next_version(self._now(), **_columns(was, given))
        if given.keys() & {"inputs", "kernel_name"}:
            source = await self._publisher.pinned(was)
            kernel_name = tool.request["kernel_name"]
            inputs = await self._publisher.inputs(source, _said(tool), kernel_name)
            tool = replace(tool, inputs=inputs)
        await self._store.save(tool, was=was)
        return self._publisher.followed(tool)

    @again_while_stale
    async def overwrite(self, name: str, request: OverwriteRequest, caller: Caller) -> Tool:
        """Let it run its notebook as that is now; raises InvalidRequest if that is not possible."""
        given = {
            field: value
            for field in request.model_fields_set
            if (value := getattr(request, field)) is not None
        }
        was = await self._own(name, caller)
        tool = was.next_version(self._now(), **_columns(was, given))
        source = await self._publisher.read(was.notebook, was.item_id)
        kernel_name = tool.request["kernel_name"]
        inputs = await self._publisher.inputs(source, _said(tool), kernel_name)
        snapshot = await self._publisher.keep(source, was.owner)
        tool = replace(
            tool,
            notebook=str(source.path),
            item_id=source.item_id,
            snapshot_id=snapshot.id,
            hash=snapshot.hash,
            inputs=inputs,
        )
        await self._store.save(tool, was=was)
        return tool

    async def delete(self, name: str, caller: Caller) -> None:
        """Remove a tool; its jobs and its snapshot stay."""
        await self._store.delete(await self._own(name, caller))

    async def _own(self, name: str, caller: Caller) -> Tool:
        tool = await self._store.get(name, caller)
        if not tool.is_owned_by(caller):
            msg = f"There is no tool {name!r} of yours."
            raise NotFound(msg)
        return tool


def _columns(was: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is *given* as columns of a tool."""
    columns = {name: given[name] for name in ("description", "shared", "disabled") if name in given}
    if "title" in given:
        columns["title"] = given["title"] or was.name
    if "results" in given:
        results: Sequence[OutputOptions] = given["results"]
        columns["outputs"] = outputs_of(results)
    run = {name: given[name] for name in _RUN if name in given}
    if "inputs" in run:
        run["inputs"] = {name: one.model_dump(mode="json") for name, one in run["inputs"].items()}
    return columns | {"request": was.request | run}


def _said(tool: Tool) -> dict[str, InputOptions]:
    """Return what was said of the inputs of *tool*."""
    said: dict[str, Any] = tool.request["inputs"]
    return {name: InputOptions.model_validate(one) for name, one in said.items()}
