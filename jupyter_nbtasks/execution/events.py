"""What is told of a notebook while it is executed, as plain JSON. Pure.

An event is told apart by its *type*; `cell` is the index of a cell in the notebook. Moments are in
seconds since the epoch, durations in seconds.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from .document import Output

CellStatus = Literal["pending", "running", "completed", "failed", "skipped"]


class CellStarted(TypedDict):
    """The code of a cell was sent to the kernel."""

    type: Literal["cell_started"]
    cell: int
    at: float


class ExecutionCount(TypedDict):
    """The kernel has counted a cell."""

    type: Literal["execution_count"]
    cell: int
    count: int


class OutputAdded(TypedDict):
    """A cell has one more output; *display_id* is that of a display which can be updated.

    A stream is to be joined to the cell's last output if that is a stream of the same name.
    """

    type: Literal["output"]
    cell: int
    output: Output
    display_id: NotRequired[str]


class OutputsCleared(TypedDict):
    """A cell has no outputs any more."""

    type: Literal["clear_output"]
    cell: int


class DisplayUpdated(TypedDict):
    """All outputs of this *display_id* have other *data* and *metadata*, whatever their cell."""

    type: Literal["update_display"]
    display_id: str
    data: Any
    metadata: Any


class CellFinished(TypedDict):
    """A cell is over; *seconds* is None if it was skipped."""

    type: Literal["cell_finished"]
    cell: int
    at: float
    status: CellStatus
    seconds: float | None


class WidgetState(TypedDict):
    """The widgets at the end; *state* is the value of the notebook's ``metadata.widgets``."""

    type: Literal["widget_state"]
    state: dict[str, Any]


CellEvent = CellStarted | ExecutionCount | OutputAdded | OutputsCleared | CellFinished
# What the executor reports.
ExecutorEvent = CellEvent | DisplayUpdated | WidgetState


class CellState(TypedDict):
    """A code cell so far; *index* is its position in the notebook, *id* that of nbformat 4.5."""

    index: int
    id: str | None
    status: CellStatus
    started_at: float | None
    seconds: float | None
    execution_count: int | None


class KeptCell(CellState):
    """A code cell, and the hash of the stored JSON list of its outputs; None without any."""

    outputs_hash: str | None


class RunProgress(TypedDict):
    """How many of the *total* code cells are done, and the index of the one that runs."""

    completed: int
    total: int
    current: int | None


class ExecutionState(TypedDict):
    """Code cells, and how far the notebook is."""

    cells: list[KeptCell]
    progress: RunProgress


class Kept(ExecutionState):
    """The *cells* are those that changed since the event before; their outputs are stored."""

    type: Literal["kept"]


class FinalState(ExecutionState):
    """All code cells, and the executed notebook: *hash* and *size* in bytes of what was stored.

    *results* are the values that it handed back, by name; None if they are too large.
    """

    hash: str
    size: int
    results: dict[str, Any] | None
    warnings: list[str]


# What an execution reports.
Event = ExecutorEvent | Kept
