"""What the run of a notebook has produced so far, put together from the executor's events."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

from ..storage.growing_text import GrowingText
from ..storage.long_text import Mark
from .document import RESULT_TYPES, Cell, Notebook, Output
from .events import (
    CellEvent,
    CellState,
    CellStatus,
    ExecutorEvent,
    OutputAdded,
    RunProgress,
)


class Position(NamedTuple):
    """How far the outputs of a cell are read: some of them, and of the next, a stream, some."""

    outputs: int = 0
    text: Mark = Mark()


BEGINNING = Position()


@dataclass
class _Output:
    """An output; `text` is that of a stream."""

    content: Output
    text: GrowingText | None = None

    def since(self, mark: Mark) -> Output:
        if self.text is None:
            return self.content
        return {**self.content, "text": self.text.since(mark)}


@dataclass
class _Cell:
    status: CellStatus = "pending"
    started_at: float | None = None
    seconds: float | None = None
    execution_count: int | None = None
    outputs: list[_Output] = field(default_factory=list)
    displays: dict[str, list[_Output]] = field(default_factory=dict)


class Transcript:
    """A notebook and what its run has produced so far; pure.

    *notebook* is an nbformat 4 document as JSON; it is not changed. Its outputs are forgotten,
    except those of cells tagged `skip-execution`.
    """

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = deepcopy(notebook)
        self._cells: dict[int, _Cell] = {
            index: _new_cell(cell)
            for index, cell in enumerate(self._notebook["cells"])
            if cell["cell_type"] == "code"
        }
        self._cells_of_display: dict[str, set[int]] = {}
        self._widgets: dict[str, Any] | None = None
        self._current: int | None = None
        self._completed = 0
        self._changed: set[int] = set()

    def apply(self, event: ExecutorEvent) -> None:
        """Take over one event of the executor."""
        match event["type"]:
            case "update_display":
                self._update_display(event["display_id"], event["data"], event["metadata"])
            case "widget_state":
                self._widgets = event["state"]
            case _:
                self._changed.add(event["cell"])
                self._apply_to_cell(self._cells[event["cell"]], event)

    def outputs(self, index: int, position: Position = BEGINNING) -> list[Output]:
        """Return the outputs of a code cell so far, or what of them follows *position*; later
        events leave the list alone. The text of a stream is a LongText if it is long.

        Raises KeyError if there is no code cell at *index*.
        """
        follow = islice(self._cells[index].outputs, position.outputs, None)
        marks = chain([position.text], repeat(Mark()))
        return [output.since(mark) for output, mark in zip(follow, marks, strict=False)]

    def position(self, index: int) -> Position:
        """Return where the next output of a code cell, or more of its last stream, will come."""
        outputs = self._cells[index].outputs
        if outputs and (text := outputs[-1].text) is not None:
            return Position(len(outputs) - 1, text.end)
        return Position(len(outputs))

    def displays(self, index: int) -> list[str | None]:
        """Return the display id of each of these outputs, None for one without."""
        cell = self._cells[index]
        ids = {id(output): name for name, shown in cell.displays.items() for output in shown}
        return [ids.get(id(output)) for output in cell.outputs]

    def cells_of(self, display_id: str) -> set[int]:
        """Return the code cells that show this display, or did."""
        return self._cells_of_display.get(display_id, set())

    def cells(self, indices: Collection[int] | None = None) -> list[CellState]:
        """Return the state of the code cells *indices*, of all for None, in their order."""
        wanted = self._cells if indices is None else sorted(indices)
        return [self._state(index, self._cells[index]) for index in wanted]

    def progress(self) -> RunProgress:
        """Return how far the run is; a cell that failed counts only if it was allowed to."""
        return {
            "completed": self._completed,
            "total": len(self._cells),
            "current": self._current,
        }

    def take_changed(self) -> set[int]:
        """Return the indices of the cells that changed since the last call."""
        changed, self._changed = self._changed, set()
        return changed

    def notebook(self) -> Notebook:
        """Return the whole document so far; only to be read, since its parts are shared."""
        document = {**self._notebook, "cells": list(self._notebook["cells"])}
        for index, cell in self._cells.items():
            produced = {"execution_count": cell.execution_count, "outputs": self.outputs(index)}
            document["cells"][index] = {**document["cells"][index], **produced}
        if self._widgets is not None:
            document["metadata"] = {**document.get("metadata", {}), "widgets": self._widgets}
        return document

    def results(self) -> dict[str, Any]:
        """Return the values that this run handed back, by name; the last one of a name wins."""
        return {
            name: value
            for index, cell in self._cells.items()
            if "skip-execution" not in _tags(self._notebook["cells"][index])
            for output in cell.outputs
            for name, value in _results_in(output.content.get("data"))
        }

    def _state(self, index: int, cell: _Cell) -> CellState:
        return {
            "index": index,
            "id": self._notebook["cells"][index].get("id"),
            "status": cell.status,
            "started_at": cell.started_at,
            "seconds": cell.seconds,
            "execution_count": cell.execution_count,
        }

    def _apply_to_cell(self, cell: _Cell, event: CellEvent) -> None:
        match event["type"]:
            case "output":
                self._add_output(cell, event)
            case "clear_output":
                cell.outputs, cell.displays = [], {}
            case "execution_count":
                cell.execution_count = event["count"]
            case "cell_started":
                self._move(event["cell"], "running")
                cell.started_at, self._current = event["at"], event["cell"]
            case "cell_finished":
                self._move(event["cell"], event["status"])
                cell.seconds, self._current = event["seconds"], None
            case _:
                raise ValueError(f"no such event: {event['type']}")

    def _add_output(self, cell: _Cell, event: OutputAdded) -> None:
        content = event["output"]
        if content["output_type"] == "stream":
            _add_text(cell.outputs, content)
            return
        output = _Output(content)
        cell.outputs.append(output)
        if display_id := event.get("display_id"):
            cell.displays.setdefault(display_id, []).append(output)
            self._cells_of_display.setdefault(display_id, set()).add(event["cell"])

    def _update_display(self, display_id: str, data: Any, metadata: Any) -> None:
        for index in self._cells_of_display.get(display_id, ()):
            for output in self._cells[index].displays.get(display_id, ()):
                # A new dict, since snapshots hold the old one.
                output.content = {**output.content, "data": data, "metadata": metadata}
                self._changed.add(index)

    def _move(self, index: int, status: CellStatus) -> None:
        # Counted here: to look at all cells whenever one ends would be quadratic.
        self._completed -= self._is_done(index)
        self._cells[index].status = status
        self._completed += self._is_done(index)

    def _is_done(self, index: int) -> bool:
        status = self._cells[index].status
        if status == "failed":
            return "raises-exception" in _tags(self._notebook["cells"][index])
        return status in ("completed", "skipped")


def _new_cell(cell: Cell) -> _Cell:
    """Return the state of a code cell at the start; empties *cell* itself."""
    count, outputs = cell.pop("execution_count", None), cell.pop("outputs", [])
    if "skip-execution" not in _tags(cell):
        return _Cell()
    return _Cell(execution_count=count, outputs=[_Output(output) for output in outputs])


def _tags(cell: Cell) -> list[str]:
    tags: list[str] = cell.get("metadata", {}).get("tags", [])
    return tags


def _add_text(outputs: list[_Output], content: Output) -> None:
    if not (outputs and outputs[-1].text and outputs[-1].content["name"] == content["name"]):
        head = {key: value for key, value in content.items() if key != "text"}
        outputs.append(_Output(head, GrowingText()))
    assert outputs[-1].text is not None
    outputs[-1].text.append(content["text"])


def _results_in(data: Any) -> Iterator[tuple[str, Any]]:
    """Yield names and values in the data of one output; whatever is malformed is left out."""
    for mime, key in RESULT_TYPES.items():
        bundle = data.get(mime) if isinstance(data, dict) else None
        if isinstance(bundle, dict) and isinstance(bundle.get("name"), str) and key in bundle:
            yield bundle["name"], bundle[key]
