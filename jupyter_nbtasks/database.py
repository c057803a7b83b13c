"""The one door to SQL: a transaction, a UTC moment, the schema version."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
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
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from .errors import DATABASE_UNAVAILABLE, DiskFull, Unavailable, is_disk_full

T = TypeVar("T")

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

_MIGRATIONS = Path(__file__).with_name("migrations")
_SQLITE_WAIT = 30.0
_READERS = 4
# Any constant does, as long as no other program on the same PostgreSQL uses it.
_MIGRATION_LOCK = 7_203_914_468


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
    """

    def __init__(self, url: str) -> None:
        self._url = url
        writers = 1 if url.startswith("sqlite") else _READERS
        self._writing = ThreadPoolExecutor(writers, thread_name_prefix="nbtasks-write")
        self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix="nbtasks-read")
        self._watching: PoolProxiedConnection | None = None
        self._watches = Lock()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what *work* reads; nothing it changes is kept."""
        return await self._run(self._reading, self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Commit what *work* did, or roll all of it back if it raised; raises DiskFull."""
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
        """Finish what is under way and let go of every connection."""
        self._writing.shutdown()
        self._reading.shutdown()
        if self._watching is not None:
            self._watching.close()
        with suppress(Unavailable):
            self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        return _engine(self._url)

    async def _run(self, pool: ThreadPoolExecutor, task: Callable[..., T], *work: Any) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, task, *work)
        except (OperationalError, InterfaceError, ProgrammingError) as error:
            if is_disk_full(error):
                msg = "There is no room on the disk for the database. Make some, then try again."
                raise DiskFull(msg) from error
            msg = f"The database does not answer: {error.__cause__ or error}"
            raise Unavailable(msg, reason=DATABASE_UNAVAILABLE) from error

    def _version(self) -> int:
        with self._watches:
            if self._watching is None:
                # It reports what other connections commit, so this one does nothing else.
                self._watching = self._engine.raw_connection()
                self._watching.detach()
            try:
                connection: Any = self._watching.dbapi_connection
                return int(connection.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error as error:
                msg = f"The database does not answer: {error}"
                raise Unavailable(msg, reason=DATABASE_UNAVAILABLE) from error

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        connecting = self._engine.connect().execution_options(writes=True)
        with connecting as connection, connection.begin():
            return work(connection)

    def _migrate(self) -> None:
        try:
            self._write(_upgrade)
        except SQLAlchemyError as error:
            if is_disk_full(error):
                raise
            where = self._engine.url.render_as_string()
            raise _unavailable(where, error.__cause__ or error) from error


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
    # The file of each schema version begins with its number.
    known = sorted(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    stamped = _stamped(connection)
    if stamped == known[-1]:
        return
    if stamped is not None and stamped not in known:
        msg = (
            f"The database was written by a newer version of jupyter_nbtasks (schema {stamped!r}). "
            "Upgrade jupyter_nbtasks, or point database_url at another database."
        )
        raise Unavailable(msg, reason="database_newer")
    # Imported here because it is large, and needed once in the life of a version.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _stamped(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        # The URL is not repeated, because there may be a password in it.
        msg = "database_url is not an SQLAlchemy URL. For a file, use sqlite:////home/me/tasks.db"
        raise Unavailable(msg, reason=DATABASE_UNAVAILABLE) from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    try:
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=2 * _READERS)
    except (SQLAlchemyError, ImportError) as error:
        raise _unavailable(parsed.render_as_string(), error) from error
    event.listen(engine, "connect", _configure_postgresql)
    return engine


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        msg = "An SQLite database needs a file, as in sqlite:////home/me/nbtasks.sqlite3"
        raise Unavailable(msg, reason=DATABASE_UNAVAILABLE)
    engine = create_engine(
        url, connect_args={"timeout": _SQLITE_WAIT}, pool_size=_READERS + 1, max_overflow=0
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _unavailable(where: str, error: BaseException) -> Unavailable:
    return Unavailable(
        f"The database {where} cannot be opened: {error}", reason=DATABASE_UNAVAILABLE
    )


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        # SQLAlchemy 2.0.36 drops a connection whose listener fails, and leaves the file open.
        connection.close()
        raise


def _configure_postgresql(connection: Any, _record: object) -> None:
    # A day of the usage table is one of UTC.
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # By IMMEDIATE, as a transaction that reads first and writes later could not wait its turn.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
