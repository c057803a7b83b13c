"""The tables of tools and of their calls, and how a row becomes a Tool."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
)

from ..database import UtcDateTime, metadata
from .model import Input, Output, Tool, ValueType

tools = Table(
    "tools",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("root", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("name", String(63), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("notebook", Text, nullable=False),
    Column("item_id", String(32)),
    Column("snapshot_id", String(40), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("outputs", JSON, nullable=False),
    Column("request", JSON, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_tools_name", "root", "name", unique=True),
    Index("ix_tools_root", "root", "id"),
)

# Who called: the job itself is its tool's owner's.
calls = Table(
    "tool_calls",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("tool_id", ForeignKey("tools.id", ondelete="CASCADE"), nullable=False),
    Column("caller", Text, nullable=False),
    Index("ix_tool_calls_tool", "tool_id"),
)


def row_of(tool: Tool) -> dict[str, Any]:
    """Return *tool* as values of the tools table."""
    return asdict(tool)


def tool_of(row: Row[Any]) -> Tool:
    """Return the tool that *row* holds."""
    values = dict(row._mapping)
    values["inputs"] = [Input(**_typed(one)) for one in values["inputs"]]
    values["outputs"] = [Output(**_typed(one)) for one in values["outputs"]]
    return Tool(**values)


def _typed(field: dict[str, Any]) -> dict[str, Any]:
    return field | {"type": ValueType(field["type"]) if field["type"] else None}
