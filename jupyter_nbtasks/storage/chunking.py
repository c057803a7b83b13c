"""Cuts a notebook's bytes where its versions agree: at its cells and its long lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from mmap import mmap
from zlib import crc32

from .mapping import STEP, forget

# Measured (benchmarks/snapshots.py): with smaller pieces, files and syncs cost more than they save.
APART = 4096
_WHOLE = 4 * APART
# How many small cells are gathered beyond APART bytes, on average.
_GATHERED = 4
_WIDTH = 4  # bytes of an edge besides the indent
_CELLS = re.compile(rb'"cells":[ \t]*\[\r?\n([ \t]*)\{')


def chunks(document: bytes | mmap) -> list[memoryview]:
    """Return the pieces that, joined, are *document*; one if it is small or not a notebook.

    A piece is a long line (a picture is one), a large cell, or small neighbours together: these
    end after cells that are chosen by their content, so that two versions cut alike soon after
    they differ. Only at the end and before a large piece can one be smaller than APART bytes.
    """
    view = memoryview(document)
    found = _CELLS.search(document) if len(document) >= _WHOLE else None
    if found is None:
        return [view]
    edges = {0, len(document), *_cells(document, found[1]), *_long_lines(document)}
    return list(_gathered(view, sorted(edges)))


def _cells(document: bytes | mmap, indent: bytes) -> Iterator[int]:
    """Yield where cells begin, and where the last one ends."""
    indent = re.escape(indent)
    edge = re.compile(rb"\n(?=%s\{)|\n%s\}\r?\n" % (indent, indent))
    # In steps, between which other threads may go on; an edge is found in two of them at most.
    for begin in range(0, len(document), STEP):
        for found in edge.finditer(document, begin, begin + STEP + len(indent) + _WIDTH):
            yield found.end()
        forget(document)


def _long_lines(document: bytes | mmap) -> Iterator[int]:
    """Yield where lines of APART bytes or more begin and end."""
    start = read = 0
    while start + APART <= len(document):
        if start >= read + STEP:
            forget(document)
            read = start
        # No line that begins before the last of these ends can be a long one.
        last = document.rfind(b"\n", start, start + APART)
        if last >= 0:
            start = last + 1
            continue
        yield start
        start = _end_of_line(document, start + APART)
        yield start


def _end_of_line(document: bytes | mmap, begin: int) -> int:
    for at in range(begin, len(document), STEP):
        end = document.find(b"\n", at, at + STEP)
        if end >= 0:
            return end + 1
        forget(document)
    return len(document)


def _gathered(view: memoryview, edges: list[int]) -> Iterator[memoryview]:
    small = [0]
    for start, end in pairwise(edges):
        if end - start < APART:
            small.append(end)
            continue
        yield from _together(view, small)
        yield view[start:end]
        small = [end]
    yield from _together(view, small)


def _together(view: memoryview, edges: list[int]) -> Iterator[memoryview]:
    """Yield the small neighbours between *edges* in groups; what is left at the end joins one."""
    begin = end_of_group = edges[0]
    for start, end in pairwise(edges):
        if end - end_of_group >= APART and crc32(view[start:end]) % _GATHERED == 0:
            if begin < end_of_group:
                yield view[begin:end_of_group]
                forget(view)
            begin, end_of_group = end_of_group, end
    if begin < edges[-1]:
        yield view[begin : edges[-1]]
