"""The tables of attempts and of the kernels that run them; how often a job lost its server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_nbtasks.database import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make both tables, and the column of jobs."""
    op.create_table(
        "job_attempts",
        sa.Column("job_id", sa.String(40), sa.ForeignKey("jobs.id", ondelete="CASCADE")),
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("server", sa.Text),
        sa.Column("started_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("message", sa.Text),
        sa.Column("error", sa.JSON),
        sa.Column("kernel_seconds", sa.Float),
        sa.Column("cpu_seconds", sa.Float),
        sa.Column("peak_memory_bytes", sa.BigInteger),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_attempts"),
    )
    op.create_table(
        "job_kernels",
        sa.Column("job_id", sa.String(40), sa.ForeignKey("jobs.id", ondelete="CASCADE")),
        sa.Column("attempt", sa.Integer, autoincrement=False),
        sa.Column("server", sa.Text, nullable=False),
        sa.Column("process", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "attempt", name="pk_job_kernels"),
    )
    lost = sa.Column("servers_lost", sa.Integer, nullable=False, server_default="0")
    op.add_column("jobs", lost)
