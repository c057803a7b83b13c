"""The table of environments."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from ..database import metadata

# A row is never changed; *machine* is the first that had it.
environments = Table(
    "environments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("machine", Text, nullable=False),
    Column("spec", Text, nullable=False),
)
