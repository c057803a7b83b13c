"""What a notebook's cells say of its parameters, and the cell that carries a job's values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode
from papermill.parameterize import parameterize_notebook

from ..errors import FieldError, InvalidRequest
from ..parameters import languages
from ..parameters.model import MissingImport, Parameter
from .repairs import tags_of

PARAMETERS = "parameters"
INJECTED = "injected-parameters"
# Reading a cell of this size takes seconds of a processor.
MAX_CHARACTERS = 400_000
_TOO_LONG = (
    f"The parameters cell has more than {MAX_CHARACTERS:,} characters; names and types "
    "are not checked."
)


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What a notebook says of its parameters.

    *cell* is the index of the parameters cell, None without one; *parameters* is None where
    names cannot be known: no such cell, or a language that papermill cannot inspect.
    *imports* are those of types that the cell uses and nothing before it seems to import.
    """

    language: str
    cell: int | None
    parameters: list[Parameter] | None
    warnings: list[str]
    imports: list[MissingImport]


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
    if not tagged:
        return Inspection(language=language, cell=None, parameters=None, warnings=notes, imports=[])
    cell = tagged[0]
    read = _read_cell(notebook.cells[cell].source, kernel_name, language)
    before = "\n".join(one.source for one in notebook.cells[:cell] if one.cell_type == "code")
    words = set(re.findall(r"\w+", before)) if read.imports else set()
    imports = [one for one in read.imports if one.name not in words]
    notes += read.warnings
    notes += [f"{one.name!r} is not imported. Add '{one.statement}'." for one in imports]
    return replace(read, cell=cell, warnings=notes, imports=imports)


def inspect_source(source: str, language: str) -> Inspection:
    """Read a parameters cell that is not saved yet, and without the cells before it."""
    return _read_cell(source, "", language)


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
        "cells": [cell for cell in notebook["cells"] if INJECTED not in tags_of(cell)],
    }


def _read_cell(source: str, kernel_name: str, language: str) -> Inspection:
    unread = Inspection(language=language, cell=None, parameters=None, warnings=[], imports=[])
    if len(source) > MAX_CHARACTERS:
        return replace(unread, warnings=[_TOO_LONG])
    try:
        translator = languages.translator_for(kernel_name, language)
    except InvalidRequest as error:
        return replace(unread, warnings=[str(error)])
    read = languages.inspect(translator, source)
    if read is None:
        why = f"The parameters of a {language} notebook cannot be read; names and types "
        return replace(unread, warnings=[f"{why}are not checked."])
    parameters, warnings = read
    imports = languages.imports_missing_in(translator, source)
    return replace(unread, parameters=parameters, warnings=warnings, imports=imports)


def _tagged(notebook: NotebookNode, tag: str) -> list[int]:
    return [index for index, cell in enumerate(notebook.cells) if tag in tags_of(cell)]
