"""A folder of blobs, and notebooks to put into it."""

from __future__ import annotations

import base64
import random

import nbformat
import pytest

from jupyter_nbtasks.storage.blobs import Blobs


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder):
    return Blobs(folder)


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def picture(made):
    """The base64 of what looks like a PNG file of 56 KB."""
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + made.randbytes(56_000)).decode()


def document(made):
    """A notebook of a megabyte: 60 cells with 70 KB of source, 12 of them with a picture."""
    cells = []
    for number in range(60):
        lines = [f"value_{made.randrange(1000)} = {made.random()}" for _ in range(40)]
        cell = nbformat.v4.new_code_cell("\n".join(lines), id=f"cell-{number}")
        if number % 5 == 0:
            shown = {"image/png": picture(made), "text/plain": "<Figure size 640x480>"}
            cell.outputs = [nbformat.v4.new_output("display_data", shown)]
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def versions(count):
    """A notebook as it is edited: a cell or two, now and then a picture, or a cell more."""
    made = random.Random(0)
    edited = document(made)
    for number in range(count):
        yield nbformat.writes(edited).encode()
        for cell in made.sample(edited.cells, made.randint(1, 2)):
            cell.source += f"\n# edit {number}"
        if number % 10 == 5:
            cell = made.choice([cell for cell in edited.cells if cell.outputs])
            cell.outputs[0].data["image/png"] = picture(made)
        if number % 25 == 12:
            inserted = nbformat.v4.new_code_cell(f"inserted = {number}", id=f"inserted-{number}")
            edited.cells.insert(len(edited.cells) // 2, inserted)
