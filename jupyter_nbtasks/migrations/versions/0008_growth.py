"""The indexes that keep every look-up as fast among a million jobs as among a hundred."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the indexes of what waits, of what is taken, and of all that lists ask for."""
    op.create_index("ix_jobs_owner", "jobs", ["root", "owner", "status", "id"])
    op.create_index("ix_jobs_name", "jobs", ["root", "name", "id"])
    op.create_index("ix_jobs_trigger", "jobs", ["root", "trigger_type", "id"])
    by_turn: list[str | sa.TextClause] = ["root", sa.text("priority DESC"), "id"]
    _partial("ix_jobs_waiting", "jobs", by_turn, "status = 'SUBMITTED'")
    is_retried = "status = 'SUBMITTED' AND not_before IS NOT NULL"
    _partial("ix_jobs_retried", "jobs", ["root", "not_before"], is_retried)
    is_open = "status IN ('SUBMITTED', 'EXECUTING', 'CANCELLING')"
    _partial("ix_jobs_taken", "jobs", ["root", "server"], f"server IS NOT NULL AND {is_open}")
    op.create_index("ix_schedules_owner", "schedules", ["root", "owner", "id"])
    op.create_index("ix_schedules_state", "schedules", ["root", "state", "id"])
    op.drop_index("ix_schedules_due", "schedules")
    _partial("ix_schedules_due", "schedules", ["root", "next_run_at", "id"], "state = 'ACTIVE'")


def _partial(name: str, table: str, columns: Sequence[str | sa.TextClause], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
