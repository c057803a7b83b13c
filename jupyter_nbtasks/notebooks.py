"""The one door to nbformat and, with languages.py, to papermill: read, inspect, fill in, write."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode
from papermill.parameterize import parameterize_notebook

from .errors import FieldError, InvalidRequest, NotebookInvalid
from .parameters import languages
from .parameters.model import Parameter

NOTEBOOK_TYPE = "application/x-ipynb+json"
PARAMETERS = "parameters"
INJECTED = "injected-parameters"
# Reading a cell of this size takes seconds of a processor.
MAX_CHARACTERS = 400_000
_FORMAT = 4


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What a notebook says of its parameters.

    *cell* is the index of the parameters cell, None without one; *parameters* is None where
    names cannot be known: no such cell, or a language that papermill cannot inspect.
    """

    language: str
    cell: int | None
    parameters: list[Parameter] | None
    warnings: list[str]


def parse(data: bytes) -> NotebookNode:
    """Return the notebook in *data*, as the newest format 4; raises NotebookInvalid."""
    try:
        notebook: NotebookNode = nbformat.convert(nbformat.reader.reads(data.decode()), 4)
        notebook = nbformat.v4.upgrade(notebook)
        _identify_cells(notebook)
        _forget_outputs(notebook)
        for cell in notebook.cells:
            cell.source.encode()
        nbformat.validate(notebook, relax_add_props=True)
    except nbformat.ValidationError as error:
        msg = f"This is not a valid notebook: {error.message[:500].rstrip('.')}."
        raise NotebookInvalid(msg) from None
    except UnicodeEncodeError:
        msg = "A cell of this notebook contains half of a character, which no kernel can read."
        raise NotebookInvalid(msg) from None
    except RecursionError:
        msg = "This is not a valid notebook: it is nested too deeply."
        raise NotebookInvalid(msg) from None
    except Exception as error:
        # nbformat raises whatever its converters stumble upon in JSON that is not a notebook.
        msg = "This is not a notebook. Open it in JupyterLab and save it again."
        raise NotebookInvalid(msg) from error
    return notebook


def write(notebook: Mapping[str, Any]) -> bytes:
    """Return *notebook* as the bytes that JupyterLab would save."""
    text: str = nbformat.v4.writes(nbformat.from_dict(notebook))
    # Half a surrogate pair, which a kernel may print, is not UTF-8; its escape is valid JSON.
    return text.encode(errors="backslashreplace") + b"\n"


def as_saved(content: Mapping[str, Any]) -> bytes:
    """Return *content*, which an editor holds, as its file would be; raises NotebookInvalid."""
    parse(json.dumps(content).encode())
    if content["nbformat"] == _FORMAT:
        return write(content)
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


def inspect(notebook: NotebookNode, kernel_name: str, language: str) -> Inspection:
    """Read the parameters cell."""
    tagged = _tagged(notebook, PARAMETERS)
    notes = []
    if len(tagged) > 1:
        notes.append(
            f"Cells {', '.join(str(index + 1) for index in tagged)} are all tagged 'parameters'; "
            f"only the first, cell {tagged[0] + 1}, counts."
        )
    if tagged and _tagged(notebook, INJECTED):
        notes.append(
            "A cell tagged 'injected-parameters' from an earlier run overrides the defaults "
            "until a parameter is given."
        )
    found = None
    if tagged:
        found, unread = _read_cell(notebook.cells[tagged[0]].source, kernel_name, language)
        notes += unread
    cell = tagged[0] if tagged else None
    return Inspection(language=language, cell=cell, parameters=found, warnings=notes)


def inspect_source(source: str, language: str) -> Inspection:
    """Read a parameters cell that is not saved yet."""
    found, notes = _read_cell(source, "", language)
    return Inspection(language=language, cell=None, parameters=found, warnings=notes)


def check_names(values: Mapping[str, Any], language: str) -> None:
    """Refuse names that could be more than a name; raises InvalidRequest."""
    errors = [
        FieldError(f"parameters.{name}", complaint)
        for name in values
        if (complaint := languages.name_complaint(language, name))
    ]
    if errors:
        raise InvalidRequest(errors[0].message, reason="invalid_parameters", errors=errors)


def fill_in(
    notebook: NotebookNode,
    values: Mapping[str, Any],
    parameters: Sequence[Parameter] | None,
    kernel_name: str,
    language: str,
) -> NotebookNode:
    """Inject *values* by papermill's rule and return the notebook; unchanged without values."""
    if not values:
        return notebook
    check_names(values, language)
    types = {parameter.name: parameter.type for parameter in parameters or ()}
    native = {
        name: types[name].native(value) if name in types else value
        for name, value in values.items()
    }
    translator = languages.translator_for(kernel_name, language)
    # papermill expects both on every notebook and cell.
    untagged = [cell for cell in notebook.cells if "tags" not in cell.metadata]
    for cell in untagged:
        cell.metadata["tags"] = []
    notebook.metadata.setdefault("papermill", NotebookNode())
    # The private name also stands for the kernel, because papermill looks that up first.
    key = languages.registered_key(translator)
    filled: NotebookNode = parameterize_notebook(notebook, native, kernel_name=key, language=key)
    for cell in untagged:
        del cell.metadata["tags"]
    filled.metadata.papermill["parameters"] = dict(values)
    return filled


def without_injected(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return *notebook* without the cell that carries the values of one job."""
    return {
        **notebook,
        "cells": [cell for cell in notebook["cells"] if INJECTED not in _tags(cell)],
    }


def _read_cell(
    source: str, kernel_name: str, language: str
) -> tuple[list[Parameter] | None, list[str]]:
    if len(source) > MAX_CHARACTERS:
        return None, [
            f"The parameters cell has more than {MAX_CHARACTERS:,} characters; names and types "
            "are not checked."
        ]
    try:
        read = languages.inspect(languages.translator_for(kernel_name, language), source)
    except InvalidRequest as error:
        return None, [str(error)]
    if read is None:
        return None, [
            f"The parameters of a {language} notebook cannot be read; names and types "
            "are not checked."
        ]
    return read


def _tagged(notebook: NotebookNode, tag: str) -> list[int]:
    return [index for index, cell in enumerate(notebook.cells) if tag in _tags(cell)]


def _tags(cell: Mapping[str, Any]) -> list[str]:
    tags = cell["metadata"].get("tags", [])
    return tags if isinstance(tags, list) else []


def _identify_cells(notebook: NotebookNode) -> None:
    """Give each cell an id of its own, as the format has asked for since 4.5."""
    taken: set[str] = set()
    for cell in notebook.cells:
        if cell.get("id") is None or cell["id"] in taken:
            cell["id"] = secrets.token_hex(4)
        taken.add(cell["id"])


def _forget_outputs(notebook: NotebookNode) -> None:
    """Keep outputs only where they stay: a cell that is not run may show what it showed."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "skip-execution" not in _tags(cell):
            cell.outputs = []
            cell.execution_count = None
