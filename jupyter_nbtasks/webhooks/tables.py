"""The table of receivers, and how a row becomes a Receiver."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Row, String, Table, Text

from ..database import FreeText, UtcDateTime, metadata
from .model import Receiver

receivers = Table(
    "receivers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("root", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("notebook", Text, nullable=False),
    Column("item_id", String(32)),
    Column("secret", Text, nullable=False),
    Column("request", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("message", FreeText),
    Column("last_delivery_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Index("ix_receivers_root", "root", "id"),
)


def receiver_of(row: Row[Any]) -> Receiver:
    """Return the receiver that *row* holds."""
    return Receiver(**row._mapping)
