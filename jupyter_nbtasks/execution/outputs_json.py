"""The outputs of one cell as JSON that grows with them: what was written stays as it is. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable

from .document import Output


class OutputsWriter:
    """A JSON list of outputs, of which streams are joined, written piece by piece."""

    def __init__(self) -> None:
        self._stream: str | None = None  # the name of the stream that is the last output
        self._is_empty = True

    def write(self, outputs: Iterable[Output]) -> bytes:
        """Return what comes next, with *outputs* in it."""
        return "".join(text for output in outputs for text in self._written(output)).encode()

    @property
    def end(self) -> bytes:
        """What has to follow for what was written so far to be JSON."""
        closing = b"" if self._stream is None else b'"}'
        return (b"[" if self._is_empty else b"") + closing + b"]"

    def _written(self, output: Output) -> Iterable[str]:
        is_stream = output["output_type"] == "stream"
        if is_stream and output["name"] == self._stream:
            yield _inside(output["text"])
            return
        if self._stream is not None:
            yield '"}'
        yield "[" if self._is_empty else ","
        self._is_empty, self._stream = False, output["name"] if is_stream else None
        if is_stream:
            head = {"output_type": "stream", "name": output["name"]}
            yield f'{json.dumps(head)[:-1]}, "text": "{_inside(output["text"])}'
        else:
            yield json.dumps(output)


def _inside(text: str) -> str:
    return json.dumps(text)[1:-1]
