"""A notebook as HTML, Markdown, and what else nbconvert makes of it: in processes for that."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from ..background import Turns
from ..errors import BUSY, Conflict, Unavailable, invalid_field
from ..notebooks.ipynb import NOTEBOOK_TYPE

# Without -P modules in the folder where the server runs would be found first.
_PROGRAM = (sys.executable, "-P", "-c", "from jupyter_nbtasks.jobs.report import main; main()")
# What LaTeX needs for a long one.
_SECONDS = 120.0
# The system ends the process where we cannot.
_LATE = 5
# One that has waited for longer may be about to end itself.
_IDLE_SECONDS = 45.0
# The server has other things to compute.
_AT_ONCE = 2
_MOST = 20
_EXPORTERS = "nbconvert.exporters"
# These need code of the caller's, or are parts of other exporters.
_NOT_OFFERED = {"custom", "python", "notebook"}


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document: its bytes, its MIME type and the ending of its file name."""

    content: bytes
    content_type: str
    extension: str


class Renderer:
    """Makes documents of notebooks, each within *seconds*, a few at a time."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turns = Turns(_AT_ONCE, _MOST)
        self._processes: set[Process] = set()
        self._idle: list[tuple[Process, float]] = []

    async def formats(self) -> list[str]:
        """Return the formats there are; some need a program that the server may lack."""
        return list(await asyncio.to_thread(_formats))

    async def check_format(self, format: str) -> None:
        """Refuse a format that nbconvert does not know; raises InvalidRequest that names those."""
        if format == "ipynb":
            return
        known = await self.formats()
        if format not in known:
            msg = f"There is no format {format!r}. Choose one of: {', '.join(known)}."
            raise invalid_field("format", msg, reason="unknown_format")

    async def render(self, notebook: bytes, format: str, title: str) -> Document:
        """Return *notebook* in *format*; whoever gives up waiting for that ends its making.

        Raises Conflict where that cannot be done here, and Unavailable where it takes too long or
        too many wait for theirs.
        """
        if format == "ipynb":
            return Document(content=notebook, content_type=NOTEBOOK_TYPE, extension=".ipynb")
        asked = {"format": format, "title": title, "size": len(notebook)}
        limit = {"seconds": int(self._seconds) + _LATE}
        answer, content = await self._answer(asked | limit, notebook)
        if "error" in answer:
            msg = f"The server cannot make {format!r} of this: {answer['error']}"
            raise Conflict(msg, reason="format_unavailable")
        kind, extension = answer["content_type"], answer["extension"]
        return Document(content=content, content_type=kind, extension=extension)

    async def close(self) -> None:
        """End what is being made, and the processes that wait for more."""
        self._idle.clear()
        processes = list(self._processes)
        for process in processes:
            _kill(process)
        await asyncio.gather(*(process.wait() for process in processes))

    async def _answer(self, asked: dict[str, Any], notebook: bytes) -> tuple[dict[str, Any], bytes]:
        msg = "Too many reports are being made just now. Try again in a minute."
        async with self._turns.one(Unavailable(msg, reason=BUSY)):
            return await self._talk(json.dumps(asked).encode() + b"\n" + notebook)

    async def _talk(self, said: bytes) -> tuple[dict[str, Any], bytes]:
        process, is_answered = await self._process(), False
        try:
            async with asyncio.timeout(self._seconds):
                answer = await _answer_of(process, said)
                is_answered = True
                return answer
        except TimeoutError:
            msg = (
                f"This report takes more than {self._seconds:g} seconds. "
                "Get the notebook, and convert it with jupyter nbconvert."
            )
            raise Unavailable(msg, reason="report_timeout") from None
        except (OSError, ValueError, EOFError) as error:
            msg = "The process that was to make the report ended, perhaps as memory ran out."
            raise Unavailable(msg, reason="report_failed") from error
        finally:
            # After the limit, or when nobody waits any more, it would go on.
            if is_answered:
                self._idle.append((process, time.monotonic()))
            else:
                await self._end(process)

    async def _process(self) -> Process:
        """Return a process that waits for a request: one that has answered others, or a new one."""
        while self._idle:
            process, since = self._idle.pop()
            if process.returncode is None and time.monotonic() < since + _IDLE_SECONDS:
                return process
            await self._end(process)
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
        self._processes.add(process)
        return process

    async def _end(self, process: Process) -> None:
        _kill(process)
        await process.wait()
        self._processes.discard(process)


@cache
def _formats() -> tuple[str, ...]:
    """Return the names of nbconvert's exporters; it would make each of them for that."""
    names = {exporter.name for exporter in entry_points(group=_EXPORTERS)}
    return ("ipynb", *sorted(names - _NOT_OFFERED))


async def _answer_of(process: Process, said: bytes) -> tuple[dict[str, Any], bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(said)
    await process.stdin.drain()
    answer: dict[str, Any] = json.loads(await process.stdout.readline())
    return answer, await process.stdout.readexactly(answer.get("size", 0))


def _kill(process: Process) -> None:
    """End *process*, and the programs that it has started."""
    if process.returncode is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
