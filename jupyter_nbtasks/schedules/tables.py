"""The tables of schedules, and how a row becomes a Schedule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    literal_column,
    select,
    text,
)

from ..database import FreeText, UtcDateTime, metadata
from .model import Occurrence, Outcome, Schedule, State

DAMAGED = "Its row in the database is damaged and cannot be read."

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ACTIVE = text("state = 'ACTIVE'")
_QUEUED = text("state = 'queued'")

schedules = Table(
    "schedules",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("root", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("notebook", Text, nullable=False),
    Column("item_id", String(32)),
    # Not JSON, which would fail for a whole page where one row is damaged.
    Column("request", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("message", FreeText),
    Column("next_run_at", UtcDateTime),
    Column("occurrences", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("idempotency_key", Text),
    Column("request_hash", String(64)),
    Column("environment", String(64)),
    Index("ix_schedules_idempotency", "root", "owner", "idempotency_key", unique=True),
    Index("ix_schedules_root", "root", "id"),
    Index("ix_schedules_notebook", "root", "notebook", "id"),
    Index("ix_schedules_item", "item_id", "id"),
    Index("ix_schedules_owner", "root", "owner", "id"),
    Index("ix_schedules_state", "root", "state", "id"),
    Index(
        "ix_schedules_due",
        "root",
        "next_run_at",
        "id",
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    ),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("schedule_id", ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True),
    Column("nominal_time", UtcDateTime, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("why", Text),
    Column("job_id", String(40)),
    Column("count", Integer, nullable=False),
    Index("ix_occurrences_until", "schedule_id", "until"),
    Index("ix_occurrences_queued", "schedule_id", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
)

# Literal, as the partial indexes are not used where a value is yet to be bound.
is_active = schedules.c.state == literal_column("'ACTIVE'")
is_queued = occurrences.c.state == literal_column("'queued'")


def row_of(schedule: Schedule) -> dict[str, Any]:
    """Return *schedule* as values of the schedules table."""
    values = {name: getattr(schedule, name) for name in Schedule.__dataclass_fields__}
    return values | {"request": json.dumps(schedule.request)}


def changes_of(schedule: Schedule, was: Schedule) -> dict[str, Any]:
    """Return the values of the schedules table in which *schedule* is not what it *was*."""
    changed = {
        name: value
        for name in Schedule.__dataclass_fields__
        if (value := getattr(schedule, name)) != getattr(was, name)
    }
    if "request" in changed:
        changed["request"] = json.dumps(schedule.request)
    return changed


def schedule_of(row: Row[Any]) -> Schedule:
    """Return the schedule that *row* holds; raises ValueError if it is damaged."""
    values = dict(row._mapping)
    values["request"] = json.loads(values["request"])
    kinds = {"request": dict, "occurrences": int, "version": int}
    if not all(isinstance(values[name], kind) for name, kind in kinds.items()):
        msg = f"Schedule {values['id']} is damaged."
        raise ValueError(msg)
    return Schedule(**values | {"state": State(values["state"])})


def read(db: Connection, ids: Sequence[str]) -> list[Schedule]:
    """Return those of the schedules *ids* that are there.

    One whose row is damaged asks for nothing, and says so.
    """
    found = select(schedules).where(schedules.c.id.in_(ids))
    try:
        read = {row.id: schedule_of(row) for row in db.execute(found)}
    except (ValueError, TypeError):
        read = {one.id: one for id in ids for one in _read_alone(db, id)}
    return [read[id] for id in ids if id in read]


def _read_alone(db: Connection, id: str) -> list[Schedule]:
    found = select(schedules).where(schedules.c.id == id)
    try:
        return [schedule_of(row) for row in db.execute(found)]
    except (ValueError, TypeError):
        names = ("id", "root", "owner", "name", "notebook")
        found = select(*(schedules.c[name] for name in names)).where(schedules.c.id == id)
        return [_damaged(*db.execute(found).one())]


def _damaged(id: str, root: str, owner: str, name: str, notebook: str) -> Schedule:
    return Schedule(
        id=id,
        root=root,
        owner=owner,
        name=name,
        notebook=notebook,
        item_id=None,
        request={},
        created_at=_NEVER,
        updated_at=_NEVER,
        since=_NEVER,
        state=State.PAUSED,
        message=DAMAGED,
    )


def occurrence_of(row: Row[Any]) -> Occurrence:
    """Return the occurrence that *row* holds."""
    values = dict(row._mapping)
    return Occurrence(**values | {"state": Outcome(values["state"])})
