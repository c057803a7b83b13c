"""The tables of jobs and of their cells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_nbtasks.database import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables and their indexes."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("notebook", sa.Text),
        sa.Column("item_id", sa.String(32)),
        sa.Column("input_hash", sa.String(64), nullable=False),
        sa.Column("kernel_name", sa.Text, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("message", sa.Text),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("error", sa.JSON),
        sa.Column("cells_completed", sa.Integer, nullable=False),
        sa.Column("cells_total", sa.Integer, nullable=False),
        sa.Column("cell_current", sa.Integer),
        sa.Column("results", sa.JSON, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("max_attempts", sa.Integer, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("timeout", sa.Float),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("trigger_type", sa.String(20), nullable=False),
        sa.Column("trigger_id", sa.String(40)),
        sa.Column("batch_id", sa.Text),
        sa.Column("schedule_id", sa.String(40)),
        sa.Column("nominal_time", UtcDateTime),
        sa.Column("not_before", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("started_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("kernel_seconds", sa.Float),
        sa.Column("cpu_seconds", sa.Float),
        sa.Column("peak_memory_bytes", sa.BigInteger),
        sa.Column("output_hash", sa.String(64)),
        sa.Column("output_path", sa.Text),
        sa.Column("saved_hash", sa.String(64)),
        sa.Column("kernel_id", sa.String(64)),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("request_hash", sa.String(64)),
        sa.Column("server", sa.Text),
        sa.Column("lease_until", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    for name, columns in _JOB_INDEXES.items():
        op.create_index(name, "jobs", columns, unique=name == "ix_jobs_idempotency")
    op.create_table(
        "job_cells",
        sa.Column("job_id", sa.String(40), sa.ForeignKey("jobs.id", ondelete="CASCADE")),
        sa.Column("attempt", sa.Integer),
        sa.Column("index", sa.Integer, autoincrement=False),
        sa.Column("id", sa.Text),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("started_at", UtcDateTime),
        sa.Column("seconds", sa.Float),
        sa.Column("execution_count", sa.Integer),
        sa.Column("outputs_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("job_id", "attempt", "index", name="pk_job_cells"),
    )
    op.create_index("ix_job_cells_outputs_hash", "job_cells", ["outputs_hash"])


_JOB_INDEXES = {
    "ix_jobs_idempotency": ["root", "owner", "idempotency_key"],
    "ix_jobs_root": ["root", "id"],
    "ix_jobs_status": ["root", "status", "id"],
    "ix_jobs_notebook": ["root", "notebook", "id"],
    "ix_jobs_item": ["item_id", "id"],
    "ix_jobs_schedule": ["schedule_id", "id"],
    "ix_jobs_batch": ["batch_id", "id"],
    "ix_jobs_input_hash": ["input_hash"],
    "ix_jobs_output_hash": ["output_hash"],
    "ix_jobs_saved_hash": ["saved_hash"],
}
