"""Keeps snapshots: add under a name of its own, find, change, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from ..caller import Caller
from ..database import Database, of_root
from . import transactions
from .model import Notebook, Snapshot, SnapshotKind
from .policy import SnapshotPolicy
from .requests import SnapshotQuery
from .tables import snapshot_of, snapshots


class SnapshotStore:
    """The snapshots of one *root*; a root of None sees those of every server on this database."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._in_root = of_root(snapshots, root)

    async def add(
        self, snapshot: Snapshot, notebook: Notebook, policy: SnapshotPolicy, *, is_named: bool
    ) -> tuple[Snapshot, list[str]]:
        """Store *snapshot* of *notebook*; return it and the ids of older ones that had to go.

        One that nobody named gets a number where its name is another's. Raises Conflict where
        the name was given and is another's, and where there are as many as may be.
        """
        mine = [self._in_root, _is_of(notebook)]
        return await self._database.write(
            lambda db: transactions.add(db, snapshot, mine, policy, is_named=is_named)
        )

    async def get(self, id: str, caller: Caller, *, only_own: bool = False) -> Snapshot:
        """Return snapshot *id*; raises NotFound, also where *caller* may not see it."""
        seen = _owned(caller) if only_own else _seen(caller)
        found = select(snapshots).where(self._in_root, snapshots.c.id == id, *seen)
        row = await self._database.read(lambda db: db.execute(found).one_or_none())
        if row is None:
            raise transactions.gone(id)
        return snapshot_of(row)

    async def ids(self, beginning: str) -> list[str]:
        """Return the first few ids that begin so."""
        # What follows is hexadecimal.
        found = select(snapshots.c.id).where(
            self._in_root, snapshots.c.id >= beginning, snapshots.c.id < f"{beginning}g"
        )
        few = found.order_by(snapshots.c.id).limit(5)
        return list(await self._database.read(lambda db: db.execute(few).scalars().all()))

    async def page(
        self, query: SnapshotQuery, caller: Caller, notebook: Notebook | None
    ) -> list[Snapshot]:
        """Return *query*'s page of what *caller* may see, newest first, and one more if any."""
        found = select(snapshots).where(self._in_root, *_seen(caller), *_matching(query))
        if notebook is not None:
            found = found.where(_is_of(notebook))
        if query.cursor is not None:
            found = found.where(snapshots.c.id < query.cursor)
        return await self._read(found.order_by(snapshots.c.id.desc()).limit(query.limit + 1))

    async def version(self, notebook: Notebook, hash: str, kind: SnapshotKind) -> Snapshot | None:
        """Return the newest snapshot of that *kind* with those bytes of *notebook*."""
        mine = [self._in_root, _is_of(notebook)]
        return await self._database.read(lambda db: transactions.version(db, mine, hash, kind))

    async def former_ids(self, path: str) -> list[str | None]:
        """Return the item ids of all that snapshots were last seen at *path*; None if unknown."""
        found = select(snapshots.c.item_id).where(self._in_root, snapshots.c.path == path)
        return list(await self._database.read(lambda db: db.scalars(found.distinct()).all()))

    async def identify(self, path: str, item_id: str) -> None:
        """Note that what was kept of the notebook at *path* is of *item_id*."""
        unknown = (snapshots.c.path == path, snapshots.c.item_id.is_(None))
        change = update(snapshots).where(self._in_root, *unknown).values(item_id=item_id)
        await self._database.write(lambda db: db.execute(change))

    async def moved(self, item_id: str, path: str) -> None:
        """Note where the notebook *item_id* is now."""
        change = update(snapshots).where(self._in_root, snapshots.c.item_id == item_id)
        await self._database.write(lambda db: db.execute(change.values(path=path)))

    async def change(
        self, snapshot: Snapshot, notebook: Notebook, changes: dict[str, Any]
    ) -> Snapshot:
        """Return *snapshot* of *notebook* with *changes*.

        Raises NotFound where it is gone, and Conflict where its new name is another's.
        """
        mine = [self._in_root, _is_of(notebook)]
        return await self._database.write(
            lambda db: transactions.change(db, snapshot, mine, changes)
        )

    async def delete(self, snapshot: Snapshot) -> None:
        """Remove *snapshot*; raises NotFound, and Conflict while a tool is pinned to it."""
        await self._database.write(lambda db: transactions.delete(db, snapshot.id))

    async def referenced(self, hashes: Sequence[str]) -> set[str]:
        """Return which of these blobs some snapshot of any root still needs."""
        found = select(snapshots.c.hash).where(snapshots.c.hash.in_(hashes))
        return set(await self._database.read(lambda db: db.execute(found).scalars().all()))

    async def _read(self, found: Select[Any]) -> list[Snapshot]:
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [snapshot_of(row) for row in rows]


def _is_of(notebook: Notebook) -> ColumnElement[bool]:
    """Snapshots of *notebook*: of that file, or of one that was at its path and is nowhere now."""
    item = snapshots.c.item_id
    here = and_(snapshots.c.path == notebook.path, or_(item.is_(None), item.in_(notebook.former)))
    return here if notebook.item_id is None else or_(item == notebook.item_id, here)


def _seen(caller: Caller) -> list[ColumnElement[bool]]:
    if caller.sees_all:
        return []
    return [or_(snapshots.c.owner == caller.name, snapshots.c.private.is_(False))]


def _owned(caller: Caller) -> list[ColumnElement[bool]]:
    return [] if caller.sees_all else [snapshots.c.owner == caller.name]


def _matching(query: SnapshotQuery) -> list[ColumnElement[bool]]:
    found = [] if query.kind is None else [snapshots.c.kind == query.kind]
    if query.q:
        columns = (snapshots.c.name, snapshots.c.description, snapshots.c.path)
        found.append(or_(*(column.icontains(query.q, autoescape=True) for column in columns)))
    return found
