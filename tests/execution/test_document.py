"""The executed notebook as a file, where it is written in parts."""

from __future__ import annotations

import nbformat
import pytest

from jupyter_nbtasks.execution import document
from jupyter_nbtasks.notebooks import ipynb
from jupyter_nbtasks.storage.growing_text import GrowingText
from jupyter_nbtasks.storage.long_text import Mark

# What ends a line for Python, and so in a notebook's file.
ENDS = ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"line {n}{ENDS[n % len(ENDS)]}" for n in range(60_000)),
        "x" * 250_000,
        "x" * 99_999 + "\r\n" + "y" * 150_000 + "\n",
        "\n" * 250_000,
        "",
    ],
    ids=["all ends", "one line", "at the seam", "empty lines", "nothing"],
)
def test_long_text_is_written_as_nbformat_writes_it(text):
    output = nbformat.v4.new_output("stream", name="stdout", text=text)
    cell = nbformat.v4.new_code_cell("1", outputs=[output], id="a", execution_count=1)
    data = ipynb.write(nbformat.v4.new_notebook(cells=[cell]))

    assert b"".join(document.write(document.read(data))) == data


@pytest.mark.parametrize(
    "parts",
    [
        ["x" * 3_000_000, "y" * 3_000_000, "\n", "z" * 999_999],
        ["12345\r" * 900_000, "\r", "\n\n", "\x85" * 100_000],
        ["é\u2028" * 1_000_000, '"\\' * 700_000],
    ],
    ids=["long lines", "carriage returns", "characters of several bytes"],
)
def test_text_that_is_in_a_file_is_written_alike(parts):
    text = GrowingText()
    for part in parts:
        text.append(part)

    def written(content):
        output = {"output_type": "stream", "name": "stdout", "text": content}
        cell = {"cell_type": "code", "outputs": [output]}
        return b"".join(document.write({"cells": [cell]}))

    assert written(text.since(Mark())) == written("".join(parts))
    [cell] = document.read(written("".join(parts)))["cells"]
    assert cell["outputs"][0]["text"] == "".join(parts)
