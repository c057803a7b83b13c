"""Which jobs a query means, in SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from ..ids import id_prefix
from .model import Status, Usage
from .policy import Shares
from .requests import JobQuery, Span, UsageQuery
from .tables import jobs

HELD = [status for status in Status if status.is_held]
_EQUAL = ("notebook", "item_id", "schedule_id", "snapshot_id", "batch_id", "owner")

# What usage is added up by; a day is one of UTC.
_USAGE_KEYS: dict[str, Callable[[], ColumnElement[Any]]] = {
    "owner": lambda: jobs.c.owner,
    "notebook": lambda: jobs.c.notebook,
    "schedule": lambda: jobs.c.schedule_id,
    "day": lambda: cast(func.date(jobs.c.created_at), String),
}


def owned(owner: str | None) -> list[ColumnElement[bool]]:
    """Jobs of *owner*; of everybody for None."""
    return [] if owner is None else [jobs.c.owner == owner]


def within(span: Span) -> list[ColumnElement[bool]]:
    """Jobs submitted in *span*, its end not included: ids sort by the moment of submission."""
    since = [] if span.since is None else [jobs.c.id >= id_prefix(span.since)]
    until = [] if span.until is None else [jobs.c.id < id_prefix(span.until)]
    return [*since, *until]


def matching(query: JobQuery) -> list[ColumnElement[bool]]:
    """Jobs that *query* asks for, on any page."""
    found = within(query)
    for name in _EQUAL:
        if (value := getattr(query, name)) is not None:
            found.append(jobs.c[name] == value)
    if query.status:
        found.append(jobs.c.status.in_(query.status.split(",")))
    if query.trigger:
        found.append(jobs.c.trigger_type == query.trigger)
    if query.q:
        columns = (jobs.c.name, jobs.c.notebook)
        found.append(or_(*(column.icontains(query.q, autoescape=True) for column in columns)))
    return found


def within_share(shares: Shares) -> list[ColumnElement[bool]]:
    """Jobs whose owner and whose notebook have fewer jobs running than their share."""
    others = jobs.alias()
    same_notebook = func.coalesce(others.c.item_id, others.c.notebook) == func.coalesce(
        jobs.c.item_id, jobs.c.notebook
    )
    limits = [(others.c.owner == jobs.c.owner, shares.owner), (same_notebook, shares.notebook)]
    running = select(func.count()).where(others.c.root == jobs.c.root, others.c.status.in_(HELD))
    return [
        running.where(same).correlate(jobs).scalar_subquery() < limit
        for same, limit in limits
        if limit is not None
    ]


def claimable(server: str, *, only_reserved: bool) -> ColumnElement[bool]:
    """Jobs that are reserved for *server*; without *only_reserved* also those that are nobody's."""
    mine = jobs.c.server == server
    return mine if only_reserved else or_(jobs.c.server.is_(None), mine)


def due(now: datetime) -> ColumnElement[bool]:
    """Jobs that do not wait for their next attempt."""
    return or_(jobs.c.not_before.is_(None), jobs.c.not_before <= now)


def claim(
    server: str, now: datetime, lease_until: datetime, waiting: list[ColumnElement[bool]]
) -> ReturningUpdate[Any]:
    """Give *server* the job that is next of those *waiting*, and return its row.

    One statement, so that no two servers claim the same job: SQLite has one writer, PostgreSQL
    skips a row that another has locked.
    """
    candidate = (
        select(jobs.c.id)
        .where(jobs.c.status == Status.SUBMITTED, due(now), *waiting)
        .order_by(jobs.c.priority.desc(), jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return (
        update(jobs)
        .where(jobs.c.id == candidate, jobs.c.status == Status.SUBMITTED)
        .values(status=Status.EXECUTING, server=server, lease_until=lease_until)
        .values(started_at=now, reason=None, message=None, error=None, not_before=None)
        .values(vars(Usage()))
        .returning(*jobs.c)
    )


def usage(query: UsageQuery) -> Select[Any]:
    """Select (key, jobs, failures, kernel seconds, CPU seconds) per key of *query*."""
    key = _USAGE_KEYS[query.by]()
    failures = func.sum(case((jobs.c.status == Status.FAILED, 1), else_=0))
    return (
        select(key, func.count(), failures)
        .add_columns(func.sum(jobs.c.kernel_seconds), func.sum(jobs.c.cpu_seconds))
        .where(*within(query))
        .group_by(key)
        .order_by(key.nulls_first())
    )
