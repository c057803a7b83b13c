"""Turns the messages that a kernel publishes into events of the notebook's cells. Pure."""

from __future__ import annotations

from .document import Output
from .events import DisplayUpdated, ExecutorEvent, OutputAdded
from .kernel_messages import Content, Message
from .widgets import Widgets

_OUTPUTS = {"stream", "error", "display_data", "execute_result"}


class MessageReader:
    """Reads the IOPub messages of one kernel.

    A message belongs to the cell whose request it answers, however late it comes.
    """

    def __init__(self, widgets: Widgets) -> None:
        self._widgets = widgets
        self._cells: dict[str, int] = {}
        self._display_ids: set[str] = set()
        self._cleared_by_next: set[int] = set()

    @property
    def is_diverted(self) -> bool:
        """Whether what is printed next may replace outputs, or belong to an Output widget."""
        return bool(self._cleared_by_next) or self._widgets.are_capturing

    def begin(self, cell: int, msg_id: str) -> None:
        """Note that the request *msg_id* executes *cell*."""
        self._cells[msg_id] = cell

    def read(self, message: Message) -> list[ExecutorEvent]:
        """Return the events that a message amounts to; none if it answers no cell's request."""
        cell = self._cells.get(message["parent_header"].get("msg_id", ""))
        if cell is None:
            return []
        kind, content = message["header"]["msg_type"], message["content"]
        if kind.startswith("comm_"):
            self._widgets.hear(message)
        elif kind == "execute_input":
            return [{"type": "execution_count", "cell": cell, "count": content["execution_count"]}]
        elif kind == "clear_output":
            return self._clear(cell, message)
        elif kind == "update_display_data":
            return self._update_display(content)
        elif kind in _OUTPUTS:
            output = {"output_type": kind, **content}
            output.pop("transient", None)
            return self._update_display(content) + self._output(cell, message, output)
        return []

    def _clear(self, cell: int, message: Message) -> list[ExecutorEvent]:
        if self._widgets.clear(message):
            return []
        if message["content"]["wait"]:
            self._cleared_by_next.add(cell)
            return []
        return [{"type": "clear_output", "cell": cell}]

    def _update_display(self, content: Content) -> list[ExecutorEvent]:
        display_id = _display_id(content)
        if display_id is None or display_id not in self._display_ids:
            return []
        updated: DisplayUpdated = {
            "type": "update_display",
            "display_id": display_id,
            "data": content["data"],
            "metadata": content["metadata"],
        }
        return [updated]

    def _output(self, cell: int, message: Message, output: Output) -> list[ExecutorEvent]:
        if self._widgets.capture(message, output):
            return []
        events: list[ExecutorEvent] = []
        if cell in self._cleared_by_next:
            self._cleared_by_next.discard(cell)
            events.append({"type": "clear_output", "cell": cell})
        event: OutputAdded = {"type": "output", "cell": cell, "output": output}
        if display_id := _display_id(message["content"]):
            self._display_ids.add(display_id)
            event["display_id"] = display_id
        return [*events, event]


def _display_id(content: Content) -> str | None:
    display_id: str | None = content.get("transient", {}).get("display_id")
    return display_id
