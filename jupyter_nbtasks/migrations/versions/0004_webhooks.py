"""The table of receivers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_nbtasks.database import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        "receivers",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("notebook", sa.Text, nullable=False),
        sa.Column("item_id", sa.String(32)),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("last_delivery_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receivers"),
    )
    op.create_index("ix_receivers_root", "receivers", ["root", "id"])
