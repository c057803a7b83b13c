"""What Jupyter's server and the process of the execution say to each other, as JSON.

Here that process is the server, since it is called, and Jupyter's is its client. A message comes
after its length in bytes. An *execution* is the number of one.
"""

from __future__ import annotations

import json
import struct
from asyncio import IncompleteReadError, StreamReader
from collections.abc import AsyncIterator, Sequence
from dataclasses import is_dataclass
from typing import Any, Literal, NotRequired, TypedDict, final

from ..errors import DiskFull, NotFound, Unavailable
from .events import Event
from .executor import CellFailed, KernelDied, KernelNotReady, Stopped

_LENGTH = struct.Struct("!I")
_KINDS: tuple[type[Exception], ...] = (
    CellFailed,
    KernelDied,
    KernelNotReady,
    Stopped,
    DiskFull,
    Unavailable,
    NotFound,
    OSError,
)


# Of an execution: to open one comes first, to forget it last.
Method = Literal[
    "open",
    "ready",
    "begin",
    "run",
    "stop",
    "finish",
    "close",
    "since",
    "more",
    "lose_kernel",
    "forget",
]


@final
class Call(TypedDict):
    """Calls a *method* of an execution; one without a number *call* wants no answer."""

    call: NotRequired[int]
    execution: int
    method: Method
    arguments: Sequence[Any]


@final
class Cancellation(TypedDict):
    """Calls off the call of the number *cancel*, whose answer nobody waits for any more."""

    cancel: int


class PackedError(TypedDict):
    """An exception: the name of its class, empty for one that is not of ours, and arguments."""

    kind: str
    arguments: list[Any]


@final
class Value(TypedDict):
    """What the method returned that was called by *call*."""

    call: int
    value: Any


@final
class Fault(TypedDict):
    """What the method raised that was called by *call*."""

    call: int
    error: PackedError


@final
class Report(TypedDict):
    """What has happened in an execution."""

    execution: int
    event: Event


ClientMessage = Call | Cancellation
ServerMessage = Value | Fault | Report


def pack(message: ClientMessage | ServerMessage) -> bytes:
    """Return *message* as it is sent."""
    body = json.dumps(message).encode()
    return _LENGTH.pack(len(body)) + body


async def client_messages(reader: StreamReader) -> AsyncIterator[ClientMessage]:
    """Yield what the client sends, until it is gone."""
    while (message := await _read(reader)) is not None:
        yield message


async def server_messages(reader: StreamReader) -> AsyncIterator[ServerMessage]:
    """Yield what the process of the execution sends, until it is gone."""
    while (message := await _read(reader)) is not None:
        yield message


def pack_error(error: Exception) -> PackedError:
    """Return *error* as JSON."""
    kind = next((kind for kind in _KINDS if isinstance(error, kind)), None)
    if kind is None:
        return {"kind": "", "arguments": [f"{type(error).__name__}: {error}"]}
    arguments = list(vars(error).values()) if is_dataclass(error) else [str(error)]
    return {"kind": kind.__name__, "arguments": arguments}


def unpack_error(packed: PackedError) -> Exception:
    """Return the error that was packed; a RuntimeError for one that is not of ours."""
    kinds = {kind.__name__: kind for kind in _KINDS}
    return kinds.get(packed["kind"], RuntimeError)(*packed["arguments"])


async def _read(reader: StreamReader) -> Any:
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        return json.loads(await reader.readexactly(length))
    except (IncompleteReadError, ConnectionError):
        return None
