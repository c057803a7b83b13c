"""What happens in a running job, numbered, for any number of viewers: bounded, resumable."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import cast

from ..storage.long_text import tail
from .document import Output
from .events import ExecutorEvent
from .frames import BegunCell, Frame
from .outputlimit import weight
from .transcript import Transcript

# What is kept for viewers who come back or fall behind; beyond it they get the state anew.
_MAX_FRAMES = 2_000
_MAX_WEIGHT = 4_000_000
# Of one output that is sent as a part of the state: its tail, with a word on what was cut.
_MAX_OUTPUT = 200_000
# At most this much of what is kept is handed out at a time.
_MAX_REPLY = 500_000


class JobStream:
    """The frames of one attempt at a job: a Stream.

    Of huge outputs the state has the tail.
    """

    def __init__(self, attempt: int, transcript: Transcript) -> None:
        # Far beyond those of the attempt before: a viewer who comes back from there gets the state.
        self.seq = (attempt - 1) << 32
        self.is_over = False
        self._transcript = transcript
        self._frames: deque[tuple[int, ExecutorEvent, int]] = deque()
        self._weight = 0
        self._grown = asyncio.Event()

    def add(self, event: ExecutorEvent) -> None:
        """Take an event that the transcript knows already."""
        self.seq += 1
        heavy = weight(event)
        self._frames.append((self.seq, event, heavy))
        self._weight += heavy
        while self._weight > _MAX_WEIGHT or len(self._frames) > _MAX_FRAMES:
            self._weight -= self._frames.popleft()[2]
        self._wake()

    def end(self) -> None:
        """Tell the viewers that nothing follows."""
        self.is_over = True
        self._wake()

    def since(self, seq: int | None) -> list[Frame]:
        """Return what a viewer who has seen *seq* needs next: the state where that is too long ago,
        nothing if there is no more; of much, the beginning.
        """
        oldest = self._frames[0][0] if self._frames else self.seq + 1
        if seq is None or not oldest - 1 <= seq <= self.seq:
            return self._state()
        return list(_joined(self._next(seq - oldest + 1)))

    async def read(self, seq: int | None) -> list[Frame]:
        """Return what `since` does."""
        return self.since(seq)

    def watched(self) -> AbstractContextManager[None]:
        """Say that it is read inside this context."""
        return nullcontext()

    async def more(self, seq: int) -> None:
        """Wait until there is more than *seq*, or the end."""
        while self.seq <= seq and not self.is_over:
            await self._grown.wait()

    def _next(self, count: int) -> Iterator[tuple[int, ExecutorEvent]]:
        """Yield the events after the first *count* of those kept, until they are heavy."""
        heavy = 0
        for number, event, weighs in islice(self._frames, count, None):
            if heavy and heavy + weighs > _MAX_REPLY:
                return
            heavy += weighs
            yield number, event

    def _state(self) -> list[Frame]:
        begun = [cell for cell in self._transcript.cells() if cell["status"] != "pending"]
        room = _MAX_WEIGHT
        cells: list[BegunCell] = []
        # What is newest is what a viewer looks at: it gets the room there is.
        for cell in reversed(begun):
            outputs, room = self._outputs(cell["index"], room)
            cells.append({**cell, "outputs": outputs})
        # In one frame, so that no lost connection leaves a viewer with half of it.
        return [{"type": "state", "seq": self.seq, "cells": cells[::-1]}]

    def _outputs(self, index: int, room: int) -> tuple[list[Output], int]:
        """Return the outputs of a cell as far as there is *room*, and the room left."""
        shown = []
        outputs, ids = self._transcript.outputs(index), self._transcript.displays(index)
        for output, id in zip(reversed(outputs), reversed(ids), strict=True):
            cut = _cut(output, room)
            room -= weight(cut)
            shown.append(cut | ({"display_id": id} if id else {}))
        return shown[::-1], max(0, room)

    def _wake(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()


def _joined(events: Iterator[tuple[int, ExecutorEvent]]) -> Iterator[Frame]:
    """Number *events*, and join what was printed to one stream of a cell in a row."""
    last_seq = 0
    last: ExecutorEvent | None = None
    texts: list[str] = []
    for seq, event in events:
        if last is not None and not _continues(last, event):
            yield _frame(last_seq, last, texts)
            texts = []
        last_seq, last = seq, event
        if event["type"] == "output" and event["output"]["output_type"] == "stream":
            texts.append(event["output"]["text"])
    if last is not None:
        yield _frame(last_seq, last, texts)


def _frame(seq: int, event: ExecutorEvent, texts: list[str]) -> Frame:
    """Return *event* with its number; of a stream, with all the *texts*."""
    if event["type"] == "output" and len(texts) > 1:
        event = {**event, "output": {**event["output"], "text": "".join(texts)}}
    return cast("Frame", {**event, "seq": seq})


def _continues(before: ExecutorEvent, event: ExecutorEvent) -> bool:
    if before["type"] != "output" or event["type"] != "output" or before["cell"] != event["cell"]:
        return False
    first, second = before["output"], event["output"]
    is_stream = first["output_type"] == second["output_type"] == "stream"
    return bool(is_stream and first["name"] == second["name"])


def _cut(output: Output, room: int) -> Output:
    """Return *output*, or the tail of it with *cut*, the number of characters left out."""
    if output["output_type"] == "stream":
        shown = tail(output["text"], max(0, min(room, _MAX_OUTPUT)))
        extra = len(output["text"]) - len(shown)
        return {**output, "text": shown} | ({"cut": extra} if extra else {})
    heavy = weight(output)
    if heavy <= room:
        return output
    return {"output_type": "display_data", "data": {}, "metadata": {}, "cut": heavy}
