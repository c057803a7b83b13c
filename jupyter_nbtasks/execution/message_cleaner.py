"""Decides what the odd parts of a kernel's messages become: the one place that does. Pure.

Kernels of many languages send messages, and any code in them may: what comes out of here has the
shapes that the rest of the execution relies on, and can be stored as a valid notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from ..storage.strict_json import MAX_DEPTH, TooDeep, is_finite, strict, whole
from .document import RESULT_TYPES, Output
from .kernel_messages import Content, Message, ParentHeader

UNREADABLE = "A message of the kernel could not be read and was left out."
_DEEP = (
    f"Data of the kernel that are nested more than {MAX_DEPTH} deep were left out. "
    "Hand back flatter data."
)
_NOT_FINITE = (
    "A result with a number that is not finite was left out. Hand back null or a text instead."
)
_INSTEAD = "[This output was left out: its data cannot be kept]"
# Of what is said of a language, what a notebook may only have as text.
_TEXTS_OF_LANGUAGE = {"name", "file_extension", "mimetype", "pygments_lexer"}
# A database stores no higher one.
_MAX_COUNT = 2**31 - 1
_BYTES = (bytes, bytearray, memoryview)


class MessageCleaner:
    """Makes a Message of each of one kernel's; *warnings* say, once a kind, what was left out."""

    def __init__(self) -> None:
        self._warnings: dict[str, None] = {}

    @property
    def warnings(self) -> list[str]:
        """A sentence for each kind of thing that was left out so far."""
        return list(self._warnings)

    def warn(self, sentence: str) -> None:
        """Note that something was left out."""
        self._warnings[sentence] = None

    def clean(self, raw: Any) -> Message | None:
        """Return the message in *raw*, which jupyter_client has read; None if there is none."""
        header = raw.get("header") if isinstance(raw, dict) else None
        kind = header.get("msg_type") if isinstance(header, dict) else None
        if not isinstance(kind, str):
            self.warn(UNREADABLE)
            return None
        content, buffers = raw.get("content"), raw.get("buffers")
        cleaned: Content | None = {}
        if kind in _COMMS:
            cleaned, buffers = self._comm(content, buffers)
        elif clean := _CLEANERS.get(kind):
            if kind in _REPLIES and not isinstance(content, dict):
                # Somebody waits for it, whatever is in it.
                content = {}
            cleaned = clean(self, content) if isinstance(content, dict) else None
        if cleaned is None:
            self._warn_of(kind)
            return None
        parent = _parent(raw.get("parent_header"))
        return {
            "header": {"msg_type": kind},
            "parent_header": parent,
            "content": cleaned,
            "buffers": buffers or [],
        }

    def outputs(self, saved: Any) -> list[Output]:
        """Return the outputs in *saved*, a list of them as a notebook has it."""
        found: list[Output] = []
        for output in saved if isinstance(saved, list) else []:
            kind = output.get("output_type") if isinstance(output, dict) else None
            clean = _OUTPUTS.get(kind) if isinstance(kind, str) else None
            content = clean(self, output) if clean else None
            if content is None:
                self._warn_of("comm")
                continue
            content.pop("transient", None)
            found.append({"output_type": kind, **content})
        return found

    def _stream(self, content: Content) -> Content | None:
        text = _text(content.get("text"))
        if text is None:
            return None
        return {"name": _text(content.get("name")) or "stdout", "text": text}

    def _error(self, content: Content) -> Content:
        return self._said(content) | {"traceback": self._traceback(content.get("traceback"))}

    def _display(self, content: Content) -> Content | None:
        data = content.get("data")
        if not isinstance(data, dict):
            return None
        transient = content.get("transient")
        display_id = transient.get("display_id") if isinstance(transient, dict) else None
        return {
            "data": self._data(data),
            "metadata": self._mapping(content.get("metadata")),
            "transient": {"display_id": display_id} if isinstance(display_id, str) else {},
        }

    def _result(self, content: Content) -> Content | None:
        cleaned = self._display(content)
        return cleaned and cleaned | {"execution_count": _count(content.get("execution_count"))}

    def _input(self, content: Content) -> Content | None:
        count = _count(content.get("execution_count"))
        return None if count is None else {"execution_count": count}

    def _clear(self, content: Content) -> Content:
        return {"wait": bool(content.get("wait"))}

    def _status(self, content: Content) -> Content | None:
        state = content.get("execution_state")
        return {"execution_state": state} if isinstance(state, str) else None

    def _reply(self, content: Content) -> Content:
        status = _text(content.get("status")) or ""
        payload = [item for item in _listed(content.get("payload")) if isinstance(item, dict)]
        reply: Content = {"status": status, "payload": payload}
        return reply | (self._error(content) if status == "error" else {})

    def _info(self, content: Content) -> Content:
        said = self._mapping(content.get("language_info"))
        for name in _TEXTS_OF_LANGUAGE & said.keys():
            if not isinstance(said[name], str):
                del said[name]
        if not isinstance(said.get("codemirror_mode"), str | dict):
            said.pop("codemirror_mode", None)
        return {"language_info": said}

    def _comm(self, content: Any, buffers: Any) -> tuple[Content | None, list[Any]]:
        comm_id = content.get("comm_id") if isinstance(content, dict) else None
        if not isinstance(comm_id, str):
            return None, []
        data = content.get("data")
        if not isinstance(data, dict) or not isinstance(data.get("state"), dict):
            # It does not belong to a widget.
            return {"comm_id": comm_id, "data": {}}, []
        paths, kept = data.get("buffer_paths"), []
        for path, buffer in zip(_listed(paths), _listed(buffers), strict=False):
            is_path = isinstance(path, list) and all(isinstance(one, str | int) for one in path)
            if is_path and isinstance(buffer, _BYTES):
                kept.append((path, buffer))
            else:
                self._warn_of("comm")
        state = {"state": self._mapping(data["state"]), "buffer_paths": [path for path, _ in kept]}
        target = _text(content.get("target_name"))
        return (
            {"comm_id": comm_id, "target_name": target, "data": state},
            [buffer for _, buffer in kept],
        )

    def _said(self, content: Content) -> Content:
        """Return the name and the value of an error, which may be null or not text."""
        return {key: _as_text(content.get(key)) for key in ("ename", "evalue")}

    def _traceback(self, lines: Any) -> list[str]:
        if isinstance(lines, str):
            return whole(lines).splitlines()
        return [whole(line) for line in _listed(lines) if isinstance(line, str)]

    def _data(self, data: dict[Any, Any]) -> dict[str, Any]:
        """Return the MIME bundle *data*, or a line of text if nothing of it can be kept."""
        kept = {}
        for mime, value in data.items():
            cleaned = self._of_mime(mime, value) if isinstance(mime, str) else None
            if cleaned is not None:
                kept[whole(mime)] = cleaned[0]
        return kept if kept or not data else {"text/plain": _INSTEAD}

    def _of_mime(self, mime: str, value: Any) -> tuple[Any] | None:
        """Return *value* in a tuple, since it may be null; None if it cannot be kept."""
        if not _is_json(mime):
            text = _text(value)
            if text is None:
                self._warn_of("display_data")
            return None if text is None else (text,)
        cleaned = self._strict(value)
        # It would come back as another value than the one that was handed over.
        if cleaned and mime in RESULT_TYPES and not is_finite(value):
            self.warn(_NOT_FINITE)
            return None
        return cleaned

    def _mapping(self, value: Any) -> dict[str, Any]:
        found = {}
        for key, item in value.items() if isinstance(value, dict) else ():
            if cleaned := self._strict(item):
                found[whole(str(key))] = cleaned[0]
        return found

    def _strict(self, value: Any) -> tuple[Any] | None:
        try:
            return (strict(value),)
        except TooDeep:
            self.warn(_DEEP)
            return None

    def _warn_of(self, kind: str) -> None:
        what = "comm" if kind in _COMMS else whole(kind)[:100]
        self.warn(
            f"A part of what the kernel sent as {what!r} is not as Jupyter's protocol has it, "
            "and was left out."
        )


