"""An executed notebook as a file: read and written as JupyterLab would, without nbformat. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Any

# As nbformat 4 has them, arbitrary JSON: what is in a notebook is up to its user, what is in an
# output to the kernel.
Notebook = dict[str, Any]
Cell = dict[str, Any]
Output = dict[str, Any]

# Besides text/*, nbformat 4 splits these into lines; whatever else is text stays in one.
_SPLIT = {"application/javascript", "image/svg+xml"}
_AT_ONCE = 10_000
_CHARACTERS_AT_ONCE = 100_000


class _Lines(list[str]):
    """The lines of *text*, of which there are only some at a time while they are written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __iter__(self) -> Iterator[str]:
        begin = 0
        while begin < len(self._text):
            # A line feed ends a line, which splitlines() says of other characters too.
            end = self._text.find("\n", begin + _CHARACTERS_AT_ONCE) + 1 or len(self._text)
            yield from self._text[begin:end].splitlines(keepends=True)
            begin = end


def read(document: bytes) -> Notebook:
    """Return the notebook in *document*, which `ipynb.write` made, with the text of
    its outputs joined.
    """
    notebook: Notebook = json.loads(document)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [_joined(output) for output in cell["outputs"]]
    return notebook


def write(notebook: Mapping[str, Any]) -> bytes:
    """Return *notebook*, its outputs as a kernel gave them, as nbformat would write it."""
    encoder = json.JSONEncoder(indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)
    cells = [_split_cell(cell) for cell in notebook["cells"]]
    chunks = iter(encoder.iterencode({**notebook, "cells": cells}))
    document = BytesIO()
    while some := "".join(islice(chunks, _AT_ONCE)):
        # Half a surrogate pair, which a kernel may print, is not UTF-8; its escape is JSON.
        document.write(some.encode(errors="backslashreplace"))
    document.write(b"\n")
    return document.getvalue()


def _split_cell(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    if cell["cell_type"] != "code":
        return cell
    return {**cell, "outputs": [_split(output) for output in cell["outputs"]]}


def _split(output: Mapping[str, Any]) -> Mapping[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": _Lines(output["text"])}
    if not output.get("data"):
        return output
    data = {
        mime: _Lines(value) if isinstance(value, str) and _is_split(mime) else value
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
