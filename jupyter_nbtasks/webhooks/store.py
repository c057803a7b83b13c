"""Keeps receivers: add, find, save if nobody was faster."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from ..database import Database
from ..errors import NotFound, Stale
from .model import Receiver
from .requests import ReceiverQuery
from .tables import receiver_of, receivers


class ReceiverStore:
    """The receivers of one *root*; a root of None sees those of every server on this database."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._in_root = receivers.c.root.is_not(None) if root is None else receivers.c.root == root

    async def add(self, receiver: Receiver) -> None:
        """Store *receiver*."""
        added = insert(receivers).values(vars(receiver))
        await self._database.write(lambda db: db.execute(added))

    async def find(self, id: str, owner: str | None = None) -> Receiver | None:
        """Return receiver *id*, None if there is none or it is not *owner*'s."""
        found = select(receivers).where(self._in_root, receivers.c.id == id, *_owned(owner))
        row = await self._database.read(lambda db: db.execute(found).one_or_none())
        return None if row is None else receiver_of(row)

    async def get(self, id: str, owner: str | None) -> Receiver:
        """Return receiver *id*; raises NotFound, also where it is not *owner*'s."""
        receiver = await self.find(id, owner)
        if receiver is None:
            msg = f"There is no receiver {id!r}."
            raise NotFound(msg)
        return receiver

    async def page(self, query: ReceiverQuery, owner: str | None) -> list[Receiver]:
        """Return the receivers of *query*'s page, newest first, and one more if there is one."""
        found = select(receivers).where(self._in_root, *_owned(owner))
        for name in ("notebook", "item_id"):
            if (value := getattr(query, name)) is not None:
                found = found.where(receivers.c[name] == value)
        if query.cursor is not None:
            found = found.where(receivers.c.id < query.cursor)
        found = found.order_by(receivers.c.id.desc()).limit(query.limit + 1)
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [receiver_of(row) for row in rows]

    async def save(self, receiver: Receiver, *, was: Receiver) -> None:
        """Store what *receiver* changed; raises Stale if it is no longer as it *was*."""
        changes = {
            name: value for name, value in vars(receiver).items() if value != vars(was)[name]
        }
        token = (receivers.c.id == was.id, receivers.c.version == was.version)
        saved = update(receivers).where(*token).values(changes)
        if not (await self._database.write(lambda db: db.execute(saved).rowcount)):
            msg = f"Receiver {was.id} was changed or deleted meanwhile. Look at it again."
            raise Stale(msg)

    async def note(self, receiver: Receiver, at: datetime, message: str | None) -> None:
        """Note a delivery *at* that moment, and why it was refused, if it was."""
        noted = update(receivers).where(receivers.c.id == receiver.id)
        noted = noted.values(last_delivery_at=at, message=message)
        await self._database.write(lambda db: db.execute(noted))

    async def delete(self, receiver: Receiver) -> None:
        """Remove *receiver*; its jobs stay."""
        removed = delete(receivers).where(receivers.c.id == receiver.id)
        await self._database.write(lambda db: db.execute(removed))


def _owned(owner: str | None) -> list[ColumnElement[bool]]:
    return [] if owner is None else [receivers.c.owner == owner]
