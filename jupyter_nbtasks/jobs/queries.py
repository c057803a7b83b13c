"""Which jobs a query means, in SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_

from ..ids import id_prefix
from .requests import JobQuery, Span
from .tables import jobs

_EQUAL = ("notebook", "item_id", "schedule_id", "snapshot_id", "batch_id", "owner")

# What usage is added up by; a day is one of UTC.
USAGE_KEYS: dict[str, Callable[[], ColumnElement[Any]]] = {
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
