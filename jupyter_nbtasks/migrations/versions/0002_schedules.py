"""The tables of schedules and of their occurrences, and what jobs need to have some."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_nbtasks.database import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make both tables and all indexes."""
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("notebook", sa.Text, nullable=False),
        sa.Column("item_id", sa.String(32)),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("next_run_at", UtcDateTime),
        sa.Column("occurrences", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("request_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    key = ["root", "owner", "idempotency_key"]
    op.create_index("ix_schedules_idempotency", "schedules", key, unique=True)
    op.create_index("ix_schedules_root", "schedules", ["root", "id"])
    op.create_index("ix_schedules_notebook", "schedules", ["root", "notebook", "id"])
    op.create_index("ix_schedules_item", "schedules", ["item_id", "id"])
    _partial("ix_schedules_due", "schedules", ["root", "next_run_at"], "state = 'ACTIVE'")
    op.create_table(
        "occurrences",
        sa.Column("schedule_id", sa.String(40), sa.ForeignKey("schedules.id", ondelete="CASCADE")),
        sa.Column("nominal_time", UtcDateTime),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("job_id", sa.String(40)),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", "nominal_time", name="pk_occurrences"),
    )
    op.create_index("ix_occurrences_until", "occurrences", ["schedule_id", "until"])
    _partial("ix_occurrences_queued", "occurrences", ["schedule_id"], "state = 'queued'")
    op.create_index("ix_jobs_schedule_status", "jobs", ["schedule_id", "status", "id"])
    pair = ["schedule_id", "nominal_time"]
    _partial("ix_jobs_occurrence", "jobs", pair, "nominal_time IS NOT NULL", unique=True)


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )
