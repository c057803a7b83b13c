"""Which jobs have a text in what they were given, made or said, and not only in what they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from ...database import of_root
from .tables import jobs

# So many of the newest jobs are read through for it: no index could tell.
MOST_READ = 2_000
# As it is shown: region = "EU".
_NAMED = re.compile(r"\s*(\w+)\s*=\s*(.*?)\s*", re.DOTALL)


def having(q: str, read: ColumnElement[bool]) -> ColumnElement[bool]:
    """Jobs with *q* in name or path, or, of those to *read* through, in a value or the message."""
    names = [column.icontains(q, autoescape=True) for column in (jobs.c.name, jobs.c.notebook)]
    return or_(*names, read & _with_value(q))


def among_newest(root: str | None) -> ColumnElement[bool]:
    """Jobs of *root* that are new enough to be read through."""
    others = jobs.alias()
    newest = select(others.c.id).where(of_root(others, root)).order_by(others.c.id.desc())
    last = newest.offset(MOST_READ - 1).limit(1).scalar_subquery()
    return jobs.c.id >= func.coalesce(last, "")


def _with_value(q: str) -> ColumnElement[bool]:
    stored = [cast(column, Text) for column in (jobs.c.parameters, jobs.c.results)]
    found = [text.icontains(one, autoescape=True) for text in stored for one in _as_stored(q)]
    return or_(jobs.c.message.icontains(q, autoescape=True), *found)


def _as_stored(q: str) -> Iterator[str]:
    """Give *q* as it is in JSON: any text, and the value of a name, which may be a text."""
    yield json.dumps(q)[1:-1]
    if named := _NAMED.fullmatch(q):
        name, value = named.groups()
        yield f"{json.dumps(name)}: {value}"
        yield f"{json.dumps(name)}: {json.dumps(value)[:-1]}"
