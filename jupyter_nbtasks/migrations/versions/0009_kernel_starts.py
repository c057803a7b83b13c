"""How the kernel of a job was started."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the column."""
    op.add_column("jobs", sa.Column("kernel_start", sa.Text))
