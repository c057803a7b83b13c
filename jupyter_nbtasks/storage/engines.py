"""How a database is opened: an SQLAlchemy engine for its URL, and what its errors mean."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ..errors import DATABASE_UNAVAILABLE, DiskFull, Unavailable, is_disk_full
from .private import make_database_private

READERS = 4
# How long SQLite waits by itself for another process; `Database` asks again after that.
_BUSY_SECONDS = 1.0
_CONNECT_SECONDS = 10
_FULL = "There is no room on the disk for the database. Make some, then try again."
# SQLite's own codes have their kind in the last eight bits.
_KIND = 0xFF


def open_engine(url: str) -> Engine:
    """Return an engine for *url*; nothing is opened yet. Raises Unavailable for a wrong URL."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        # The URL is not repeated, because there may be a password in it.
        msg = "database_url is not an SQLAlchemy URL. For a file, use sqlite:////home/me/tasks.db"
        raise Unavailable(msg, reason=DATABASE_UNAVAILABLE) from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    try:
        engine = create_engine(
            parsed, pool_pre_ping=True, pool_size=2 * READERS, connect_args=_patience(parsed)
        )
    except (SQLAlchemyError, ImportError) as error:
        raise cannot_be_opened(parsed.render_as_string(), error) from error
    event.listen(engine, "connect", _configure_postgresql)
    return engine


def translated(error: Exception) -> Unavailable | None:
    """Return what an *error* of a database says to people; None if the statement was at fault."""
    is_of_statement = isinstance(error, IntegrityError | DataError)
    is_of_database = isinstance(error, DBAPIError | sqlite3.Error | PoolTimeoutError)
    if is_of_statement or not is_of_database:
        return None
    if is_disk_full(error):
        return DiskFull(_FULL)
    msg = f"The database does not answer: {error.__cause__ or error}"
    return Unavailable(msg, reason=DATABASE_UNAVAILABLE)


def cannot_be_opened(where: str, error: BaseException) -> Unavailable:
    """Return that *error* keeps the database *where* from being opened."""
    msg = f"The database {where} cannot be opened: {error}"
    return Unavailable(msg, reason=DATABASE_UNAVAILABLE)


def is_busy(error: Exception) -> bool:
    """Whether another process has locked the SQLite database, so that nothing was done."""
    return isinstance(error, OperationalError) and _kind(error) == sqlite3.SQLITE_BUSY


def is_damaged(error: Exception) -> bool:
    """Whether SQLite found what cannot be in its file."""
    damages = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
    return isinstance(error, DBAPIError) and _kind(error) in damages


def _kind(error: DBAPIError) -> int | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & _KIND


def _patience(url: URL) -> dict[str, Any]:
    # A machine that does not answer would keep its thread for minutes.
    is_libpq = url.get_driver_name().startswith("psycopg") and "connect_timeout" not in url.query
    return {"connect_timeout": _CONNECT_SECONDS} if is_libpq else {}


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        msg = "An SQLite database needs a file, as in sqlite:////home/me/nbtasks.sqlite3"
        raise Unavailable(msg, reason=DATABASE_UNAVAILABLE)
    engine = create_engine(
        url, connect_args={"timeout": _BUSY_SECONDS}, pool_size=READERS + 1, max_overflow=0
    )
    name = url.database
    event.listen(engine, "do_connect", lambda *_: make_database_private(name))
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    try:
        _keep_log(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    except sqlite3.Error:
        # SQLAlchemy 2.0.36 drops a connection whose listener fails, and leaves the file open.
        connection.close()
        raise


def _keep_log(connection: sqlite3.Connection) -> None:
    # Where several at once turn a new file into one with a log, SQLite lets none of them wait.
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.01)


def _configure_postgresql(connection: Any, _record: object) -> None:
    # A day of the usage table is one of UTC.
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # By IMMEDIATE, as a transaction that reads first and writes later could not wait its turn.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
