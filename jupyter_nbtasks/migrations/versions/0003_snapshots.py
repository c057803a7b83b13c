"""The tables of snapshots and of what is pinned to them; which snapshot a job ran."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_nbtasks.database import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables and all indexes, and the column of jobs."""
    op.create_table(
        "snapshots",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("item_id", sa.String(32)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("kernel_name", sa.Text),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_name", "snapshots", ["root", "key", "name"], unique=True)
    op.create_index("ix_snapshots_root", "snapshots", ["root", "id"])
    op.create_index("ix_snapshots_path", "snapshots", ["root", "path", "id"])
    op.create_index("ix_snapshots_item", "snapshots", ["root", "item_id", "id"])
    op.create_index("ix_snapshots_hash", "snapshots", ["hash"])
    op.create_table(
        "snapshot_pins",
        sa.Column("snapshot_id", sa.String(40), sa.ForeignKey("snapshots.id"), nullable=False),
        sa.Column("tool_id", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id", "tool_id", name="pk_snapshot_pins"),
    )
    op.create_index("ix_snapshot_pins_tool", "snapshot_pins", ["tool_id"])
    op.add_column("jobs", sa.Column("snapshot_id", sa.String(40)))
    op.create_index("ix_jobs_snapshot", "jobs", ["snapshot_id", "id"])
