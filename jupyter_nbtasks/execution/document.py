"""An executed notebook as a file: read and written as JupyterLab would, without nbformat. Pure.

The text of a stream among its outputs may be a LongText.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..storage.long_text import LongText, slices

# As nbformat 4 has them, arbitrary JSON: what is in a notebook is up to its user, what is in an
# output to the kernel.
Notebook = dict[str, Any]
Cell = dict[str, Any]
Output = dict[str, Any]

# MIME type of a value handed back, and the key of the value in it.
RESULT_TYPES = {
    "application/vnd.nbtasks.result+json": "value",
    "application/scrapbook.scrap.json+json": "data",
}

# Besides text/*, nbformat 4 splits these into lines; whatever else is text stays in one.
_SPLIT = {"application/javascript", "image/svg+xml"}
_CHARACTERS_AT_ONCE = 1_000_000


class _Lines(list[str]):
    """The lines of *text*, of which there are only some at a time while they are written.

    In the place of a long line comes an empty one, and *long* has its pieces.
    """

    def __init__(self, text: str | LongText, long: list[str]) -> None:
        self._text = text
        self._long = long

    def __bool__(self) -> bool:
        return bool(self._text)

    def __iter__(self) -> Iterator[str]:
        begun: list[str] = []
        for piece in slices(self._text):
            if begun and not _goes_on(begun[-1], piece):
                yield self._line(begun)
                begun = []
            first, *more = piece.splitlines(keepends=True)
            begun.append(first)
            if more:
                yield self._line(begun)
                yield from more[:-1]
                begun = more[-1:]
        if begun:
            yield self._line(begun)

    def _line(self, pieces: list[str]) -> str:
        if sum(map(len, pieces)) < _CHARACTERS_AT_ONCE:
            return "".join(pieces)
        self._long += pieces
        return ""


class OutputsWriter:
    """A JSON list of the outputs of one cell, of which streams are joined: it grows with them, and
    what was written stays as it is.
    """

    def __init__(self) -> None:
        self._stream: str | None = None  # the name of the stream that is the last output
        self._is_empty = True

    def write(self, outputs: Iterable[Output]) -> Iterator[bytes]:
        """Yield what comes next, with *outputs* in it, piece by piece."""
        return _batched(text for output in outputs for text in self._written(output))

    @property
    def end(self) -> bytes:
        """What has to follow for what was written so far to be JSON."""
        closing = b"" if self._stream is None else b'"}'
        return (b"[" if self._is_empty else b"") + closing + b"]"

    def _written(self, output: Output) -> Iterator[str]:
        is_stream = output["output_type"] == "stream"
        if is_stream and output["name"] == self._stream:
            yield from _inside(output["text"])
            return
        if self._stream is not None:
            yield '"}'
        yield "[" if self._is_empty else ","
        self._is_empty, self._stream = False, output["name"] if is_stream else None
        if is_stream:
            head = {"output_type": "stream", "name": output["name"]}
            yield f'{json.dumps(head)[:-1]}, "text": "'
            yield from _inside(output["text"])
        else:
            yield json.dumps(output)


def read(document: bytes) -> Notebook:
    """Return the notebook in *document*, which `ipynb.write` made, with the text of
    its outputs joined.
    """
    notebook: Notebook = json.loads(document)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [_joined(output) for output in cell["outputs"]]
    return notebook


def write(notebook: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield *notebook*, its outputs as a kernel gave them, piece by piece as nbformat would
    write it.
    """
    return _batched(_encoded(notebook))


def _encoded(notebook: Mapping[str, Any]) -> Iterator[str]:
    encoder = json.JSONEncoder(indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)
    long: list[str] = []
    cells = [_split_cell(cell, long) for cell in notebook["cells"]]
    for text in encoder.iterencode({**notebook, "cells": cells}):
        if not long:
            yield text
            continue
        # It ends with the empty line that stands for the long one.
        yield text[:-1]
        for piece in long:
            yield encoder.encode(piece)[1:-1]
        yield '"'
        long.clear()
    yield "\n"


def _batched(texts: Iterable[str]) -> Iterator[bytes]:
    """Yield *texts* as bytes, about a million characters at a time."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _CHARACTERS_AT_ONCE:
            yield _bytes(batch)
            batch, size = [], 0
    yield _bytes(batch)


def _bytes(texts: list[str]) -> bytes:
    # Half a surrogate pair, which a kernel may print, is not UTF-8; its escape is JSON.
    return "".join(texts).encode(errors="backslashreplace")


def _inside(text: str | LongText) -> Iterator[str]:
    for piece in slices(text):
        yield json.dumps(piece)[1:-1]


def _goes_on(line: str, text: str) -> bool:
    """Return whether *text* begins in the *line* before it."""
    return len((line[-1] + text[0]).splitlines()) == 1


def _split_cell(cell: Mapping[str, Any], long: list[str]) -> Mapping[str, Any]:
    if cell["cell_type"] != "code":
        return cell
    return {**cell, "outputs": [_split(output, long) for output in cell["outputs"]]}


def _split(output: Mapping[str, Any], long: list[str]) -> Mapping[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": _Lines(output["text"], long)}
    if not output.get("data"):
        return output
    data = {
        mime: _Lines(value, long) if isinstance(value, str) and _is_split(mime) else value
        for mime, value in output["data"].items()
    }
    return {**output, "data": data}


def _joined(output: Output) -> Output:
    if output["output_type"] == "stream":
        return {**output, "text": "".join(output["text"])}
    if not output.get("data"):
        return output
    data = {
        mime: "".join(value) if isinstance(value, list) and _is_split(mime) else value
        for mime, value in output["data"].items()
    }
    return {**output, "data": data}


def _is_split(mime: str) -> bool:
    return mime.startswith("text/") or mime in _SPLIT
