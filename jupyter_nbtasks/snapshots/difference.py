"""A program that compares two notebooks: a process of its own, as that may be long computing."""

from __future__ import annotations

import json
import operator
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any

# What front ends and runners note beside the work itself.
_NOTEBOOK_NOTES = (
    "language_info",
    "orig_nbformat",
    "orig_nbformat_minor",
    "papermill",
    "signature",
)
_CELL_NOTES = ("ExecuteTime", "collapsed", "execution", "papermill", "scrolled", "trusted")
_WIDGETS = "widgets"
_ALIKE_LINES = 0.5
_ALIKE_CHARACTERS = 0.7
_LONG_LINE = 200
# Of lines that nbdime compares character by character.
_MANY_PAIRS = 10_000
_INVALID = 3


def main() -> None:
    """Read a line of JSON and two notebooks, write how they differ.

    The line says *size* (bytes of the first notebook), *outputs* (whether they count), *seconds*
    (of computing, then the system ends this process) and *form*: "json", or "text" or "colour"
    for a terminal. If nothing follows the first, both are the same. Exits with 3 if one
    is not a notebook.
    """
    # jsonschema would spend a second on a grammar of addresses; nothing is validated here.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    asked = json.loads(sys.stdin.buffer.readline())
    _limit(asked["seconds"])
    base, remote = sys.stdin.buffer.read(asked["size"]), sys.stdin.buffer.read()
    try:
        notebook = _read(base, outputs=asked["outputs"])
        other = _read(remote, outputs=asked["outputs"]) if remote else None
    except Exception as error:
        # nbformat raises whatever its converters stumble upon in JSON that is not a notebook.
        sys.stderr.write(f"{error}\n")
        sys.exit(_INVALID)
    diff = [] if other is None else _diff(notebook, other)
    if asked["form"] != "json":
        _print(notebook, diff, use_color=asked["form"] == "colour")
        return
    compared = {
        "notebook": notebook,
        "diff": diff,
        "summary": _summary(diff),
        "identical": not diff,
    }
    sys.stdout.write(json.dumps(compared))


def _limit(seconds: int) -> None:
    # The server may be gone before it could stop us.
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _read(data: bytes, *, outputs: bool) -> Any:
    """Return the notebook in *data*, without what is not to be compared."""
    import nbformat

    # Infinity and NaN are not JSON, but notebooks may have them all the same.
    content = json.loads(data, parse_constant=lambda _: None)
    notebook = nbformat.convert(nbformat.from_dict(content), 4)
    notebook = nbformat.v4.rwbase.rejoin_lines(notebook)
    notebook.nbformat_minor = nbformat.v4.nbformat_minor
    _forget(notebook.metadata, _NOTEBOOK_NOTES if outputs else (*_NOTEBOOK_NOTES, _WIDGETS))
    for cell in notebook.cells:
        _forget(cell.metadata, _CELL_NOTES)
        if cell.cell_type == "code" and not outputs:
            cell.outputs, cell.execution_count = [], None
    return notebook


def _forget(metadata: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        metadata.pop(name, None)


def _diff(base: Any, remote: Any) -> list[dict[str, Any]]:
    from nbdime.diffing import notebooks

    # nbdime's own look at every character of each pair of cells: minutes for fifty without ids.
    notebooks.notebook_predicates["/cells"] = [_is_alike, _is_same, notebooks.compare_cell_by_ids]
    notebooks.notebook_predicates["/cells/*/outputs"] = [_is_of_one_kind, operator.eq]
    notebooks.notebook_differs["/cells/*/source"] = _diff_lines
    # Ids still tell which cell is which.
    notebooks.set_notebook_diff_ignores(
        {"/cells/*": ("id", "execution_count"), "/cells/*/outputs/*": ("execution_count",)}
    )
    found: list[dict[str, Any]] = notebooks.diff_notebooks(base, remote)
    return found


def _is_same(one: Any, other: Any) -> bool:
    return bool(one.cell_type == other.cell_type and one.source == other.source)


def _is_alike(one: Any, other: Any) -> bool:
    """Whether half of the lines are the same; of a single line, most of its characters."""
    if one.cell_type != other.cell_type:
        return False
    texts: list[Sequence[str]] = [one.source.splitlines(), other.source.splitlines()]
    threshold = _ALIKE_LINES
    if max(map(len, texts)) <= 1 and max(len(one.source), len(other.source)) <= _LONG_LINE:
        texts, threshold = [one.source, other.source], _ALIKE_CHARACTERS
    matcher = SequenceMatcher(a=texts[0], b=texts[1], autojunk=False)
    return matcher.quick_ratio() >= threshold and matcher.ratio() >= threshold


def _is_of_one_kind(one: Any, other: Any) -> bool:
    kinds = [(it.output_type, it.get("name"), set(it.get("data", ()))) for it in (one, other)]
    return bool(kinds[0] == kinds[1])


def _diff_lines(one: str, other: str, path: str, config: Any) -> Any:
    from nbdime.diffing.seq_difflib import diff_sequence_difflib
    from nbdime.diffing.sequences import diff_strings_linewise

    if one == other:
        return []
    lines = one.splitlines(keepends=True), other.splitlines(keepends=True)
    if len(lines[0]) * len(lines[1]) > _MANY_PAIRS:
        return diff_sequence_difflib(*lines)
    return diff_strings_linewise(one, other)


def _print(base: Any, diff: list[dict[str, Any]], *, use_color: bool) -> None:
    from nbdime.prettyprint import PrettyPrintConfig, pretty_print_diff

    config = PrettyPrintConfig(sys.stdout, use_git=False, use_diff=False, use_color=use_color)
    if diff:
        pretty_print_diff(base, diff, "", config)


def _summary(diff: list[dict[str, Any]]) -> dict[str, int]:
    of_cells = [entry for part in diff if part["key"] == "cells" for entry in part["diff"]]
    return {
        "added": sum(len(one["valuelist"]) for one in of_cells if one["op"] == "addrange"),
        "removed": sum(one["length"] for one in of_cells if one["op"] == "removerange"),
        "changed": sum(one["op"] == "patch" for one in of_cells),
    }


if __name__ == "__main__":
    main()
