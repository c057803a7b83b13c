"""The executed notebook as a file, where it is written in parts."""

from __future__ import annotations

import nbformat
import pytest

from jupyter_nbtasks.execution import document
from jupyter_nbtasks.notebooks import ipynb

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

    assert document.write(document.read(data)) == data
