"""How much of the outputs of a job is kept: cut where they become too large, and marked. Pure."""

from __future__ import annotations

from typing import Any

from .document import RESULT_TYPES, Output
from .events import DisplayUpdated, ExecutorEvent, OutputAdded

# A result or an error is what the job was run for; these are kept beyond the limit.
_ALWAYS = 100_000


class OutputLimit:
    """Lets events of the executor pass until the outputs together have *limit* characters.

    Of what comes then, errors and results (up to 100,000 characters each) are kept, streams are
    cut, and any other output is replaced by a line that says so. What a cell cleared or a display
    replaced makes room again. *is_reached* once something was left out.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._of_cell: dict[int, int] = {}
        self._of_display: dict[str, tuple[int, int]] = {}
        self._displays_of_cell: dict[int, set[str]] = {}
        self._cut: set[int] = set()
        self.is_reached = False

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more."""
        return self._used >= self._limit

    def admit(self, event: ExecutorEvent) -> list[ExecutorEvent]:
        """Return what may pass of *event*."""
        match event["type"]:
            case "output" if event["output"]["output_type"] == "stream":
                return self._stream(event)
            case "output":
                return [self._output(event)]
            case "update_display":
                return [self._update(event)]
            case "clear_output":
                self._clear(event["cell"])
        return [event]

    def _stream(self, event: OutputAdded) -> list[ExecutorEvent]:
        cell, output = event["cell"], event["output"]
        room = max(0, self._limit - self._used)
        self._take(cell, min(room, len(output["text"])))
        if len(output["text"]) <= room:
            return [event]
        self.is_reached = True
        if cell in self._cut:
            return []
        self._cut.add(cell)
        text = f"{output['text'][:room]}\n[{self._words('The rest of this output')}]\n"
        return [{**event, "output": {**output, "text": text}}]

    def _output(self, event: OutputAdded) -> OutputAdded:
        cell, output = event["cell"], event["output"]
        size = weight(output)
        if self._used + size > self._limit:
            output = self._smaller(output, size)
            size = weight(output)
        self._take(cell, size)
        if display_id := event.get("display_id"):
            self._show(display_id, cell, size)
        return {**event, "output": output}

    def _update(self, event: DisplayUpdated) -> DisplayUpdated:
        display_id = event["display_id"]
        if display_id not in self._of_display:
            return event
        cell, before = self._of_display[display_id]
        size = weight(event["data"])
        if self._used - before + size > self._limit:
            event = {**event, "data": self._instead(size)}
            size = weight(event["data"])
        self._take(cell, size - before)
        self._of_display[display_id] = (cell, size)
        return event

    def _clear(self, cell: int) -> None:
        self._used -= self._of_cell.pop(cell, 0)
        self._cut.discard(cell)
        for display_id in self._displays_of_cell.pop(cell, ()):
            del self._of_display[display_id]

    def _show(self, display_id: str, cell: int, size: int) -> None:
        before, _ = self._of_display.get(display_id, (cell, 0))
        self._displays_of_cell.get(before, set()).discard(display_id)
        self._displays_of_cell.setdefault(cell, set()).add(display_id)
        self._of_display[display_id] = (cell, size)

    def _smaller(self, output: Output, size: int) -> Output:
        if output["output_type"] == "error":
            shown = [line[:_ALWAYS] for line in output["traceback"][-100:]]
            return {**output, "evalue": output["evalue"][:_ALWAYS], "traceback": shown}
        if size <= _ALWAYS and not RESULT_TYPES.keys().isdisjoint(output["data"] or {}):
            return output
        return {**output, "data": self._instead(size), "metadata": {}}

    def _instead(self, size: int) -> dict[str, str]:
        self.is_reached = True
        return {"text/plain": f"[{self._words(f'This output of {size:,} characters')}]"}

    def _words(self, what: str) -> str:
        return f"{what} was left out: those of a job are kept up to {self._limit:,} characters"

    def _take(self, cell: int, size: int) -> None:
        self._used += size
        self._of_cell[cell] = self._of_cell.get(cell, 0) + size


def weight(value: Any) -> int:
    """Return about how many characters *value* takes as JSON."""
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, dict):
        return sum(map(weight, value.values())) + 10 * len(value)
    if isinstance(value, list):
        return sum(map(weight, value)) + len(value)
    return 8
