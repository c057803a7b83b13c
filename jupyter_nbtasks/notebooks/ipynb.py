"""Reads and writes files of notebooks: whatever Jupyter opens is read, repaired where needed."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..errors import NotebookInvalid
from ..storage.strict_json import MAX_DEPTH, TooDeep, strict
from .repairs import made_readable, repair, tags_of

NOTEBOOK_TYPE = "application/x-ipynb+json"
_FORMAT = 4
_MINOR = 5
_REPAIRS_TOLD = 3
# What is in a notebook lies deeper than what a kernel has sent.
_MAX_DEPTH = 2 * MAX_DEPTH
_NOT_FINITE = re.compile(rb"[:\[,\s](?:NaN|-?Infinity)(?=[,\]}\s])")


def parse(data: bytes) -> tuple[NotebookNode, list[str]]:
    """Return the notebook in *data*, as the newest format 4, and warnings of what was repaired.

    A number that is not finite becomes null. Raises NotebookInvalid.
    """
    content = _read_json(data)
    try:
        repairs: list[str] = []
        if content["nbformat"] == _FORMAT:
            content, repairs = made_readable(content)
        notebook = _brought_up_to_date(content)
        repairs += _made_valid(notebook)
        for cell in notebook.cells:
            cell.source.encode()
        notebook = nbformat.from_dict(strict(notebook, _MAX_DEPTH))
    except nbformat.ValidationError as error:
        msg = f"This is not a valid notebook: {error.message[:500].rstrip('.')}."
        raise NotebookInvalid(msg) from None
    except UnicodeEncodeError:
        msg = "A cell of this notebook contains half of a character, which no kernel can read."
        raise NotebookInvalid(msg) from None
    except (RecursionError, TooDeep):
        raise NotebookInvalid(_TOO_DEEP) from None
    except Exception as error:
        # nbformat raises whatever its converters stumble upon in JSON that is not a notebook.
        msg = f"This is not a notebook. {_what_lacks(content)}"
        raise NotebookInvalid(msg) from error
    return notebook, _told(repairs)


def has_cells(data: bytes) -> bool:
    """Whether *data* is JSON with cells, and so what somebody has of a notebook."""
    try:
        content = _read_json(data)
    except NotebookInvalid:
        return False
    return isinstance(content, dict) and ("cells" in content or "worksheets" in content)


def write(notebook: Mapping[str, Any]) -> bytes:
    """Return *notebook* as the bytes that JupyterLab would save."""
    text: str = nbformat.v4.writes(nbformat.from_dict(notebook))
    # Half a surrogate pair, which a kernel may print, is not UTF-8; its escape is valid JSON.
    return text.encode(errors="backslashreplace") + b"\n"


def strictly(data: bytes) -> bytes:
    """Return the notebook *data* as JSON that a browser reads: with null for NaN and Infinity."""
    if not _NOT_FINITE.search(data):
        return data
    try:
        return write(strict(json.loads(data), _MAX_DEPTH))
    except (RecursionError, TooDeep):
        return data


def as_saved(content: Mapping[str, Any]) -> bytes:
    """Return *content*, which an editor holds, as its file would be; raises NotebookInvalid."""
    parse(json.dumps(content).encode())
    if content["nbformat"] == _FORMAT:
        readable, _repairs = made_readable(content)
        return write(readable)
    return write(nbformat.convert(nbformat.from_dict(content), _FORMAT))


def kernel_name(notebook: NotebookNode) -> str | None:
    """Return the kernelspec that the notebook names."""
    name = notebook.metadata.get("kernelspec", {}).get("name")
    return name if isinstance(name, str) and name else None


def language(notebook: NotebookNode) -> str | None:
    """Return the programming language that the notebook names."""
    info = notebook.metadata.get("language_info", {})
    name = info.get("name") or notebook.metadata.get("kernelspec", {}).get("language")
    return name if isinstance(name, str) and name else None


_TOO_DEEP = "This is not a valid notebook: it is nested too deeply."


def _read_json(data: bytes) -> Any:
    try:
        return json.loads(data.decode())
    except UnicodeDecodeError:
        why = "It is not text in UTF-8."
    except json.JSONDecodeError as error:
        why = f"It is not JSON from line {error.lineno}, column {error.colno} on."
        if error.doc.startswith("\ufeff"):
            why = "It begins with a byte order mark. Save it as UTF-8 without one."
        elif error.doc.startswith("<<<<<<<") or "\n<<<<<<<" in error.doc:
            why += " It has the marks of a merge that was not finished."
    except RecursionError:
        raise NotebookInvalid(_TOO_DEEP) from None
    except ValueError:
        why = "It has a number with too many digits."
    msg = f"This is not a notebook. {why}"
    raise NotebookInvalid(msg)


def _what_lacks(content: Any) -> str:
    """Say what JSON lacks to be a notebook."""
    if not isinstance(content, dict):
        return "It is not a JSON object."
    version = content.get("nbformat")
    if type(version) is int and version > _FORMAT:
        return f"Its format is {version}, and the newest that can be read here is {_FORMAT}."
    lacking = [key for key in ("nbformat", "metadata", "cells") if key not in content]
    if lacking:
        return f"It lacks {' and '.join(repr(key) for key in lacking)}."
    return "Open it in JupyterLab and save it again."


def _brought_up_to_date(content: Any) -> NotebookNode:
    if content["nbformat"] == _FORMAT:
        read = nbformat.v4.to_notebook_json(content)
        if type(read.setdefault("nbformat_minor", 0)) is not int:
            raise ValueError("the minor format is not a number")
    else:
        read = nbformat.convert(nbformat.reader.reads(json.dumps(content)), _FORMAT)
    notebook: NotebookNode = nbformat.v4.upgrade(read)
    # What a newer minor format has is checked, and run, as far as it is known.
    notebook.nbformat_minor = _MINOR
    _identify_cells(notebook)
    _forget_outputs(notebook)
    return notebook


def _made_valid(notebook: NotebookNode) -> list[str]:
    try:
        nbformat.validate(notebook, relax_add_props=True)
    except nbformat.ValidationError:
        repairs = repair(notebook)
        nbformat.validate(notebook, relax_add_props=True)
        return repairs
    return []


def _told(repairs: list[str]) -> list[str]:
    """Return one warning for all *repairs*."""
    if not repairs:
        return []
    told = "; ".join(repairs[:_REPAIRS_TOLD])
    more = len(repairs) - _REPAIRS_TOLD
    return [f"The notebook was repaired to run it: {told}{f'; and {more} more' * (more > 0)}."]


def _identify_cells(notebook: NotebookNode) -> None:
    """Give each cell an id of its own, as the format has asked for since 4.5."""
    taken: set[str] = set()
    for cell in notebook.cells:
        if not isinstance(cell.get("id"), str) or cell["id"] in taken:
            cell["id"] = secrets.token_hex(4)
        taken.add(cell["id"])


def _forget_outputs(notebook: NotebookNode) -> None:
    """Keep outputs only where they stay: a cell that is not run may show what it showed."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            is_run = "skip-execution" not in tags_of(cell)
            if is_run:
                cell.outputs = []
            if is_run or "execution_count" not in cell:
                cell.execution_count = None
