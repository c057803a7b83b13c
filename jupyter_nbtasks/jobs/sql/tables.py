"""The tables of jobs, and how a row becomes a Job."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    text,
)

from ...database import FreeText, UtcDateTime, metadata
from ...storage.strict_json import TooDeep, strict, whole
from ..history import AttemptRecord
from ..model import CellError, CellRecord, Job, Progress, Reason, Status, Trigger, Usage

_WAITING = text("status = 'SUBMITTED'")
_RETRIED = text("status = 'SUBMITTED' AND not_before IS NOT NULL")
_TAKEN = text("server IS NOT NULL AND status IN ('SUBMITTED', 'EXECUTING', 'CANCELLING')")

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("root", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("notebook", Text),
    Column("item_id", String(32)),
    Column("input_hash", String(64), nullable=False),
    Column("kernel_name", Text, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("request", JSON, nullable=False),
    Column("status", String(12), nullable=False),
    Column("reason", String(40)),
    Column("message", FreeText),
    Column("warnings", JSON, nullable=False),
    Column("error", JSON(none_as_null=True)),
    Column("cells_completed", Integer, nullable=False),
    Column("cells_total", Integer, nullable=False),
    Column("cell_current", Integer),
    Column("results", JSON, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("timeout", Float),
    Column("tags", JSON, nullable=False),
    Column("trigger_type", String(20), nullable=False),
    Column("trigger_id", String(40)),
    Column("batch_id", Text),
    Column("schedule_id", String(40)),
    Column("snapshot_id", String(40)),
    Column("nominal_time", UtcDateTime),
    Column("not_before", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("kernel_seconds", Float),
    Column("cpu_seconds", Float),
    Column("peak_memory_bytes", BigInteger),
    Column("input_size", BigInteger, nullable=False),
    Column("output_size", BigInteger, nullable=False),
    Column("output_hash", String(64)),
    Column("output_path", Text),
    Column("saved_hash", String(64)),
    Column("kernel_id", String(64)),
    Column("kernel_start", FreeText),
    Column("environment", String(64)),
    Column("idempotency_key", Text),
    Column("request_hash", String(64)),
    Column("server", Text),
    Column("lease_until", UtcDateTime),
    Column("servers_lost", Integer, nullable=False, server_default="0"),
    Index("ix_jobs_idempotency", "root", "owner", "idempotency_key", unique=True),
    Index("ix_jobs_root", "root", "id"),
    Index("ix_jobs_status", "root", "status", "id"),
    Index("ix_jobs_owner", "root", "owner", "status", "id"),
    Index("ix_jobs_trigger", "root", "trigger_type", "id"),
    Index(
        "ix_jobs_retried", "root", "not_before", sqlite_where=_RETRIED, postgresql_where=_RETRIED
    ),
    Index("ix_jobs_taken", "root", "server", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
    Index("ix_jobs_name", "root", "name", "id"),
    Index("ix_jobs_notebook", "root", "notebook", "id"),
    Index("ix_jobs_item", "item_id", "id"),
    Index("ix_jobs_schedule", "schedule_id", "id"),
    Index("ix_jobs_schedule_status", "schedule_id", "status", "id"),
    Index(
        "ix_jobs_occurrence",
        "schedule_id",
        "nominal_time",
        unique=True,
        sqlite_where=text("nominal_time IS NOT NULL"),
        postgresql_where=text("nominal_time IS NOT NULL"),
    ),
    Index("ix_jobs_snapshot", "snapshot_id", "id"),
    Index("ix_jobs_batch", "batch_id", "id"),
    Index("ix_jobs_input_hash", "input_hash"),
    Index("ix_jobs_output_hash", "output_hash"),
    Index("ix_jobs_saved_hash", "saved_hash"),
)
Index(
    "ix_jobs_waiting",
    jobs.c.root,
    jobs.c.priority.desc(),
    jobs.c.id,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)

cells = Table(
    "job_cells",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("id", Text),
    Column("status", String(12), nullable=False),
    Column("started_at", UtcDateTime),
    Column("seconds", Float),
    Column("execution_count", Integer),
    Column("outputs_hash", String(64), index=True),
)

attempts = Table(
    "job_attempts",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("server", Text),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("status", String(12), nullable=False),
    Column("reason", String(40)),
    Column("message", FreeText),
    Column("error", JSON(none_as_null=True)),
    Column("kernel_seconds", Float),
    Column("cpu_seconds", Float),
    Column("peak_memory_bytes", BigInteger),
)

# A row for each kernel process that a server has started and not yet seen end.
kernels = Table(
    "job_kernels",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("server", Text, nullable=False),
    Column("process", Text, nullable=False),
)

# The hash of the bytes that a removed job last wrote to a file, by the digest of root and path.
saved_files = Table(
    "saved_files",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("hash", String(64), nullable=False),
)


def row_of(job: Job) -> dict[str, Any]:
    """Return *job* as values of the jobs table."""
    values = vars(job) | {"error": job.error and asdict(job.error)}
    progress, usage, trigger = (values.pop(name) for name in ("progress", "usage", "trigger"))
    return (
        values
        | progress_columns(progress)
        | {
            "trigger_type": trigger.type,
            "trigger_id": trigger.id,
            **vars(usage),
        }
    )


def progress_columns(progress: Progress) -> dict[str, int | None]:
    """Return *progress* as values of the jobs table."""
    return {
        "cells_completed": progress.completed,
        "cells_total": progress.total,
        "cell_current": progress.current,
    }


def job_of(row: Row[Any]) -> Job:
    """Return the job that *row* holds."""
    return job_with(row._mapping)


def job_with(columns: Mapping[Any, Any]) -> Job:
    """Return the job of these values of the jobs table, by the names of its *columns*."""
    values = dict(columns)
    values["results"] = _readable(values["results"])
    take = values.pop
    progress = Progress(
        completed=take("cells_completed"), total=take("cells_total"), current=take("cell_current")
    )
    trigger = Trigger(type=take("trigger_type"), id=take("trigger_id"))
    return Job(progress=progress, trigger=trigger, **_ended(values))


def cell_of(row: Row[Any]) -> CellRecord:
    """Return the cell that *row* holds."""
    values = dict(row._mapping)
    return CellRecord(**{name: values[name] for name in CellRecord.__dataclass_fields__})


def attempt_row(record: AttemptRecord) -> dict[str, Any]:
    """Return *record* as values of the attempts table."""
    values = vars(record) | {"error": record.error and asdict(record.error)}
    usage = values.pop("usage")
    return values | vars(usage)


def attempt_of(row: Row[Any]) -> AttemptRecord:
    """Return the attempt that *row* holds."""
    values = dict(row._mapping)
    del values["job_id"]
    return AttemptRecord(**_ended(values))


def _readable(results: dict[str, Any]) -> dict[str, Any]:
    """Return those *results* that can be answered: earlier versions stored whatever came."""
    found = {}
    for name, value in results.items():
        with suppress(TooDeep):
            found[whole(name)] = strict(value)
    return found


def _ended(values: dict[str, Any]) -> dict[str, Any]:
    """Return *values* with the facts of an end as the model has them."""
    error, reason = values["error"], values["reason"]
    usage = Usage(**{name: values.pop(name) for name in Usage.__dataclass_fields__})
    return values | {
        "status": Status(values["status"]),
        "reason": Reason(reason) if reason else None,
        "error": CellError(**error) if error else None,
        "usage": usage,
    }
