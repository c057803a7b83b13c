"""Everything that can go wrong on purpose; each message is a sentence for the person who caused it.

NbTasksError
├── InvalidRequest      the caller sent something we cannot use
│   └── NotebookInvalid the file or content is not a notebook
├── Forbidden           the caller may not do that
├── NotFound            nothing of that kind under that name
├── TooManyRequests     the caller is to wait, and then may try again
├── Conflict            the request makes sense, but not in the present state
│   └── Stale           a writer who lost its claim on a job; it must change nothing
└── Unavailable         we cannot serve now; it is not the caller's fault
    └── DiskFull        there is no room left on a disk, or in a quota; what was there is as it was
"""

from __future__ import annotations

import errno
import functools
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# At a quota SQLite knows only that it could not write, or could not grow its shared memory.
_SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}

_POSTGRESQL_FULL = "53100"
DATABASE_UNAVAILABLE = "database_unavailable"
STORE_UNAVAILABLE = "store_unavailable"
STARTING = "starting"
BUSY = "busy"
# What stands in the way may pass: the same can be tried again.
PASSING = {DATABASE_UNAVAILABLE, STORE_UNAVAILABLE, STARTING, BUSY}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; *field* is its dotted path in the request."""

    field: str
    message: str


class NbTasksError(Exception):
    """Base of every error raised on purpose; its text is shown to people.

    *reason* is a short code for programs, *errors* says it field by field.
    """

    reason = "error"

    def __init__(
        self, message: str, *, reason: str | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(message)
        self.reason = reason or self.reason
        self.errors = tuple(errors)


class InvalidRequest(NbTasksError):
    """The caller sent something we cannot use."""

    reason = "invalid_request"


class NotebookInvalid(InvalidRequest):
    """The file or content is not a notebook."""

    reason = "notebook_invalid"


class Forbidden(NbTasksError):
    """The caller may not do that."""

    reason = "forbidden"


class NotFound(NbTasksError):
    """Nothing of that kind under that name."""

    reason = "not_found"


class TooManyRequests(NbTasksError):
    """The caller is to wait for so many *seconds*, and then may try again."""

    reason = "too_many_requests"

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Conflict(NbTasksError):
    """The request makes sense, but not in the present state."""

    reason = "conflict"


class Stale(Conflict):
    """A writer who lost its claim on a job; it must change nothing."""

    reason = "stale"


class Unavailable(NbTasksError):
    """We cannot serve now; it is not the caller's fault."""

    reason = "unavailable"


class DiskFull(Unavailable):
    """There is no room left on a disk, or in a quota; what was there is as it was."""

    reason = "disk_full"


def invalid_field(field: str, message: str, *, reason: str | None = None) -> InvalidRequest:
    """Refuse one field of a request."""
    return InvalidRequest(message, reason=reason, errors=[FieldError(field, message)])


@contextmanager
def at_field(field: str) -> Iterator[None]:
    """Say of a file that cannot be used that *field*, which names it, is wrong.

    Raises InvalidRequest for what is raised as such, as NotFound or as Forbidden.
    """
    try:
        yield
    except (NotFound, Forbidden, InvalidRequest) as error:
        raise invalid_field(field, str(error), reason=error.reason) from error


def is_disk_full(error: BaseException | None) -> bool:
    """Whether *error*, or one that led to it, says that there is no room for what was written."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        # What Python's own module raises has no code of SQLite's.
        if getattr(error, "sqlite_errorcode", None) in _SQLITE_FULL:
            return True
        if getattr(error, "sqlstate", None) == _POSTGRESQL_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def of_system(error: OSError, doing: str) -> Unavailable:
    """Return that the system did not let us do that, as in "store the document"."""
    if is_disk_full(error):
        return DiskFull(f"There is no room on the server's disk to {doing}. Make some.")
    said = error.strerror or str(error) or type(error).__name__
    where = f" ({error.filename})" if error.filename else ""
    msg = f"The server could not {doing}: {said}{where}. Put that right there, then try again."
    return Unavailable(msg, reason=STORE_UNAVAILABLE)


def meant_by(error: BaseException | None) -> BaseException | None:
    """Return *error*, or what it says to people where it is one of the system.

    That does not name the file: nobody has looked at whether the caller may know of it.
    """
    if not isinstance(error, OSError):
        return error
    return of_system(OSError(error.errno, error.strerror), "do that")


def again_while_stale(change: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Let *change*, which reads and then saves, begin anew where others have saved in between."""

    @functools.wraps(change)
    async def changed(*args: P.args, **kwargs: P.kwargs) -> T:
        while True:
            with suppress(Stale):
                return await change(*args, **kwargs)

    return changed
