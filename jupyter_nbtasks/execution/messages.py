"""Turns the messages that a kernel publishes into events of the notebook's cells.

An event is a plain JSON-able dict; only events leave the executor. `cell` is the index in the
notebook, `at` is in seconds since the epoch, `output` an output as nbformat 4 writes it:

    cell_started     cell, at
    execution_count  cell, count
    output           cell, output, display_id (only if it has one): one more output; a stream is
                     to be joined to the cell's last output if that is a stream of the same name
    clear_output     cell
    update_display   display_id, data, metadata: all outputs known by this id, whatever their cell
    cell_finished    cell, at, status (completed, failed or skipped), seconds (None if skipped)
    widget_state     state: the value of the notebook's `metadata.widgets`
"""

from __future__ import annotations

from typing import Any

from jupyter_nbtasks.execution.widgets import Widgets

Message = dict[str, Any]
Event = dict[str, Any]


class MessageReader:
    """Reads the IOPub messages of one kernel; pure.

    A message belongs to the cell whose request it answers, however late it comes.
    """

    def __init__(self, widgets: Widgets) -> None:
        self._widgets = widgets
        self._cells: dict[str, int] = {}
        self._display_ids: set[str] = set()
        self._cleared_by_next: set[int] = set()

    def begin(self, cell: int, msg_id: str) -> None:
        """Note that the request *msg_id* executes *cell*."""
        self._cells[msg_id] = cell

    def read(self, message: Message) -> list[Event]:
        """Return the events that a message amounts to; none if it answers no cell's request."""
        cell = self._cells.get(message["parent_header"].get("msg_id"))
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
        elif output := _output(kind, content):
            return self._update_display(content) + self._output(cell, message, output)
        return []

    def _clear(self, cell: int, message: Message) -> list[Event]:
        if self._widgets.clear(message):
            return []
        if message["content"].get("wait"):
            self._cleared_by_next.add(cell)
            return []
        return [{"type": "clear_output", "cell": cell}]

    def _update_display(self, content: dict[str, Any]) -> list[Event]:
        display_id = _display_id(content)
        if display_id not in self._display_ids:
            return []
        shown = {"data": content.get("data", {}), "metadata": content.get("metadata", {})}
        return [{"type": "update_display", "display_id": display_id, **shown}]

    def _output(self, cell: int, message: Message, output: dict[str, Any]) -> list[Event]:
        if self._widgets.capture(message, output):
            return []
        events: list[Event] = []
        if cell in self._cleared_by_next:
            self._cleared_by_next.discard(cell)
            events.append({"type": "clear_output", "cell": cell})
        event: Event = {"type": "output", "cell": cell, "output": output}
        if display_id := _display_id(message["content"]):
            self._display_ids.add(display_id)
            event["display_id"] = display_id
        return [*events, event]


def _display_id(content: dict[str, Any]) -> str | None:
    # Some kernels send "transient": null.
    display_id: str | None = (content.get("transient") or {}).get("display_id")
    return display_id


def _output(kind: str, content: dict[str, Any]) -> dict[str, Any] | None:
    """Return the nbformat 4 output of a message; None if it is no output."""
    if kind == "stream":
        return {"output_type": kind, "name": content["name"], "text": content["text"]}
    if kind == "error":
        keys = {key: content.get(key, "") for key in ("ename", "evalue")}
        return {"output_type": kind, **keys, "traceback": content.get("traceback") or []}
    if kind not in ("display_data", "execute_result"):
        return None
    shown = {"data": content.get("data", {}), "metadata": content.get("metadata", {})}
    if kind == "execute_result":
        return {"output_type": kind, **shown, "execution_count": content.get("execution_count")}
    return {"output_type": kind, **shown}
