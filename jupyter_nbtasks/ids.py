"""Fresh ids, which sort by the moment they were made."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(now: datetime, kind: str = "j") -> str:
    """Return a fresh id, of a job or another *kind*; ids sort by the moment they were made."""
    return id_prefix(now, kind) + secrets.token_hex(8)


def id_prefix(at: datetime, kind: str = "j") -> str:
    """Return how the ids of that millisecond begin."""
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    return f"{kind}{max(0, milliseconds):012x}"
