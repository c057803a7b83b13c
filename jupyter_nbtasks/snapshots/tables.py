"""The tables of snapshots and of what is pinned to them, and how a row becomes a Snapshot."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
)

from ..database import UtcDateTime, metadata
from .model import Snapshot, SnapshotKind

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("root", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("item_id", String(32)),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kernel_name", Text),
    Column("private", Boolean, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_snapshots_name", "root", "key", "name", unique=True),
    Index("ix_snapshots_root", "root", "id"),
    Index("ix_snapshots_path", "root", "path", "id"),
    Index("ix_snapshots_item", "root", "item_id", "id"),
    Index("ix_snapshots_hash", "hash"),
)

pins = Table(
    "snapshot_pins",
    metadata,
    Column("snapshot_id", ForeignKey("snapshots.id"), primary_key=True),
    Column("tool_id", String(40), primary_key=True),
    Index("ix_snapshot_pins_tool", "tool_id"),
)


def row_of(snapshot: Snapshot) -> dict[str, Any]:
    """Return *snapshot* as values of the snapshots table."""
    return {name: getattr(snapshot, name) for name in Snapshot.__dataclass_fields__}


def snapshot_of(row: Row[Any]) -> Snapshot:
    """Return the snapshot that *row* holds."""
    values = dict(row._mapping)
    return Snapshot(**values | {"kind": SnapshotKind(values["kind"])})
