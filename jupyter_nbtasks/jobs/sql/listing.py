"""Jobs as a list shows them: of what is long, most is not even read of the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import JSON, ColumnElement, Row, Text, case, cast, func, null, type_coerce

from ...rest.brevity import MOST, MOST_OF_ONE, short_values
from ..model import ListedJob
from .tables import job_with, jobs

_VALUES = ("parameters", "results")
_UNUSED = "request"


def columns() -> list[ColumnElement[Any]]:
    """Return what to select of the jobs table for `listed`."""
    kept = [column for column in jobs.c if column.name not in {*_VALUES, _UNUSED}]
    return [*kept, *map(_unless_long, _VALUES)]


def listed(row: Row[Any]) -> ListedJob:
    """Return the job that *row* holds."""
    values = dict(row._mapping)
    left_out = {name for name in _VALUES if values[name] is None}
    job = job_with(values | {name: {} for name in left_out} | {_UNUSED: {}})
    short: dict[str, Any] = {name: short_values(getattr(job, name)) for name in _VALUES}
    if job.message is not None:
        short["message"] = job.message[:MOST_OF_ONE]
    if (error := job.error) is not None:
        ename, evalue = error.ename[:MOST_OF_ONE], error.evalue[:MOST_OF_ONE]
        short["error"] = replace(error, ename=ename, evalue=evalue)
    left_out |= {name for name, value in short.items() if value != getattr(job, name)}
    return ListedJob(**vars(job) | short, left_out=sorted(left_out))


def _unless_long(name: str) -> ColumnElement[Any]:
    column = jobs.c[name]
    is_long = func.length(cast(column, Text)) > MOST
    return type_coerce(case((is_long, null()), else_=column), JSON).label(name)
