"""Which jobs a query means, in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    String,
    UpdateBase,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)

from ...database import UtcDateTime, of_root, unindexed
from ...ids import id_prefix
from ..model import Job, Status, Usage
from ..policy import Shares
from ..requests import JobQuery, Span, UsageQuery
from .tables import jobs
from .texts import among_newest, having

HELD = [status for status in Status if status.is_held]
_OPEN = (Status.SUBMITTED, Status.EXECUTING, Status.CANCELLING)
# Few jobs share one of these: its index is the one to look them up by, whatever else is asked.
_NARROW = ("notebook", "item_id", "schedule_id", "snapshot_id", "batch_id")

Conditions = Sequence[ColumnElement[bool]]

# What usage is added up by; a day is one of UTC.
_USAGE_KEYS: dict[str, Callable[[], ColumnElement[Any]]] = {
    "owner": lambda: jobs.c.owner,
    "notebook": lambda: jobs.c.notebook,
    "schedule": lambda: jobs.c.schedule_id,
    "day": lambda: cast(func.date(jobs.c.created_at), String),
}


def among_others(root: str | None) -> ColumnElement[bool]:
    """Jobs of *root*, where something else tells which few to look at."""
    return true() if root is None else unindexed(jobs.c.root) == root


def owned(owner: str | None) -> list[ColumnElement[bool]]:
    """Jobs of *owner*; of everybody for None."""
    return [] if owner is None else [jobs.c.owner == owner]


def waiting() -> ColumnElement[bool]:
    """Jobs that are submitted and not yet taken."""
    return jobs.c.status == _literal(Status.SUBMITTED)


def taken(table: FromClause = jobs) -> Conditions:
    """Jobs that some server holds or is reserved for."""
    return (table.c.server.is_not(None), table.c.status.in_(map(_literal, _OPEN)))


def within(span: Span) -> list[ColumnElement[bool]]:
    """Jobs submitted in *span*, its end not included: ids sort by the moment of submission."""
    since = [] if span.since is None else [jobs.c.id >= id_prefix(span.since)]
    until = [] if span.until is None else [jobs.c.id < id_prefix(span.until)]
    return [*since, *until]


def page(
    query: JobQuery, root: str | None, owner: str | None, called: Conditions | None = None
) -> Select[Any]:
    """Select *query*'s page of the jobs of *owner*, newest first, and one more.

    *called* are conditions: each job that *query* searches for meets one, if these are known, or
    is among the newest.
    """
    where = [*within(query), *_saying(query, root)]
    if query.cursor is not None:
        where.append(jobs.c.id < query.cursor)
    owners = [name for name in (owner, query.owner) if name is not None]
    statuses = query.status.split(",") if query.status else []
    if called is not None:
        where += [of_root(jobs, root), *(unindexed(jobs.c.owner) == name for name in owners)]
        where += [unindexed(jobs.c.status).in_(statuses)] if statuses else []
        parts = [[*where, one] for one in (*called, among_newest(root))]
    elif narrow := _narrow(query, root):
        where += [*narrow, *(unindexed(jobs.c.owner) == name for name in owners)]
        parts = [[*where, jobs.c.status.in_(statuses)] if statuses else where]
    else:
        where += [of_root(jobs, root), *(jobs.c.owner == name for name in owners)]
        each = statuses or (list(Status) if owners else [])
        parts = [[*where, jobs.c.status == status] for status in each] or [where]
    return _newest(parts, query.limit + 1)


def is_narrow(query: JobQuery) -> bool:
    """Whether *query* names what there are few jobs of."""
    return any(getattr(query, name) is not None for name in _NARROW)


def _narrow(query: JobQuery, root: str | None) -> list[ColumnElement[bool]]:
    given = {name: value for name in _NARROW if (value := getattr(query, name)) is not None}
    if not given:
        return []
    in_root = of_root(jobs, root) if "notebook" in given else among_others(root)
    return [in_root, *(jobs.c[name] == value for name, value in given.items())]


def before(job: Job, owner: str | None) -> Select[Any]:
    """Select the newest job of the same notebook before *job* that has an output."""
    where = [jobs.c.id < job.id, jobs.c.output_hash.is_not(None)]
    if owner is not None:
        where.append(unindexed(jobs.c.owner) == owner)
    parts = []
    if job.notebook is not None:
        parts.append([*where, of_root(jobs, job.root), jobs.c.notebook == job.notebook])
    if job.item_id is not None:
        parts.append([*where, among_others(job.root), jobs.c.item_id == job.item_id])
    return _newest(parts or [[false()]], 1)


def _newest(parts: Sequence[Conditions], limit: int) -> Select[Any]:
    """Select the newest *limit* jobs that meet all conditions of one of *parts*.

    Each part is looked up by an index of its own: asked for several at once, the database would
    walk all jobs.
    """
    newest = jobs.c.id.desc()
    if len(parts) == 1:
        return select(jobs).where(*parts[0]).order_by(newest).limit(limit)
    each = (select(jobs.c.id).where(*part).order_by(newest).limit(limit) for part in parts)
    ids = union_all(*(select(one.subquery()) for one in each))
    return select(jobs).where(jobs.c.id.in_(ids)).order_by(newest).limit(limit)


def _saying(query: JobQuery, root: str | None) -> list[ColumnElement[bool]]:
    found = [] if query.trigger is None else [jobs.c.trigger_type == query.trigger]
    if query.q:
        found.append(having(query.q, true() if is_narrow(query) else among_newest(root)))
    return found


@lru_cache
def claiming(
    root: str | None, shares: Shares, elsewhere: frozenset[str], *, only_reserved: bool
) -> UpdateBase:
    """Update the job of *root* that is next for the server *by*, and return it, if one may run.

    It takes *by*, *at* and *until*, the end of its lease. With *only_reserved*, jobs that are
    nobody's are left to others, as are those of environments that are *elsewhere*. One statement,
    so that no two servers claim the same job: SQLite has one writer, PostgreSQL skips a row that
    another has locked.
    """
    at = bindparam("at", type_=UtcDateTime)
    is_due = or_(jobs.c.not_before.is_(None), jobs.c.not_before <= at)
    mine = _claimable(bindparam("by"), elsewhere, only_reserved=only_reserved)
    candidate = (
        select(jobs.c.id)
        .where(of_root(jobs, root), waiting(), is_due, mine, *_within_share(shares, root))
        .order_by(jobs.c.priority.desc(), jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    lease = bindparam("until", type_=UtcDateTime)
    return (
        update(jobs)
        .where(jobs.c.id == candidate, jobs.c.status == Status.SUBMITTED)
        .values(status=Status.EXECUTING, server=bindparam("by"), lease_until=lease)
        .values(started_at=at, reason=None, message=None, error=None, not_before=None)
        .values(vars(Usage()))
        .returning(*jobs.c)
    )


def retrying(
    root: str | None, server: str, elsewhere: frozenset[str], *, only_reserved: bool
) -> Select[Any]:
    """Select when the earliest retry is due that *server* would claim."""
    is_retried = jobs.c.not_before.is_not(None)
    mine = _claimable(server, elsewhere, only_reserved=only_reserved)
    return select(func.min(jobs.c.not_before)).where(
        of_root(jobs, root), waiting(), is_retried, mine
    )


def _within_share(shares: Shares, root: str | None) -> list[ColumnElement[bool]]:
    """Jobs whose owner and whose notebook have fewer jobs of *root* running than their share."""
    found: list[ColumnElement[bool]] = []
    if shares.owner is not None:
        full = _running(root, lambda table: unindexed(table.c.owner), shares.owner)
        found.append(jobs.c.owner.not_in(full))
    if shares.notebook is not None:
        full = _running(root, _notebook_of, shares.notebook)
        # What was sent without a file belongs to no notebook.
        found.append(or_(_notebook_of(jobs).is_(None), _notebook_of(jobs).not_in(full)))
    return found


def _running(
    root: str | None, key: Callable[[FromClause], ColumnElement[str]], limit: int
) -> Select[Any]:
    """Select those keys of which *limit* jobs or more run."""
    others = jobs.alias()
    run = (of_root(others, root), *taken(others), others.c.status != Status.SUBMITTED)
    found = select(key(others)).where(*run, key(others).is_not(None)).group_by(key(others))
    return found.having(func.count() >= limit)


def _notebook_of(table: FromClause) -> ColumnElement[str]:
    return func.coalesce(table.c.item_id, table.c.notebook)


def _claimable(
    server: str | BindParameter[str], elsewhere: frozenset[str], *, only_reserved: bool
) -> ColumnElement[bool]:
    mine = jobs.c.server == server
    found = mine if only_reserved else or_(jobs.c.server.is_(None), mine)
    if not elsewhere:
        return found
    environment = jobs.c.environment
    return and_(found, or_(environment.is_(None), environment.not_in(sorted(elsewhere))))


def usage(query: UsageQuery, root: str | None) -> Select[Any]:
    """Select (key, jobs, failures, kernel seconds, CPU seconds) per key of *query* in *root*."""
    # Where all jobs are added up, to read them as they lie takes a third of the time.
    in_root = of_root(jobs, root) if query.since else among_others(root)
    key = _USAGE_KEYS[query.by]()
    failures = func.sum(case((jobs.c.status == Status.FAILED, 1), else_=0))
    return (
        select(key, func.count(), failures)
        .add_columns(func.sum(jobs.c.kernel_seconds), func.sum(jobs.c.cpu_seconds))
        .where(in_root, *within(query))
        .group_by(key)
        .order_by(key.nulls_first())
    )


def _literal(status: Status) -> ColumnElement[str]:
    # The partial indexes are not used where a value is yet to be bound.
    return literal_column(f"'{status}'")
