"""Keeps tools: add under a name of its own, find, save if nobody was faster; and who called."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from ..caller import Caller
from ..database import Database
from ..errors import Conflict, NotFound, Stale
from ..jobs.model import Job
from ..snapshots import transactions
from .model import Tool
from .requests import ToolQuery
from .tables import calls, row_of, tool_of, tools


class ToolStore:
    """The tools of one *root*; each is pinned to its snapshot as long as it is there."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._in_root = tools.c.root.is_not(None) if root is None else tools.c.root == root

    async def add(self, tool: Tool) -> None:
        """Store *tool*; raises Conflict where its name is another's."""

        def add(db: Connection) -> None:
            db.execute(insert(tools).values(row_of(tool)))
            transactions.pin(db, tool.snapshot_id, tool.id)

        try:
            await self._database.write(add)
        except IntegrityError:
            msg = f"There is a tool {tool.name!r} already. Choose another name."
            raise Conflict(msg, reason="name_taken") from None

    async def is_taken(self, name: str) -> bool:
        """Whether anybody has a tool *name*."""
        found = select(tools.c.id).where(self._in_root, tools.c.name == name)
        return bool(await self._database.read(lambda db: db.execute(found).scalar()))

    async def get(self, name: str, caller: Caller) -> Tool:
        """Return the tool *name*; raises NotFound, also where *caller* may not call it."""
        return await self._one(tools.c.name == name, name, caller)

    async def by_id(self, id: str, caller: Caller) -> Tool:
        """Return tool *id*; raises NotFound, also where *caller* may not call it."""
        return await self._one(tools.c.id == id, id, caller)

    async def _one(self, is_it: ColumnElement[bool], called: str, caller: Caller) -> Tool:
        found = select(tools).where(self._in_root, is_it, *_callable(caller))
        row = await self._database.read(lambda db: db.execute(found).one_or_none())
        if row is None:
            msg = f"There is no tool {called!r}."
            raise NotFound(msg)
        return tool_of(row)

    async def page(self, query: ToolQuery, caller: Caller) -> list[Tool]:
        """Return the tools of *query*'s page, newest first, and one more if there is one."""
        found = select(tools).where(self._in_root, *_callable(caller))
        for name in ("notebook", "item_id"):
            if (value := getattr(query, name)) is not None:
                found = found.where(tools.c[name] == value)
        if query.cursor is not None:
            found = found.where(tools.c.id < query.cursor)
        found = found.order_by(tools.c.id.desc()).limit(query.limit + 1)
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [tool_of(row) for row in rows]

    async def save(self, tool: Tool, *, was: Tool) -> None:
        """Store what *tool* changed, pinned to its snapshot and no other.

        Raises Stale if it is no longer as it *was*.
        """
        before = row_of(was)
        changes = {name: value for name, value in row_of(tool).items() if value != before[name]}
        token = (tools.c.id == was.id, tools.c.version == was.version)

        def save(db: Connection) -> None:
            if not db.execute(update(tools).where(*token).values(changes)).rowcount:
                msg = f"The tool {was.name!r} was changed or deleted meanwhile. Look at it again."
                raise Stale(msg)
            transactions.pin(db, tool.snapshot_id, tool.id)
            transactions.unpin(db, tool.id, but=tool.snapshot_id)

        await self._database.write(save)

    async def delete(self, tool: Tool) -> None:
        """Remove *tool*, and who called it; its jobs and its snapshot stay."""

        def remove(db: Connection) -> None:
            transactions.unpin(db, tool.id)
            db.execute(delete(calls).where(calls.c.tool_id == tool.id))
            db.execute(delete(tools).where(tools.c.id == tool.id))

        await self._database.write(remove)

    async def note_call(self, tool: Tool, job: Job, caller: str) -> None:
        """Note that *job* is a call of *tool* by *caller*; noting it again changes nothing."""
        row = {"job_id": job.id, "tool_id": tool.id, "caller": caller}

        def note(db: Connection) -> None:
            if not db.execute(select(calls).where(calls.c.job_id == job.id)).first():
                db.execute(insert(calls).values(row))

        await self._database.write(note)

    async def has_called(self, tool: Tool, job_id: str, caller: str | None) -> bool:
        """Whether *job_id* is a call of *tool* by *caller*; by anybody for None."""
        found = select(calls.c.job_id).where(calls.c.job_id == job_id, calls.c.tool_id == tool.id)
        if caller is not None:
            found = found.where(calls.c.caller == caller)
        return bool(await self._database.read(lambda db: db.execute(found).scalar()))


def _callable(caller: Caller) -> list[ColumnElement[bool]]:
    if caller.sees_all:
        return []
    return [or_(tools.c.owner == caller.name, tools.c.shared.is_(True))]
