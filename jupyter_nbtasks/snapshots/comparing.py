"""Compares two notebooks, in a process of its own: neither the loop nor a thread waits for it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from ..errors import NotebookInvalid, Unavailable

Form = Literal["json", "text", "colour"]

_PROGRAM = Path(__file__).with_name("difference.py")
_SECONDS = 20
# The system ends the process where we cannot.
_LATE = 5
_INVALID = 3
# How many are compared at a time: the server has other things to compute.
_waiting = ThreadPoolExecutor(2, thread_name_prefix="nbtasks-compare")


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


async def compare(
    base: Side,
    remote: Side,
    *,
    outputs: bool = False,
    form: Form = "json",
    seconds: int = _SECONDS,
) -> Comparison:
    """Compare two notebooks, by their *outputs* too if asked; in so many *seconds* at most.

    What is noted beside the work does not count: ids, execution counts, timings, layout. Raises
    NotebookInvalid, and Unavailable where it takes too long.
    """
    second = b"" if base.hash == remote.hash else remote.document
    asked = {"size": len(base.document), "outputs": outputs, "form": form}
    line = json.dumps(asked | {"seconds": seconds + _LATE}).encode()
    said = b"\n".join([line, base.document + second])
    loop = asyncio.get_running_loop()
    difference = await loop.run_in_executor(_waiting, _run, said, seconds)
    return Comparison(base=base, remote=remote, difference=difference)


def _run(said: bytes, seconds: int) -> bytes:
    # Without -P our own modules, and those in the folder where the server runs, would be found
    # first under the names of libraries.
    program = [sys.executable, "-P", str(_PROGRAM)]
    try:
        ran = subprocess.run(program, input=said, capture_output=True, timeout=seconds, check=True)
    except subprocess.TimeoutExpired:
        msg = (
            f"Comparing these notebooks takes more than {seconds} seconds. "
            "Get both and compare them with nbdiff."
        )
        raise Unavailable(msg, reason="comparison_timeout") from None
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().split("\n")[-1]
        if error.returncode == _INVALID:
            msg = f"One of the two is not a notebook, so they cannot be compared: {last[:300]}."
            raise NotebookInvalid(msg) from None
        msg = f"The notebooks could not be compared: {last[:300]}."
        raise Unavailable(msg, reason="comparison_failed") from error
    return ran.stdout
