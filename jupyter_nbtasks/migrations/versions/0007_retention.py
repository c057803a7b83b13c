"""How large a job's documents are, and which files removed jobs had written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the columns and the table."""
    for name in ("input_size", "output_size"):
        size = sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
        op.add_column("jobs", size)
    op.create_table(
        "saved_files",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_saved_files"),
    )
