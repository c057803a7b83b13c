"""Keeps jobs: submit, claim, save if nobody was faster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError

from ..database import Database, one_by_one
from ..errors import NotFound, Stale
from . import queries
from .model import CellRecord, Job, Progress, Status
from .policy import Shares
from .queries import HELD, among_others, claiming, of_root, owned, retrying, taken, usage, waiting
from .requests import JobQuery, UsageQuery
from .searching import called
from .tables import cell_of, cells, job_of, jobs, progress_columns, row_of

_AS_MANY_AS_FIT = Shares()
_CLAIM_LOCK = 7_203_914_469


class JobStore:
    """The jobs of one *root*; a root of None sees those of every server on this database."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._root = root
        self._in_root = of_root(root)

    async def add(self, job: Job) -> Job:
        """Store *job*; return the one stored before under its idempotency key, if there is one."""
        try:
            await self._database.write(lambda db: db.execute(_ADD, row_of(job)))
        except IntegrityError:
            if job.idempotency_key is None:
                raise
            return await self._first(
                jobs.c.owner == job.owner, jobs.c.idempotency_key == job.idempotency_key
            )
        return job

    async def find_key(self, owner: str, key: str) -> Job | None:
        """Return the job that *owner* submitted under the idempotency *key*."""
        found = select(jobs).where(
            self._in_root, jobs.c.owner == owner, jobs.c.idempotency_key == key
        )
        row = await self._database.read(lambda db: db.execute(found).one_or_none())
        return None if row is None else job_of(row)

    async def get(self, id: str, owner: str | None = None) -> Job:
        """Return job *id*; raises NotFound, also where it is not *owner*'s."""
        try:
            return await self._first(jobs.c.id == id, *owned(owner))
        except NotFound:
            msg = f"There is no job {id!r}."
            raise NotFound(msg) from None

    async def ids(self, beginning: str) -> list[str]:
        """Return the first few ids that begin so."""
        # What follows is hexadecimal.
        found = select(jobs.c.id).where(
            self._in_root, jobs.c.id >= beginning, jobs.c.id < f"{beginning}g"
        )
        few = found.order_by(jobs.c.id).limit(5)
        return list(await self._database.read(lambda db: db.execute(few).scalars().all()))

    async def cells(self, job: Job) -> list[CellRecord]:
        """Return what is known of the code cells of the job's present attempt, in their order."""
        found = (
            select(cells)
            .where(cells.c.job_id == job.id, cells.c.attempt == job.attempt)
            .order_by(cells.c.index)
        )
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [cell_of(row) for row in rows]

    async def claim(
        self,
        server: str,
        now: datetime,
        lease_until: datetime,
        *,
        only_reserved: bool = False,
        shares: Shares = _AS_MANY_AS_FIT,
    ) -> Job | None:
        """Take the waiting job that is next for *server*; None when none may run yet.

        One statement, so that no two servers claim the same job: SQLite has one writer,
        PostgreSQL skips a row that another has locked. With *only_reserved*, jobs that are
        nobody's are left to others.
        """
        claim = claiming(self._root, shares, only_reserved=only_reserved)
        values = {"by": server, "at": now, "until": lease_until}

        def take(db: Connection) -> Row[Any] | None:
            if shares != _AS_MANY_AS_FIT:
                # Two that count at the same time would both find room.
                one_by_one(db, _CLAIM_LOCK)
            return db.execute(claim, values).one_or_none()

        row = await self._database.write(take)
        return None if row is None else job_of(row)

    async def save(self, job: Job, *, was: Job, records: Sequence[CellRecord] = ()) -> None:
        """Store what *job* changed on *was*, and *records*; raises Stale if it is no longer that.

        The pair of id and attempt, with the status and server of *was*, is the fencing token.
        """
        before = row_of(was)
        changes = {name: value for name, value in row_of(job).items() if value != before[name]}
        token = _token(was) | {"was_status": was.status}
        await self._database.write(lambda db: _change(db, _SAVE, token, changes, records))

    async def record(
        self,
        job: Job,
        *,
        progress: Progress | None = None,
        records: Sequence[CellRecord] = (),
        **facts: str | None,
    ) -> None:
        """Store how far a held job has come; raises Stale if it is no longer held so."""
        values = facts | (progress_columns(progress) if progress else {})
        await self._database.write(lambda db: _change(db, _RECORD, _token(job), values, records))

    async def renew(self, server: str, lease_until: datetime) -> dict[str, Status]:
        """Prolong all leases of *server*; return the status of each job that it holds."""
        renewed = (
            update(jobs)
            .where(self._in_root, jobs.c.server == server, *taken())
            .values(lease_until=lease_until)
            .returning(jobs.c.id, jobs.c.status)
        )
        rows = await self._database.write(lambda db: db.execute(renewed).all())
        return {id: Status(status) for id, status in rows}

    async def count_waiting(self) -> int:
        """Return how many jobs are submitted and not yet taken."""
        found = select(func.count()).where(self._in_root, waiting())
        return int(await self._database.read(lambda db: db.execute(found).scalar_one()))

    async def held(self) -> list[Job]:
        """Return every job that some server holds or is reserved for, whoever that is."""
        found = select(jobs).where(self._in_root, *taken())
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [job_of(row) for row in rows]

    async def next_due(self, server: str, *, only_reserved: bool = False) -> datetime | None:
        """Return when the earliest retry that `claim` would give *server* is due, if one waits."""
        earliest = retrying(self._root, server, only_reserved=only_reserved)
        return await self._database.read(lambda db: db.execute(earliest).scalar())

    async def forget_kernel(self, job: Job, kernel_id: str) -> None:
        """Note that the kernel a failed job had kept is gone."""
        change = update(jobs).where(jobs.c.id == job.id, jobs.c.kernel_id == kernel_id)
        await self._database.write(lambda db: db.execute(change.values(kernel_id=None)))

    async def delete(self, job: Job) -> None:
        """Remove a final job; raises Stale if it changed meanwhile."""
        token = and_(jobs.c.id == job.id, jobs.c.status == job.status)

        def remove(db: Connection) -> None:
            db.execute(delete(cells).where(cells.c.job_id == job.id))
            if not db.execute(delete(jobs).where(token)).rowcount:
                raise _stale(job.id)

        await self._database.write(remove)

    async def referenced(self, hashes: Sequence[str]) -> set[str]:
        """Return which of these blobs some job of any root still needs."""
        columns = (jobs.c.input_hash, jobs.c.output_hash, cells.c.outputs_hash)
        found = union(*(select(column).where(column.in_(hashes)) for column in columns))
        return set(await self._database.read(lambda db: db.execute(found).scalars().all()))

    async def earlier(self, job: Job, owner: str | None) -> Job:
        """Return the newest job of the same notebook before *job* that has an output.

        Raises NotFound.
        """
        found = queries.before(job, owner)
        row = await self._database.read(lambda db: db.execute(found).one_or_none())
        if row is None:
            msg = f"There is no earlier job of the same notebook as {job.id} that has an output."
            raise NotFound(msg, reason="no_earlier_run")
        return job_of(row)

    async def has_saved(self, path: str, hash: str) -> bool:
        """Whether the file *path* with that hash is the unchanged output of one of our jobs."""
        found = select(jobs.c.id).where(
            among_others(self._root), jobs.c.saved_hash == hash, jobs.c.output_path == path
        )
        return bool(await self._database.read(lambda db: db.execute(found.limit(1)).scalar()))

    async def page(self, query: JobQuery, owner: str | None) -> list[Job]:
        """Return the jobs of *query*'s page, newest first, and one more if there is a next page."""

        def look(db: Connection) -> Sequence[Row[Any]]:
            named = called(db, query, self._root)
            return db.execute(queries.page(query, self._root, owner, named)).all()

        return [job_of(row) for row in await self._database.read(look)]

    async def usage(self, query: UsageQuery, owner: str | None) -> list[tuple[Any, ...]]:
        """Return (key, jobs, failures, kernel seconds, CPU seconds) per key of *query*."""
        found = usage(query, self._root).where(*owned(owner))
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [tuple(row) for row in rows]

    async def _first(self, *where: ColumnElement[bool]) -> Job:
        found = select(jobs).where(self._in_root, *where)
        row = await self._database.read(lambda db: db.execute(found).one_or_none())
        if row is None:
            msg = "There is no such job."
            raise NotFound(msg)
        return job_of(row)


