"""What a viewer of a running job receives, as plain JSON. Pure.

A frame is an event of the executor, the state of all cells, or a status of the job. Each has a
number *seq* that only grows. The front end has the same union.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from .document import Output
from .events import (
    CellFinished,
    CellStarted,
    CellState,
    DisplayUpdated,
    ExecutionCount,
    OutputAdded,
    OutputsCleared,
    WidgetState,
)


class _Numbered(TypedDict):
    seq: int


class CellStartedFrame(CellStarted, _Numbered):
    """A cell has started."""


class ExecutionCountFrame(ExecutionCount, _Numbered):
    """A cell was counted."""


class OutputAddedFrame(OutputAdded, _Numbered):
    """A cell has one more output, or more text of a stream."""


class OutputsClearedFrame(OutputsCleared, _Numbered):
    """A cell has no outputs any more."""


class DisplayUpdatedFrame(DisplayUpdated, _Numbered):
    """A display has changed."""


class CellFinishedFrame(CellFinished, _Numbered):
    """A cell is over."""


class WidgetStateFrame(WidgetState, _Numbered):
    """The widgets at the end; the front end passes over it."""


class BegunCell(CellState):
    """A code cell that was begun, with its outputs so far.

    An output has its *display_id* if there is one, and *cut*, the number of characters that were
    left out of it, if there are any.
    """

    outputs: list[Output]


class StateFrame(_Numbered):
    """All cells that were begun: for a viewer who has missed too much."""

    type: Literal["state"]
    cells: list[BegunCell]


class StatusFrame(_Numbered):
    """The status that the job has now, in which attempt, and why."""

    type: Literal["status"]
    status: str
    attempt: int
    message: str | None


EventFrame = (
    CellStartedFrame
    | ExecutionCountFrame
    | OutputAddedFrame
    | OutputsClearedFrame
    | DisplayUpdatedFrame
    | CellFinishedFrame
    | WidgetStateFrame
)
Frame = EventFrame | StateFrame | StatusFrame