_Cleaner = Callable[[MessageCleaner, Content], Content | None]

_COMMS = {"comm_open", "comm_msg", "comm_close"}
_OUTPUTS: dict[str, _Cleaner] = {
    "stream": MessageCleaner._stream,
    "error": MessageCleaner._error,
    "display_data": MessageCleaner._display,
    "execute_result": MessageCleaner._result,
}
_REPLIES = {"execute_reply", "kernel_info_reply"}
_CLEANERS: dict[str, _Cleaner] = {
    **_OUTPUTS,
    "update_display_data": MessageCleaner._display,
    "execute_input": MessageCleaner._input,
    "clear_output": MessageCleaner._clear,
    "status": MessageCleaner._status,
    "execute_reply": MessageCleaner._reply,
    "kernel_info_reply": MessageCleaner._info,
}


def _parent(header: Any) -> ParentHeader:
    """Return the header of a request as the kernel repeats it, fit to be sent once more."""
    if not isinstance(header, dict) or not isinstance(header.get("msg_id"), str):
        return {}
    kept: Any = {key: one for key, one in header.items() if isinstance(one, str | datetime)}
    return kept  # type: ignore[no-any-return]


def _text(value: Any) -> str | None:
    """Return *value* if it is text, or a list of texts as notebooks have it; else None."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "".join(value)
    return whole(value) if isinstance(value, str) else None


def _as_text(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    return _text(value) or ""


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_COUNT
    return value if is_count else None


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else []


def _is_json(mime: str) -> bool:
    return mime.startswith("application/") and (
        mime.endswith("+json") or mime == "application/json"
    )
