"""Keeps the widgets of a kernel as a front end would: their state, and what they capture. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from .document import Output
from .kernel_messages import Content, Message, ParentHeader
from .message_cleaner import MessageCleaner

# Of a widget: what its own code in the front end and the kernel makes of it.
ModelState = dict[str, Any]

STATE_MIME = "application/vnd.jupyter.widget-state+json"
OUTPUT_MODEL = ("@jupyter-widgets/output", "OutputModel")


@dataclass(frozen=True)
class CommUpdate:
    """The content of a comm_msg for the kernel, and the header of the message that caused it."""

    content: Content
    parent_header: ParentHeader


@dataclass(eq=False)
class _OutputWidget:
    """An Output widget; `outputs` is what it shows, `msg_id` the request it captures from."""

    comm_id: str
    outputs: list[Output]
    msg_id: str = ""
    clears_next: bool = False
    cause: ParentHeader = field(default_factory=ParentHeader)
    # Text of the last output that is not joined yet: joining at each print would be quadratic.
    tail: list[str] = field(default_factory=list)

    def add(self, output: Output) -> None:
        if self.clears_next:
            self.clear()
        last = self.outputs[-1] if self.outputs else {}
        if output["output_type"] == "stream" and output["name"] == last.get("name"):
            self.tail.append(output["text"])
        else:
            self.settle()
            self.outputs.append(output)

    def clear(self) -> None:
        self.replace([])
        self.clears_next = False

    def replace(self, outputs: list[Output]) -> None:
        self.outputs, self.tail = list(outputs), []

    def settle(self) -> list[Output]:
        if self.tail:
            last = self.outputs[-1]
            self.outputs[-1] = {**last, "text": "".join([last["text"], *self.tail])}
            self.tail = []
        return list(self.outputs)


class Widgets:
    """Comms of one kernel, kept as the front end would keep them.

    What has to go back to the kernel is collected by `take_updates`; *cleaner* makes the outputs
    that it sets what they have to be.
    """

    def __init__(self, cleaner: MessageCleaner) -> None:
        self._cleaner = cleaner
        self._states: dict[str, ModelState] = {}
        self._buffers: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self._output_widgets: dict[str, _OutputWidget] = {}
        # Output widgets nest: of those that capture from one request, the last one gets it.
        self._capturing: dict[str, list[_OutputWidget]] = {}
        self._unsynced: dict[str, _OutputWidget] = {}

    @property
    def are_capturing(self) -> bool:
        """Whether an Output widget captures what a request puts out."""
        return any(self._capturing.values())

    def hear(self, message: Message) -> None:
        """Take note of a comm_open, comm_msg or comm_close message."""
        content = message["content"]
        data, comm_id = content["data"], content["comm_id"]
        if "state" not in data:
            return
        state = data["state"]
        self._states.setdefault(comm_id, {}).update(state)
        self._keep_buffers(comm_id, data, message["buffers"])
        if message["header"]["msg_type"] == "comm_open":
            self._open(comm_id, content["target_name"], state)
        elif comm_id in self._output_widgets:
            self._update(self._output_widgets[comm_id], state)

    def capture(self, message: Message, output: Output) -> bool:
        """Give an output to the Output widget that captures it; False if none does."""
        widget = self._capturer(message)
        if widget is None:
            return False
        widget.add(output)
        self._changed(widget, message)
        return True

    def clear(self, message: Message) -> bool:
        """Give a clear_output to the Output widget that captures it; False if none does."""
        widget = self._capturer(message)
        if widget is None:
            return False
        if message["content"]["wait"]:
            widget.clears_next = True
        else:
            widget.clear()
            self._changed(widget, message)
        return True

    def take_updates(self) -> list[CommUpdate]:
        """Return the state that the kernel does not know yet, once."""
        unsynced, self._unsynced = self._unsynced, {}
        return [self._sync(widget) for widget in unsynced.values()]

    def state(self) -> dict[str, Any]:
        """Return the value of `metadata.widgets`; empty if there were no widgets."""
        for widget in self._unsynced.values():
            self._states[widget.comm_id]["outputs"] = widget.settle()
        if not self._states:
            return {}
        models = {
            comm_id: self._model(comm_id, state)
            for comm_id, state in self._states.items()
            if "_model_name" in state
        }
        return {STATE_MIME: {"state": models, "version_major": 2, "version_minor": 0}}

    def _model(self, comm_id: str, state: ModelState) -> dict[str, Any]:
        model = {
            "model_name": state.get("_model_name"),
            "model_module": state.get("_model_module"),
            "model_module_version": state.get("_model_module_version"),
            "state": dict(state),
        }
        if buffers := self._buffers.get(comm_id):
            model["buffers"] = list(buffers.values())
        return model

    def _keep_buffers(self, comm_id: str, data: dict[str, Any], buffers: list[Any]) -> None:
        kept = self._buffers.setdefault(comm_id, {})
        for path, buffer in zip(data["buffer_paths"], buffers, strict=True):
            encoded = base64.b64encode(buffer).decode("ascii")
            kept[tuple(path)] = {"data": encoded, "encoding": "base64", "path": path}

    def _open(self, comm_id: str, target: str | None, state: ModelState) -> None:
        model = (state.get("_model_module"), state.get("_model_name"))
        if target == "jupyter.widget" and model == OUTPUT_MODEL:
            widget = _OutputWidget(comm_id, self._set_outputs(comm_id, state))
            self._output_widgets[comm_id] = widget

    def _update(self, widget: _OutputWidget, state: ModelState) -> None:
        if "outputs" in state:
            widget.replace(self._set_outputs(widget.comm_id, state))
            self._unsynced.pop(widget.comm_id, None)
        if "msg_id" in state:
            capturing = self._capturing.get(widget.msg_id, [])
            if widget in capturing:
                capturing.remove(widget)
            msg_id = state["msg_id"]
            widget.msg_id = msg_id if isinstance(msg_id, str) else ""
            if widget.msg_id:
                self._capturing.setdefault(widget.msg_id, []).append(widget)

    def _set_outputs(self, comm_id: str, state: ModelState) -> list[Output]:
        outputs = self._cleaner.outputs(state.get("outputs"))
        self._states[comm_id]["outputs"] = outputs
        return outputs

    def _capturer(self, message: Message) -> _OutputWidget | None:
        capturing = self._capturing.get(message["parent_header"].get("msg_id", ""))
        return capturing[-1] if capturing else None

    def _changed(self, widget: _OutputWidget, message: Message) -> None:
        widget.cause = message["parent_header"]
        self._unsynced[widget.comm_id] = widget

    def _sync(self, widget: _OutputWidget) -> CommUpdate:
        outputs = self._states[widget.comm_id]["outputs"] = widget.settle()
        data = {"method": "update", "state": {"outputs": outputs}, "buffer_paths": []}
        return CommUpdate({"comm_id": widget.comm_id, "data": data}, widget.cause)
