"""What happens in a running job, numbered, for any number of viewers: bounded, resumable."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from .outputlimit import weight
from .transcript import Transcript

Frame = dict[str, Any]

# What is kept for viewers who come back or fall behind; beyond it they get the state anew.
_MAX_FRAMES = 2_000
_MAX_WEIGHT = 4_000_000
# Of one output that is sent as a part of the state: its tail, with a word on what was cut.
_MAX_OUTPUT = 200_000


class JobStream:
    """The frames of one attempt at a job, each with a number *seq* that only grows.

    A frame is an event of the executor, or the ``state``: all *cells* that were begun, with
    their outputs so far (of huge ones the tail).
    """

    def __init__(self, attempt: int, transcript: Transcript) -> None:
        # Far beyond those of the attempt before: who comes back from there gets the state.
        self.seq = (attempt - 1) << 32
        self.is_over = False
        self._transcript = transcript
        self._frames: deque[tuple[int, Frame, int]] = deque()
        self._weight = 0
        self._grown = asyncio.Event()

    def add(self, event: Frame) -> None:
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
        """Return what a viewer who has seen *seq* needs; the state where that is too long ago."""
        oldest = self._frames[0][0] if self._frames else self.seq + 1
        if seq is None or not oldest - 1 <= seq <= self.seq:
            return self._state()
        return list(_joined((number, frame) for number, frame, _ in self._frames if number > seq))

    async def more(self, seq: int) -> None:
        """Wait until there is more than *seq*, or the end."""
        while self.seq <= seq and not self.is_over:
            await self._grown.wait()

    def _state(self) -> list[Frame]:
        begun = [cell for cell in self._transcript.cells() if cell.status != "pending"]
        cells = [{**asdict(cell), "outputs": self._outputs(cell.index)} for cell in begun]
        # In one frame, so that no lost connection leaves a viewer with half of it.
        return [{"type": "state", "seq": self.seq, "cells": cells}]

    def _outputs(self, index: int) -> list[Frame]:
        outputs = zip(
            self._transcript.outputs(index), self._transcript.displays(index), strict=True
        )
        return [_cut(output) | ({"display_id": id} if id else {}) for output, id in outputs]

    def _wake(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()


def _joined(frames: Iterator[tuple[int, Frame]]) -> Iterator[Frame]:
    """Number *frames*, and join what was printed to one stream of a cell in a row."""
    waiting: Frame | None = None
    for seq, frame in frames:
        numbered = {**frame, "seq": seq}
        if waiting is not None and _continues(waiting, frame):
            text = waiting["output"]["text"] + frame["output"]["text"]
            waiting = {**numbered, "output": {**frame["output"], "text": text}}
            continue
        if waiting is not None:
            yield waiting
        waiting = numbered
    if waiting is not None:
        yield waiting


def _continues(before: Frame, frame: Frame) -> bool:
    if before["type"] != "output" or frame["type"] != "output" or before["cell"] != frame["cell"]:
        return False
    first, second = before["output"], frame["output"]
    is_stream = first["output_type"] == second["output_type"] == "stream"
    return bool(is_stream and first["name"] == second["name"])


def _cut(output: Frame) -> Frame:
    """Return *output*, or the tail of it with *cut*, the number of characters left out."""
    if output["output_type"] == "stream":
        extra = len(output["text"]) - _MAX_OUTPUT
        return output if extra <= 0 else {**output, "text": output["text"][extra:], "cut": extra}
    heavy = weight(output)
    if heavy <= _MAX_WEIGHT:
        return output
    return {"output_type": "display_data", "data": {}, "metadata": {}, "cut": heavy}
