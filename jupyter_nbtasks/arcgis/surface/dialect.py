"""How the ArcGIS REST API says things: errors in two shapes, times in milliseconds. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ...errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NbTasksError,
    NotFound,
    TooManyRequests,
    Unavailable,
)

NOT_KNOWN = 498
NOT_LOGGED_IN = 499
NOT_KNOWN_TEXT = "Nobody is known by the token that was sent; it may have expired. Send another."
NOT_LOGGED_IN_TEXT = "Nobody is logged in. Send the server's token as the parameter 'token'."
READS = ("GET", "HEAD")

# The status of HTTP and the code in the body.
_CODES: dict[type[NbTasksError], tuple[int, int]] = {
    InvalidRequest: (400, 400),
    Forbidden: (403, 403),
    NotFound: (404, 404),
    TooManyRequests: (429, 429),
    Conflict: (409, 409),
    Unavailable: (503, 503),
}
# What clients of this API take for a reason to send the same again, a POST included.
_SENT_AGAIN = {413, 429, 500, 502, 503, 504}
_DATES = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S.%f+00:00"}
_ID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = int((datetime.max.replace(tzinfo=UTC) - _EPOCH).total_seconds()) * 1000


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An error as it is answered: the status of HTTP, the code in the body, and sentences."""

    status: int
    code: int
    messages: tuple[str, ...]

    def shaped(self, *, is_sharing: bool) -> dict[str, Any]:
        """Return the body: the sharing API and the admin API have one shape each."""
        if not is_sharing:
            return {"status": "error", "messages": [*self.messages], "code": self.code}
        message, *details = self.messages
        return {"error": {"code": self.code, "message": message, "details": details}}


def refusal(error: NbTasksError) -> Refusal:
    """Return how one of our errors is answered."""
    status, code = next(codes for kind, codes in _CODES.items() if isinstance(error, kind))
    messages = tuple(wrong.message for wrong in error.errors) or (str(error),)
    return Refusal(status=status, code=code, messages=messages)


def status_for(method: str, status: int) -> int:
    """Return *status*, or 409 in the place of one that would make a client write twice."""
    return 409 if method not in READS and status in _SENT_AGAIN else status


def milliseconds(at: datetime | None) -> int:
    """Return a moment in milliseconds since 1970; 0 for one that has not come."""
    return 0 if at is None else (at - _EPOCH) // timedelta(milliseconds=1)


def moment(value: float) -> datetime:
    """Return the moment that many milliseconds after 1970, in UTC; raises ValueError."""
    if not abs(value) <= _LATEST:
        msg = "must be a time in milliseconds since 1970"
        raise ValueError(msg)
    try:
        return _EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        msg = "must be a time in milliseconds since 1970"
        raise ValueError(msg) from None


def dated(value: Any, kind: str) -> Any:
    """Return a number of milliseconds as a text for what is of the *kind* date or datetime (UTC).

    Whatever else it is comes back as it is.
    """
    if kind not in _DATES or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return moment(value).strftime(_DATES[kind])
    except ValueError:
        return value


def camel(name: str) -> str:
    """Return a name of ours as that API writes it: ``item_id`` as ``itemId``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def id_in(item: str) -> str | None:
    """Return the 32 digits of an item id, with dashes or without; None for a path."""
    return item.replace("-", "").lower() if _ID.fullmatch(item) else None
