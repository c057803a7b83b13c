"""Begins what a server does, and tries again by itself while something is in the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import chain, repeat

from ..errors import STARTING, Unavailable

# Seconds between tries to begin.
_PAUSES = (1.0, 2.0, 5.0)
_LONGEST_PAUSE = 10.0
# How long a request waits for the first try.
_PATIENCE_SECONDS = 8.0

_log = logging.getLogger(__name__)


class Starter:
    """Does *begin* until that succeeds; whatever it raises is a reason to try again."""

    def __init__(self, begin: Callable[[], Awaitable[None]]) -> None:
        self._begin = begin
        self._tried = asyncio.Event()
        self._fault: Unavailable | None = None

    async def run(self) -> None:
        """Return once it has begun."""
        for pause in chain(_PAUSES, repeat(_LONGEST_PAUSE)):
            try:
                await self._begin()
            except Exception as error:
                self._note(error)
            else:
                self._succeed()
                return
            await asyncio.sleep(pause)

    async def first_try(self) -> None:
        """Wait until it has begun, or is known not to have yet."""
        await self._tried.wait()

    async def ready(self) -> None:
        """Wait, but not for long, until requests can be served; raises Unavailable."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._tried.wait()
        if self._fault is not None:
            raise self._fault.with_traceback(None)
        if not self._tried.is_set():
            msg = "The server is still at its start. Try again in a moment."
            raise Unavailable(msg, reason=STARTING)

    def _note(self, error: Exception) -> None:
        fault = _fault_of(error)
        if str(fault) != str(self._fault):
            unforeseen = None if isinstance(error, Unavailable) else error
            _log.error("No jobs run, and it is tried again: %s", fault, exc_info=unforeseen)
        self._fault = fault
        self._tried.set()

    def _succeed(self) -> None:
        if self._fault is not None:
            _log.warning("What was in the way at the start is over: jobs run from here on.")
        self._fault = None
        self._tried.set()


def _fault_of(error: Exception) -> Unavailable:
    if isinstance(error, Unavailable):
        return error
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    msg = f"The server could not begin to run jobs: {said}. Its log says more; it tries again."
    return Unavailable(msg, reason=STARTING)