# Built once, since building them takes longer than the database needs to answer.
_ADD = insert(jobs)
_HAS_TOKEN = and_(
    jobs.c.id == bindparam("was_id"),
    jobs.c.attempt == bindparam("was_attempt"),
    jobs.c.server.is_not_distinct_from(bindparam("was_server")),
)
_SAVE = update(jobs).where(_HAS_TOKEN, jobs.c.status == bindparam("was_status"))
_RECORD = update(jobs).where(_HAS_TOKEN, jobs.c.status.in_(HELD))
_FORGET = delete(cells).where(
    cells.c.job_id == bindparam("was_id"),
    cells.c.attempt == bindparam("was_attempt"),
    cells.c.index.in_(bindparam("indexes", expanding=True)),
)
_KEEP = insert(cells)


def _token(was: Job) -> dict[str, Any]:
    return {"was_id": was.id, "was_attempt": was.attempt, "was_server": was.server}


def _change(
    db: Connection,
    change: Update,
    token: dict[str, Any],
    values: dict[str, Any],
    records: Sequence[CellRecord],
) -> None:
    # Setting a column to itself: the token must be checked also where nothing else changes.
    change = change if values else change.values(status=jobs.c.status)
    if not db.execute(change, values | token).rowcount:
        raise _stale(token["was_id"])
    if not records:
        return
    key = {"job_id": token["was_id"], "attempt": token["was_attempt"]}
    db.execute(_FORGET, token | {"indexes": [record.index for record in records]})
    db.execute(_KEEP, [vars(record) | key for record in records])


def _stale(id: str) -> Stale:
    return Stale(f"Job {id} is no longer as it was when this was decided.")
