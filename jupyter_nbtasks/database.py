"""The one door to SQL: a transaction, a UTC moment, the schema version."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    FromClause,
    MetaData,
    PoolProxiedConnection,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from .errors import DATABASE_UNAVAILABLE, Unavailable, is_disk_full
from .storage.engines import READERS, cannot_be_opened, is_busy, is_damaged, open_engine, translated
from .storage.schema import upgrade
from .storage.sqlite_file import SqliteFile

T = TypeVar("T")

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

_MIGRATIONS = Path(__file__).with_name("migrations")
# How long another process may have locked the database.
_LOCKED_SECONDS = 30.0
_AGAIN_SECONDS = 0.02
# Any constant does, as long as no other program on the same PostgreSQL uses it.
_MIGRATION_LOCK = 7_203_914_468

_log = logging.getLogger(__name__)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite stores no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime; store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"A naive datetime cannot be stored: {value!r}"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FreeText(TypeDecorator[str]):
    """Text of any origin: a kernel may send half a surrogate pair or a NUL, stored as escapes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape what databases do not take as text."""
        return value and value.encode(errors="backslashreplace").decode().replace("\0", "\\x00")


class Database:
    """Runs each piece of SQL work in its own transaction, off the event loop.

    *url* is an SQLAlchemy URL; nothing is opened before `migrate`. One thread writes to SQLite,
    which has one writer anyway, so that writers queue here and not in its busy handler.

    While the file of an SQLite database is gone, nothing is read or written. One that was put in
    its place is used from then on, if it is a database of ours, such as a backup.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        writers = 1 if url.startswith("sqlite") else READERS
        self._writing = ThreadPoolExecutor(writers, thread_name_prefix="nbtasks-write")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="nbtasks-read")
        self._watching: PoolProxiedConnection | None = None
        self._watches = Lock()
        self._closing = Event()
        self._file: SqliteFile | None = None
        self._file_fault: str | None = None
        self._reopening = Lock()
        # How often another file took the place of the one before.
        self._generation = 0

    @property
    def is_shared(self) -> bool:
        """Whether other machines may use it too; a file of SQLite is for one."""
        return not self._url.startswith("sqlite")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what *work* reads; nothing it changes is kept. Raises Unavailable."""
        return await self._run(self._reading, self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Commit what *work* did, or roll all of it back if it raised.

        Raises Unavailable, of which DiskFull is a kind. *work* may be done anew, where another
        process had the database locked.
        """
        return await self._run(self._writing, self._write, work)

    async def state(self) -> object:
        """Return a value that equals the previous one unless anybody committed in between.

        On PostgreSQL it never does: asking there would cost as much as looking.
        """
        if not self._url.startswith("sqlite"):
            return object()
        return await self._run(self._reading, self._version)

    async def migrate(self) -> None:
        """Bring the schema to this version; raises Unavailable if that cannot be done."""
        await self._run(self._writing, self._migrate)

    def close(self) -> None:
        """Finish what is under way and let go of every connection; wait for nobody's lock."""
        self._closing.set()
        self._writing.shutdown()
        self._reading.shutdown()
        self._stop_watching()
        with suppress(Unavailable):
            self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self._url)

    async def _run(self, pool: ThreadPoolExecutor, task: Callable[..., T], *work: Any) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(
                pool, self._patiently, task, *work
            )
        except Exception as error:
            if (meant := translated(error)) is None:
                raise
            if is_damaged(error):
                # What a connection has read stays with it, though the file may be mended.
                await asyncio.to_thread(self._engine.dispose)
            raise meant from error

    def _patiently(self, task: Callable[..., T], *work: Any) -> T:
        """Do *task*, and again while another process has the database locked."""
        until = time.monotonic() + _LOCKED_SECONDS
        while True:
            try:
                self._check_file()
                return task(*work)
            except SQLAlchemyError as error:
                is_over = time.monotonic() >= until or self._closing.is_set()
                if is_over or not is_busy(error):
                    raise
            # SQLite has waited, but not where it knows that this is of no use.
            self._closing.wait(_AGAIN_SECONDS)

    def _version(self) -> tuple[int, int]:
        with self._watches:
            try:
                version = self._watcher().execute("PRAGMA data_version").fetchone()[0]
            except BaseException:
                self._stop_watching()
                raise
            return self._generation, int(version)

    def _watcher(self) -> Any:
        if self._watching is None:
            # It reports what other connections commit, so this one does nothing else.
            self._watching = self._engine.raw_connection()
            self._watching.detach()
        return self._watching.dbapi_connection

    def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.close()
            self._watching = None

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        connecting = self._engine.connect().execution_options(writes=True)
        with connecting as connection, connection.begin():
            done = work(connection)
        if self._file is not None and not self._file.is_there():
            # It is in a file that nobody will open again.
            raise self._lost(self._file)
        return done

    def _check_file(self) -> None:
        """Use the file that is at its path; raises Unavailable where that would lose something."""
        if self._file is None or self._file.is_there():
            self._file_fault = None
            return
        with self._reopening:
            if self._file.is_there():
                return
            if self._file.fault() is not None:
                raise self._lost(self._file)
            self._reopen(self._file)

    def _lost(self, file: SqliteFile) -> Unavailable:
        fault = f"The database file {str(file.path)!r} {file.fault() or 'was replaced just now'}."
        if fault != self._file_fault:
            _log.error("Nothing is read or stored: %s", fault)
        self._file_fault = fault
        return Unavailable(fault, reason=DATABASE_UNAVAILABLE)

    def _reopen(self, file: SqliteFile) -> None:
        with self._watches:
            # Then the file that was here is whole, wherever it was moved to.
            with suppress(Exception):
                self._watcher().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._stop_watching()
        self._engine.dispose()
        file.remove_logs()
        self._file, self._generation = None, self._generation + 1
        try:
            self._migrate()
        except BaseException:
            self._file = file
            raise
        _log.warning("The database file %s was replaced: the new one is used.", file.path)

    def _open_file(self) -> None:
        name = self._engine.url.database
        if self._engine.dialect.name == "sqlite" and name and not name.startswith("file:"):
            with self._watches:
                self._watcher()
            self._file = SqliteFile(Path(name))

    def _migrate(self) -> None:
        try:
            self._write(_upgrade)
            self._open_file()
        except SQLAlchemyError as error:
            if is_disk_full(error) or is_busy(error):
                raise
            where = self._engine.url.render_as_string()
            raise cannot_be_opened(where, error.__cause__ or error) from error


def one_by_one(connection: Connection, key: int | str) -> None:
    """Let no other transaction that asks for the same *key* run beside this one.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        number = ":key" if isinstance(key, int) else "hashtextextended(:key, 0)"
        connection.execute(text(f"SELECT pg_advisory_xact_lock({number})"), {"key": key})


def of_root(table: FromClause, root: str | None) -> ColumnElement[bool]:
    """Return the condition for rows of *table* that belong to *root*; to any root for None."""
    return table.c.root.is_not(None) if root is None else table.c.root == root


def unindexed(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return the text *column* as a value that is not looked up by an index.

    SQLite, which counts nothing, expects a root or an owner to have as few jobs as one notebook
    has, and may walk a million of them to find one.
    """
    return column.concat("")


def _upgrade(connection: Connection) -> None:
    one_by_one(connection, _MIGRATION_LOCK)
    upgrade(connection, _MIGRATIONS)
