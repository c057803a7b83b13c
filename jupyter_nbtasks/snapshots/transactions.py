"""What is written of snapshots, each inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy import delete as delete_from

from ..database import one_by_one
from ..errors import Conflict, NotFound
from .model import AUTOMATIC, VERSIONS, Snapshot, SnapshotKind
from .policy import SnapshotPolicy
from .tables import pins, row_of, snapshot_of, snapshots

Where = Sequence[ColumnElement[bool]]


def add(
    db: Connection, snapshot: Snapshot, mine: Where, policy: SnapshotPolicy, *, is_named: bool
) -> tuple[Snapshot, list[str]]:
    """Store *snapshot* beside the others of its notebook, which are those *mine*.

    Return it and the ids of those that had to go; for a version that is there already, that one.
    Raises Conflict.
    """
    one_by_one(db, snapshot.key)
    if snapshot.kind in VERSIONS and (there := version(db, mine, snapshot.hash, snapshot.kind)):
        return there, []
    is_manual, limit = snapshot.kind is SnapshotKind.MANUAL, policy.max_automatic_snapshots
    if is_manual and policy.max_snapshots is not None:
        _check_limit(db, mine, policy.max_snapshots)
    named = _named(db, snapshot, mine, is_named=is_named)
    db.execute(insert(snapshots).values(row_of(named)))
    return named, [] if is_manual or limit is None else _retire(db, mine, limit)


def version(db: Connection, mine: Where, hash: str, kind: SnapshotKind) -> Snapshot | None:
    """Return the newest of *mine* that is of that *kind* and has those bytes."""
    found = select(snapshots).where(*mine, snapshots.c.hash == hash, snapshots.c.kind == kind)
    row = db.execute(found.order_by(snapshots.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else snapshot_of(row)


def change(db: Connection, was: Snapshot, mine: Where, changes: dict[str, Any]) -> Snapshot:
    """Return *was* with *changes*; raises NotFound, and Conflict where its name is another's."""
    one_by_one(db, was.key)
    name = changes.get("name", was.name)
    others = select(snapshots.c.id).where(*mine, snapshots.c.name == name, snapshots.c.id != was.id)
    if db.execute(others).first():
        raise _taken(name)
    values = changes or {"name": was.name}
    if not db.execute(update(snapshots).where(snapshots.c.id == was.id).values(values)).rowcount:
        raise gone(was.id)
    return Snapshot(**vars(was) | changes)


def delete(db: Connection, id: str) -> None:
    """Remove snapshot *id*; raises NotFound, and Conflict while a tool is pinned to it."""
    _lock(db, id)
    if db.execute(select(pins).where(pins.c.snapshot_id == id)).first():
        msg = "A tool runs this snapshot. Let the tool run another one, or delete the tool first."
        raise Conflict(msg, reason="in_use")
    db.execute(delete_from(snapshots).where(snapshots.c.id == id))


def pin(db: Connection, id: str, tool_id: str) -> None:
    """Keep snapshot *id* as long as tool *tool_id* needs it; raises NotFound."""
    _lock(db, id)
    row = {"snapshot_id": id, "tool_id": tool_id}
    if not db.execute(select(pins).filter_by(**row)).first():
        db.execute(insert(pins).values(row))


def unpin(db: Connection, tool_id: str, *, but: str | None = None) -> None:
    """Let go of what tool *tool_id* needed, except for snapshot *but*."""
    needless = delete_from(pins).where(pins.c.tool_id == tool_id)
    db.execute(needless if but is None else needless.where(pins.c.snapshot_id != but))


def gone(id: str) -> NotFound:
    """Say that there is no snapshot *id*."""
    return NotFound(f"There is no snapshot {id!r}.")


def _lock(db: Connection, id: str) -> None:
    if not db.execute(select(snapshots.c.id).where(snapshots.c.id == id).with_for_update()).first():
        raise gone(id)


def _check_limit(db: Connection, mine: Where, limit: int) -> None:
    count = select(func.count()).where(*mine, snapshots.c.kind == SnapshotKind.MANUAL)
    if db.execute(count).scalar_one() >= limit:
        msg = f"This notebook has {limit:,} snapshots, the most allowed here. Delete some first."
        raise Conflict(msg, reason="limit_reached")


def _named(db: Connection, snapshot: Snapshot, mine: Where, *, is_named: bool) -> Snapshot:
    alike = snapshots.c.name.startswith(snapshot.name, autoescape=True)
    taken = set(db.scalars(select(snapshots.c.name).where(*mine, alike)))
    if is_named and snapshot.name in taken:
        raise _taken(snapshot.name)
    name, number = snapshot.name, 1
    while name in taken:
        number += 1
        name = f"{snapshot.name} ({number})"
    return Snapshot(**vars(snapshot) | {"name": name})


def _retire(db: Connection, mine: Where, limit: int) -> list[str]:
    """Remove the oldest automatic snapshots beyond *limit* that no tool is pinned to."""
    is_pinned = select(pins.c.snapshot_id).where(pins.c.snapshot_id == snapshots.c.id).exists()
    automatic = select(snapshots.c.id).where(*mine, snapshots.c.kind.in_(AUTOMATIC), ~is_pinned)
    old = list(db.scalars(automatic.order_by(snapshots.c.id.desc())))[limit:]
    db.execute(delete_from(snapshots).where(snapshots.c.id.in_(old)))
    return old


def _taken(name: str) -> Conflict:
    msg = f"This notebook has a snapshot {name!r} already. Choose another name."
    return Conflict(msg, reason="name_taken")
