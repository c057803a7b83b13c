"""Finds jobs by a part of their name or path, by way of the names that there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Select, func, literal, select, union_all

from ...database import of_root
from ..requests import JobQuery
from .queries import Conditions, is_narrow
from .tables import jobs

# How many names are looked through, and how many looked up one by one. Beyond that, walking the
# jobs from the newest on finds a page as soon.
_MOST_NAMES = 2_000
_MOST_FOUND = 50
_COLUMNS: dict[str, Column[Any]] = {"name": jobs.c.name, "notebook": jobs.c.notebook}


def called(db: Connection, query: JobQuery, root: str | None) -> Conditions | None:
    """Return a condition for each name and path of *root* that *query* searches for.

    None if it searches for none or names fewer jobs, and if too many would have to be looked at.
    """
    if query.q is None or root is None or is_narrow(query):
        return None
    q = query.q
    found = union_all(*(_with(q, name, root) for name in _COLUMNS)).limit(_MOST_FOUND + 1)
    rows = db.execute(found).all()
    if len(rows) > _MOST_FOUND or any(row.number == _MOST_NAMES for row in rows):
        return None
    return [_COLUMNS[row.kind] == row.value for row in rows]


def _with(q: str, name: str, root: str) -> Select[Any]:
    """Select the names with *q*, and the last one of too many."""
    column = _COLUMNS[name]
    first = select(func.min(column).label("value"), literal(1).label("number"))
    names = first.where(of_root(jobs, root)).cte(f"{name}s", recursive=True)
    # From each name the index leads to the next, past all jobs that are called so.
    following = select(func.min(column)).where(of_root(jobs, root), column > names.c.value)
    further = select(following.scalar_subquery(), names.c.number + 1)
    names = names.union_all(further.where(names.c.value.is_not(None), names.c.number < _MOST_NAMES))
    is_meant = names.c.value.icontains(q, autoescape=True)
    meant = select(literal(name).label("kind"), names.c.value, names.c.number)
    return meant.where(is_meant | (names.c.number == _MOST_NAMES))
