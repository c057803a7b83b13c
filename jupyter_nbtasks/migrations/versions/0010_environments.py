"""The table of environments, and in which one jobs and schedules were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table and the columns; what is older has no environment."""
    op.create_table(
        "environments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("spec", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_environments"),
    )
    for table in ("jobs", "schedules"):
        op.add_column(table, sa.Column("environment", sa.String(64)))
