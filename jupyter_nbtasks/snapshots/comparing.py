"""Compares two notebooks, in a process of its own: neither the loop nor a thread waits for it."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from ..background import Turns
from ..errors import BUSY, NotebookInvalid, Unavailable

Form = Literal["json", "text", "colour"]

# Without -P our own modules, and those in the folder where the server runs, would be found first
# under the names of libraries.
_PROGRAM = (sys.executable, "-P", str(Path(__file__).with_name("difference.py")))
_SECONDS = 20
# The system ends the process where we cannot.
_LATE = 5
_INVALID = 3
# The server has other things to compute.
_AT_ONCE = 2
_MOST = 20


@dataclass(frozen=True, kw_only=True)
class Side:
    """A notebook to be compared, and where it comes from; *document* are its bytes."""

    label: str
    id: str | None
    path: str | None
    hash: str
    created_at: datetime | None
    document: bytes


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How *remote* differs from *base*; *difference* is a text for a terminal, or a JSON object.

    The object's fields are *notebook*, the base as it was compared; *diff*, which leads
    from that to the remote in nbdime's format, *summary*, which counts cells, and *identical*.
    """

    base: Side
    remote: Side
    difference: bytes


class Comparer:
    """Compares notebooks, each two within *seconds*, and a few at a time."""

    def __init__(self, seconds: int = _SECONDS) -> None:
        self._seconds = seconds
        self._turns = Turns(_AT_ONCE, _MOST)

    async def compare(
        self, base: Side, remote: Side, *, outputs: bool = False, form: Form = "json"
    ) -> Comparison:
        """Compare two notebooks, by their *outputs* too if asked.

        What is noted beside the work does not count: ids, execution counts, timings, layout.
        Whoever gives up waiting ends it. Raises NotebookInvalid, and Unavailable where it takes
        too long or too many wait.
        """
        second = b"" if base.hash == remote.hash else remote.document
        asked = {"size": len(base.document), "outputs": outputs, "form": form}
        line = json.dumps(asked | {"seconds": self._seconds + _LATE}).encode()
        said = b"\n".join([line, base.document + second])
        msg = "Too many notebooks are being compared just now. Try again in a minute."
        async with self._turns.one(Unavailable(msg, reason=BUSY)):
            difference = await self._run(said)
        return Comparison(base=base, remote=remote, difference=difference)

    async def _run(self, said: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        try:
            async with asyncio.timeout(self._seconds):
                difference, fault = await process.communicate(said)
        except TimeoutError:
            msg = (
                f"Comparing these notebooks takes more than {self._seconds} seconds. "
                "Get both and compare them with nbdiff."
            )
            raise Unavailable(msg, reason="comparison_timeout") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise _failure(process.returncode, fault)
        return difference


def _failure(status: int, fault: bytes) -> Exception:
    last = fault.decode(errors="replace").strip().split("\n")[-1]
    if status == _INVALID:
        msg = f"One of the two is not a notebook, so they cannot be compared: {last[:300]}."
        return NotebookInvalid(msg)
    msg = f"The notebooks could not be compared: {last[:300]}."
    return Unavailable(msg, reason="comparison_failed")
