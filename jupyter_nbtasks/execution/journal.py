"""Keeps the outputs of a running notebook as they grow, so that a crash loses next to nothing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from ..storage.appending import AppendableBlob
from ..storage.blobs import Blobs
from .document import Output, OutputsWriter
from .events import Event, ExecutorEvent, KeptCell
from .transcript import BEGINNING, Transcript

# Cells that end are kept together with those that end within the first of these times; outputs
# that only grow are kept as often as the second.
_PAUSE_SECONDS = 0.1
_GROWING_SECONDS = 2.0
# A large output costs more to keep: never spend more than a tenth of the time on it.
_SHARE = 10

_log = logging.getLogger(__name__)


class _Page:
    """The outputs of one cell on their way into *blobs*: those up to `position` are kept."""

    def __init__(self, blobs: Blobs) -> None:
        self._growth, self._document = OutputsWriter(), AppendableBlob(blobs)
        self.position = BEGINNING

    async def keep(self, outputs: Iterable[Output]) -> str:
        # In pieces, because what is written is in memory several times.
        pieces = self._growth.write(outputs)
        while (more := await asyncio.to_thread(next, pieces, None)) is not None:
            hash = await self._document.put(more, self._growth.end)
        return hash


class Journal:
    """Applies events to *transcript*, keeps the outputs in *blobs*, and tells what is kept.

    *tell* hears the event ``kept``.
    """

    def __init__(self, transcript: Transcript, blobs: Blobs, tell: Callable[[Event], None]) -> None:
        self._transcript = transcript
        self._blobs = blobs
        self._tell = tell
        self._turned = asyncio.Event()
        self._changed: set[int] = set()
        self._pages: dict[int, _Page] = {}
        # Cells whose outputs are to be kept anew: they have not only grown.
        self._anew: set[int] = set()
        self._hashes: dict[int, str | None] = {}
        self._grown_at = time.monotonic()
        self._growing_pause = _GROWING_SECONDS

    def add(self, event: ExecutorEvent) -> None:
        """Take one event of the executor."""
        self._transcript.apply(event)
        match event["type"]:
            case "output":
                self._pages.setdefault(event["cell"], _Page(self._blobs))
            case "clear_output":
                self._anew.add(event["cell"])
            case "update_display":
                self._anew |= self._transcript.cells_of(event["display_id"])
            case "cell_started" | "cell_finished":
                self._turned.set()

    async def run_forever(self) -> None:
        """Keep changes as they come, until cancelled."""
        while True:
            # Python 3.11's wait_for() might swallow that we are cancelled.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._growing_pause):
                    await self._turned.wait()
            # A job that is over in less has only its end kept.
            await asyncio.sleep(_PAUSE_SECONDS)
            self._turned.clear()
            self._changed |= self._transcript.take_changed()
            if not self._changed:
                continue
            try:
                await self._keep_changes()
            except Exception as error:
                # The run goes on: what could not be kept now is kept with the next change.
                _log.warning("Outputs were not kept for now: %s", error)

    async def _keep_changes(self) -> None:
        began = time.monotonic()
        due = began - self._grown_at >= self._growing_pause
        progress = self._transcript.progress()
        ready = {index for index in self._changed if due or index != progress["current"]}
        states = self._transcript.cells(self._changed)
        for index in ready:
            self._hashes[index] = await self._keep(index)
        cells: list[KeptCell] = [
            {**state, "outputs_hash": self._hashes.get(state["index"])} for state in states
        ]
        self._tell({"type": "kept", "cells": cells, "progress": progress})
        self._changed -= ready
        if due:
            self._grown_at = time.monotonic()
            self._growing_pause = max(_GROWING_SECONDS, _SHARE * (self._grown_at - began))

    async def _keep(self, index: int) -> str | None:
        if index in self._anew:
            self._anew.discard(index)
            self._hashes.pop(index, None)
            self._pages[index] = _Page(self._blobs)
        page = self._pages.get(index)
        position = self._transcript.position(index)
        if page is None or page.position == position:
            return self._hashes.get(index)
        try:
            hash = await page.keep(self._transcript.outputs(index, page.position))
        except BaseException:
            self._anew.add(index)
            raise
        page.position = position
        return hash
