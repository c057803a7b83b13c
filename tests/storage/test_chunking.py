"""Where a notebook is cut: what joins again is what was cut, and versions agree on most of it."""

from __future__ import annotations

import json
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbtasks.storage.chunking import APART, chunks

PICTURE = "iVBORw0KGgo" * 2000


def cells(count=40, seed=0):
    """Cells of a kilobyte or so; every eighth has a picture."""
    made = random.Random(seed)
    found = []
    for number in range(count):
        source = [f"x{made.random()} = {number}\n" for _ in range(made.randint(5, 60))]
        cell = {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": source}
        if number % 8 == 7:
            cell["outputs"] = [{"data": {"image/png": f"{number}{PICTURE}"}}]
        found.append(cell)
    return found


def written(cells, indent=1):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=indent).encode()


def pieces(document):
    return {bytes(piece) for piece in chunks(document)}


anything = st.one_of(st.binary(), st.sampled_from([b"\n", b"\n  {", b"\n  }\n", b"x" * APART]))


@given(parts=st.lists(anything), begins=st.booleans())
def test_the_pieces_join_again_whatever_the_bytes(parts, begins):
    beginning = b'{\n "cells": [\n  {' + b"y" * 4 * APART if begins else b""
    document = beginning + b"".join(parts)

    assert b"".join(chunks(document)) == document


@pytest.mark.parametrize("indent", [1, 2, 4, "\t"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_picture_is_a_piece_of_its_own(indent, newline):
    document = written(cells(), indent).replace(b"\n", newline)

    found = chunks(document)

    assert b"".join(found) == document
    alone = [piece for piece in found if PICTURE.encode() in bytes(piece)]
    assert len(alone) == 5
    assert {bytes(piece).count(b"\n") for piece in alone} == {1}


def test_small_cells_are_gathered():
    found = chunks(written(cells(500)))

    assert all(max(map(len, pair)) >= APART for pair in pairwise(found))
    assert len(found) < 500 / 2


def test_a_change_makes_few_new_pieces():
    before = cells(500)
    after = [*before[:100], *cells(1, seed=1), *before[100:]]
    after[300] = after[300] | {"source": ["y = 1\n"]}
    after[-1] = after[-1] | {"execution_count": 7}

    new = pieces(written(after)) - pieces(written(before))

    assert len(new) < 10
    assert sum(map(len, new)) < 100_000


@pytest.mark.parametrize(
    "document",
    [
        b"",
        written(cells(2)),
        written(cells(), indent=None),
        b"text\n" * 10_000,
        b"\0" * 100_000,
        json.dumps({"rows": [PICTURE] * 9}, indent=1).encode(),
    ],
    ids=["empty", "small", "one line", "text", "zeros", "JSON"],
)
def test_what_is_small_or_not_a_notebook_is_one_piece(document):
    assert list(map(bytes, chunks(document))) == [document]


def test_a_cell_of_many_lines_is_a_piece_of_its_own():
    large = [{"cell_type": "code", "source": [f"line {n}\n" for n in range(10_000)]}]
    found = chunks(written([*cells(10), *large, *cells(10, seed=1)]))

    [piece] = [piece for piece in found if b"line 5000" in bytes(piece)]
    assert bytes(piece).startswith(b"  {\n")
    assert bytes(piece).endswith(b"  },\n")
