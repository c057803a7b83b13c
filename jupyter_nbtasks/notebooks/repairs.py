"""Repairs what keeps a notebook from being valid, where Jupyter would open it all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.validator import iter_validate

from ..storage.digest import digest

_VERSION = {"version": 4, "version_minor": 5, "relax_add_props": True}
_GRANTED: dict[str, type] = {"metadata": dict, "outputs": list, "attachments": dict}
_KNOWN_TYPES = ("code", "markdown", "raw")
_ID_LENGTH = 16


def tags_of(cell: Mapping[str, Any]) -> list[str]:
    """Return the tags of a cell; none where they are not a list."""
    tags = cell["metadata"].get("tags", [])
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def made_readable(content: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return *content* (of format 4) with what nbformat takes for granted, and what was wrong.

    What only lacks is filled in without a word.
    """
    cells, repairs = [], []
    for number, cell in enumerate(content["cells"], 1):
        readable = dict(cell)
        for key, type_ in _GRANTED.items():
            value = cell.get(key)
            if isinstance(value, type_):
                continue
            if value is not None:
                repairs.append(f"the {key} of cell {number} are not valid")
            readable.pop(key, None)
            if key == "metadata" or (key == "outputs" and cell["cell_type"] == "code"):
                readable[key] = type_()
        cells.append(readable)
    return {**content, "cells": cells}, repairs


def repair(notebook: NotebookNode) -> list[str]:
    """Repair *notebook* in place; return what was wrong, each as a part of a sentence.

    Sources are never touched; what cannot be repaired stays as it is.
    """
    repairs = [*_repair_kernel(notebook.metadata), *_repair_metadata(notebook)]
    for number, cell in enumerate(notebook.cells, 1):
        repairs += (f"cell {number} {problem}" for problem in _repair_cell(cell))
    return repairs


def _repair_kernel(metadata: dict[str, Any]) -> Iterator[str]:
    spec = metadata.get("kernelspec", {"name": "unsaid", "display_name": "unsaid"})
    if not isinstance(spec, dict) or not _is_text(spec.get("name")):
        del metadata["kernelspec"]
        yield "its kernelspec names no kernel"
    elif not isinstance(spec.get("display_name"), str):
        spec["display_name"] = spec["name"]
        yield "its kernelspec has no display name"
    info = metadata.get("language_info", {"name": "unsaid"})
    if not isinstance(info, dict) or not _is_text(info.get("name")):
        del metadata["language_info"]
        yield "its language_info names no language"


def _repair_metadata(notebook: NotebookNode) -> Iterator[str]:
    without_cells = {**notebook, "cells": []}
    for error in list(iter_validate(without_cells, **_VERSION)):
        match list(error.absolute_path):
            case ["metadata", key, *_] if key in notebook.metadata:
                del notebook.metadata[key]
                yield f"its {key!r} in the metadata is not as it should be"


def _repair_cell(cell: NotebookNode) -> Iterator[str]:
    yield from _repair_type(cell)
    if "tags" in cell.metadata:
        yield from _repair_tags(cell)
    for error in list(iter_validate(cell, ref=f"{cell.cell_type}_cell", **_VERSION)):
        yield from _repair_part(cell, list(error.absolute_path))


def _repair_type(cell: NotebookNode) -> Iterator[str]:
    type_ = cell.cell_type
    if type_ in _KNOWN_TYPES:
        return
    is_heading = type_ == "heading"
    if is_heading:
        level = cell.pop("level", 1)
        cell.source = f"{'#' * (level if level in range(1, 7) else 1)} {cell.source}"
    cell.cell_type = "markdown" if is_heading else "raw"
    for key in ("outputs", "execution_count"):
        cell.pop(key, None)
    yield f"is of the type {str(type_)[:40]!r}, which no kernel runs"


def _repair_tags(cell: NotebookNode) -> Iterator[str]:
    tags = cell.metadata.tags
    valid = list(dict.fromkeys(tag for tag in tags_of(cell) if tag and "," not in tag))
    if valid != tags:
        cell.metadata.tags = valid
        yield "has tags that are not valid, or the same twice"


def _repair_part(cell: NotebookNode, path: list[Any]) -> Iterator[str]:
    match path:
        case ["id"]:
            cell.id = digest(str(cell.id).encode(errors="surrogatepass"))[:_ID_LENGTH]
            yield "has an id that is not valid"
        case ["metadata", key, *_] if key in cell.metadata:
            del cell.metadata[key]
            yield f"has a {key!r} in its metadata that is not as it should be"
        case ["outputs", *_] if cell.outputs:
            cell.outputs = []
            yield "has outputs that are not valid"
        case ["execution_count"]:
            cell.execution_count = None
            yield "has a prompt that is not a number"
        case ["attachments", *_] if "attachments" in cell:
            del cell["attachments"]
            yield "has attachments that are not valid"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
