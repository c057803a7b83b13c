"""What the server and the process of the execution say to each other: JSON, its length before it.

The server calls: ``{"call": number, "on": execution, "do": method, "with": [arguments]}``; one
without a number wants no answer, and ``{"cancel": number}`` no longer wants it. The process
answers ``{"call": number, "value": …}`` or ``{"call": number, "error": …}``, and reports
``{"on": execution, "event": …}``.
"""

from __future__ import annotations

import json
import struct
from asyncio import IncompleteReadError, StreamReader
from dataclasses import is_dataclass
from typing import Any

from ..errors import DiskFull, NotFound
from .executor import CellFailed, KernelDied, KernelNotReady, Stopped

_LENGTH = struct.Struct("!I")
_KINDS: tuple[type[Exception], ...] = (
    CellFailed,
    KernelDied,
    KernelNotReady,
    Stopped,
    DiskFull,
    NotFound,
    OSError,
)


def pack(message: dict[str, Any]) -> bytes:
    """Return *message* as it is sent."""
    body = json.dumps(message).encode()
    return _LENGTH.pack(len(body)) + body


async def read(reader: StreamReader) -> dict[str, Any] | None:
    """Return the next message; None once the other side is gone."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        message: dict[str, Any] = json.loads(await reader.readexactly(length))
    except (IncompleteReadError, ConnectionError):
        return None
    return message


def pack_error(error: Exception) -> dict[str, Any]:
    """Return *error* as JSON."""
    kind = next((kind for kind in _KINDS if isinstance(error, kind)), None)
    if kind is None:
        return {"kind": "", "with": [f"{type(error).__name__}: {error}"]}
    given = list(vars(error).values()) if is_dataclass(error) else [str(error)]
    return {"kind": kind.__name__, "with": given}


def unpack_error(packed: dict[str, Any]) -> Exception:
    """Return the error that was packed; a RuntimeError for one that is none of ours."""
    kinds = {kind.__name__: kind for kind in _KINDS}
    return kinds.get(packed["kind"], RuntimeError)(*packed["with"])
