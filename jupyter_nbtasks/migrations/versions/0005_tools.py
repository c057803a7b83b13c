"""The tables of tools and of who called them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_nbtasks.database import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make both tables and their indexes."""
    op.create_table(
        "tools",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("notebook", sa.Text, nullable=False),
        sa.Column("item_id", sa.String(32)),
        sa.Column("snapshot_id", sa.String(40), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("inputs", sa.JSON, nullable=False),
        sa.Column("outputs", sa.JSON, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tools"),
    )
    op.create_index("ix_tools_name", "tools", ["root", "name"], unique=True)
    op.create_index("ix_tools_root", "tools", ["root", "id"])
    op.create_table(
        "tool_calls",
        sa.Column("job_id", sa.String(40), sa.ForeignKey("jobs.id", ondelete="CASCADE")),
        sa.Column(
            "tool_id",
            sa.String(40),
            sa.ForeignKey("tools.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("caller", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_tool_calls"),
    )
    op.create_index("ix_tool_calls_tool", "tool_calls", ["tool_id"])
