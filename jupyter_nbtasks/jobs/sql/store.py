"""Keeps jobs: submit, claim, save if nobody was faster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    func,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError

from ...database import Database, of_root, one_by_one
from ...errors import NotFound
from ..history import AttemptRecord, ended_attempt
from ..model import CellRecord, Job, ListedJob, Progress, Status
from ..policy import Shares
from ..requests import JobQuery, UsageQuery
from . import queries
from .listing import columns, listed
from .queries import among_others, claiming, owned, retrying, taken, usage, waiting
from .searching import called
from .tables import (
    attempt_of,
    attempts,
    cell_of,
    cells,
    job_of,
    jobs,
    progress_columns,
    row_of,
    saved_files,
)
from .transactions import add_attempt, file_key, record, remove, save, stale

_AS_MANY_AS_FIT = Shares()
_NOWHERE: frozenset[str] = frozenset()
_ADD = insert(jobs)
_CLAIM_LOCK = 7_203_914_469


class JobStore:
    """The jobs of one *root*; a root of None sees those of every server on this database."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._root = root
        self._in_root = of_root(jobs, root)

    async def state(self) -> object:
        """Return a value that equals the previous one if nothing here was changed in between."""
        return await self._database.state()

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
        return await self._cells(job, cells.c.attempt == job.attempt)

    async def output_cells(self, job: Job) -> list[CellRecord]:
        """Return the code cells of the attempt that the job's output is of."""
        # While another attempt waits or starts, that is still the one before it.
        newest = select(func.max(cells.c.attempt)).where(cells.c.job_id == job.id)
        return await self._cells(job, cells.c.attempt == newest.scalar_subquery())

    async def attempts(self, job: Job) -> list[AttemptRecord]:
        """Return the attempts at *job* that have ended, the first one first."""
        found = select(attempts).where(attempts.c.job_id == job.id).order_by(attempts.c.number)
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [attempt_of(row) for row in rows]

    async def claim(
        self,
        server: str,
        now: datetime,
        lease_until: datetime,
        *,
        only_reserved: bool = False,
        shares: Shares = _AS_MANY_AS_FIT,
        elsewhere: frozenset[str] = _NOWHERE,
    ) -> Job | None:
        """Take the waiting job that is next for *server*; None when none may run yet.

        With *only_reserved*, jobs that are nobody's are left to others, as are those of
        environments that are *elsewhere*.
        """
        claim = claiming(self._root, shares, elsewhere, only_reserved=only_reserved)
        values = {"by": server, "at": now, "until": lease_until}

        def take(db: Connection) -> Row[Any] | None:
            if shares != _AS_MANY_AS_FIT:
                # Two servers that count at the same time would both find room.
                one_by_one(db, _CLAIM_LOCK)
            return db.execute(claim, values).one_or_none()

        row = await self._database.write(take)
        return None if row is None else job_of(row)

    async def save(self, job: Job, *, was: Job, records: Sequence[CellRecord] = ()) -> None:
        """Store what *job* changed on *was*, and *records*; raises Stale if it is no longer that.

        An attempt that ended with it becomes part of the job's history in the same transaction.
        The pair of id and attempt, with the status and server of *was*, is the fencing token.
        """
        before = row_of(was)
        changes = {name: value for name, value in row_of(job).items() if value != before[name]}
        ended = ended_attempt(job, was)

        def write(db: Connection) -> None:
            save(db, was, changes, records)
            if ended is not None:
                add_attempt(db, job, ended)

        await self._database.write(write)

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
        await self._database.write(lambda db: record(db, job, values, records))

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
        """Return every job that some server holds or is reserved for, whichever that is."""
        found = select(jobs).where(self._in_root, *taken())
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [job_of(row) for row in rows]

    async def next_due(
        self,
        server: str,
        *,
        only_reserved: bool = False,
        elsewhere: frozenset[str] = _NOWHERE,
    ) -> datetime | None:
        """Return when the earliest retry that `claim` would give *server* is due, if one waits."""
        earliest = retrying(self._root, server, elsewhere, only_reserved=only_reserved)
        return await self._database.read(lambda db: db.execute(earliest).scalar())

    async def delete(self, job: Job) -> None:
        """Remove a final job; raises Stale if it changed meanwhile."""
        token = (jobs.c.id == job.id, jobs.c.status == job.status)
        if not await self._database.write(lambda db: remove(db, *token)):
            raise stale(job)

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
        """Whether that is the file *path* as a job of ours wrote it, even one that was removed."""
        is_it = (jobs.c.saved_hash == hash, jobs.c.output_path == path)
        file = (saved_files.c.key == file_key(self._root or "", path), saved_files.c.hash == hash)
        found = union(
            select(jobs.c.id).where(among_others(self._root), *is_it),
            select(saved_files.c.key).where(*file),
        )
        return bool(await self._database.read(lambda db: db.execute(found.limit(1)).scalar()))

    async def page(self, query: JobQuery, owner: str | None) -> list[Job]:
        """Return the jobs of *query*'s page, newest first, and one more if there is a next page."""
        return [job_of(row) for row in await self._look(query, owner, jobs.c)]

    async def listing(self, query: JobQuery, owner: str | None) -> list[ListedJob]:
        """Return the same jobs as `page`, as lists show them."""
        return [listed(row) for row in await self._look(query, owner, columns())]

    async def _look(
        self, query: JobQuery, owner: str | None, shown: Iterable[ColumnElement[Any]]
    ) -> Sequence[Row[Any]]:
        def look(db: Connection) -> Sequence[Row[Any]]:
            page = queries.page(query, self._root, owner, called(db, query, self._root))
            rows: Sequence[Row[Any]] = db.execute(page.with_only_columns(*shown)).all()
            return rows

        return await self._database.read(look)

    async def usage(self, query: UsageQuery, owner: str | None) -> list[tuple[Any, ...]]:
        """Return (key, jobs, failures, kernel seconds, CPU seconds) per key of *query*."""
        found = usage(query, self._root).where(*owned(owner))
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [tuple(row) for row in rows]

    async def _cells(self, job: Job, attempt: ColumnElement[bool]) -> list[CellRecord]:
        found = select(cells).where(cells.c.job_id == job.id, attempt).order_by(cells.c.index)
        rows = await self._database.read(lambda db: db.execute(found).all())
        return [cell_of(row) for row in rows]

    async def _first(self, *where: ColumnElement[bool]) -> Job:
        found = select(jobs).where(self._in_root, *where)
        row = await self._database.read(lambda db: db.execute(found).one_or_none())
        if row is None:
            msg = "There is no such job."
            raise NotFound(msg)
        return job_of(row)
