"""Leaves out of a notebook what an exporter cannot draw, so that all else is drawn. Pure.

nbconvert gives up a whole notebook for one missing picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, unquote

# Notebooks, cells and outputs as nbformat 4 has them.
_Json = dict[str, Any]
_T = TypeVar("_T")

_MENTIONED = re.compile(r"attachment:([^)\s\"'>]+)")
_NOTHING = {"image/svg+xml": "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="}
_OUTPUT_INSTEAD = {
    "output_type": "stream",
    "name": "stderr",
    "text": "[This output cannot be shown here]\n",
}
_CELL_INSTEAD = "*[This cell cannot be shown here]*"
# What the templates themselves need of a notebook.
_NEEDED = {"kernelspec", "language_info", "title"}
_MOST_TRIES = 100


class _TooMany(Exception):
    """So many tries are not worth it."""


def prepared(notebook: _Json) -> _Json:
    """Return *notebook* without what is known to keep nbconvert from drawing the rest."""
    cells = [_prepared_cell(cell) for cell in notebook["cells"]]
    given = notebook.get("metadata") or {}
    metadata = {key: value for key, value in given.items() if value is not None}
    return {**notebook, "cells": cells, "metadata": metadata}


def without_undrawable(notebook: _Json, can_draw: Callable[[_Json], bool]) -> _Json | None:
    """Return *notebook* with a line in place of whatever cannot be drawn.

    None if the reason does not lie in its cells, or in too many of them.
    """
    try:
        return _Omitter(notebook, can_draw).rest()
    except _TooMany:
        return None


class _Omitter:
    def __init__(self, notebook: _Json, can_draw: Callable[[_Json], bool]) -> None:
        self._cells = notebook["cells"]
        self._bare = {**notebook, "cells": []}
        self._can_draw = can_draw
        self._tries = 0

    def rest(self) -> _Json | None:
        if not self._can([]):
            metadata = self._bare["metadata"]
            needed = {key: one for key, one in metadata.items() if key in _NEEDED}
            self._bare = {**self._bare, "metadata": needed}
            if not self._can([]):
                return None
        return {**self._bare, "cells": _drawn(self._cells, self._can, self._instead)}

    def _can(self, cells: list[_Json]) -> bool:
        self._tries += 1
        if self._tries > _MOST_TRIES:
            raise _TooMany
        return self._can_draw({**self._bare, "cells": cells})

    def _instead(self, cell: _Json) -> _Json:
        if outputs := cell.get("outputs"):
            rest = _drawn(outputs, lambda some: self._can([{**cell, "outputs": some}]), _say_so)
            cell = {**cell, "outputs": rest}
            if self._can([cell]):
                return cell
        id = {"id": cell["id"]} if "id" in cell else {}
        return {**id, "cell_type": "markdown", "metadata": {}, "source": _CELL_INSTEAD}


def _say_so(output: _Json) -> _Json:
    return _OUTPUT_INSTEAD


def _drawn(
    items: list[_T], can: Callable[[list[_T]], bool], instead: Callable[[_T], _T]
) -> list[_T]:
    """Return *items*, with something *instead* of each that is not among those that it *can*."""
    if not items or can(items):
        return items
    if len(items) == 1:
        return [instead(items[0])]
    half = len(items) // 2
    return _drawn(items[:half], can, instead) + _drawn(items[half:], can, instead)


def _prepared_cell(cell: _Json) -> _Json:
    if cell["cell_type"] == "code":
        return {**cell, "outputs": [_prepared_output(output) for output in cell["outputs"]]}
    source = "".join(cell["source"])
    if cell["cell_type"] != "markdown" or "attachment:" not in source:
        return cell
    given = cell.get("attachments")
    found = {name: data for name, data in (given or {}).items() if isinstance(data, dict) and data}
    for mentioned in _MENTIONED.findall(source):
        # In a link, what is not a letter may be given by its number.
        found.setdefault(mentioned, found.get(unquote(mentioned), _NOTHING))
        found.setdefault(quote(mentioned), found[mentioned])
    return {**cell, "attachments": found}


def _prepared_output(output: _Json) -> _Json:
    if "data" not in output:
        return output
    data = output["data"] if isinstance(output["data"], dict) else {}
    kept = {mime: value for mime, value in data.items() if value is not None}
    return {**output, "data": kept, "metadata": output.get("metadata") or {}}
