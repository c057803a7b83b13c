"""Finds the assignments of a Python parameters cell, with what is written beside them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

# What IPython takes and Python does not: %magic, !shell, help? and "x = !shell".
_IPYTHON = re.compile(r"\s*[%!?].*|\s*[\w.]+\s*=\s*[%!].*|\s*[\w.]+\?\??\s*")
_TYPE_COMMENT = re.compile(r"type:\s*(?P<type>[\w.]+(?:\[.*?\]+)?)\s*(?P<help>.*)")
_TYPE_IGNORE = re.compile(r"type:\s*ignore(?:\[[^\]]*\])?\s*#?\s*")


@dataclass(frozen=True)
class Assignment:
    """`name: annotation = default  # help`, each as written."""

    name: str
    annotation: str | None
    default: str | None
    help: str


def read_assignments(source: str) -> tuple[list[Assignment], list[str]]:
    """The cell's top-level assignments in order, the last of each name, and warnings.

    Raises SyntaxError or ValueError where *source* is not Python, even without IPython's magics.
    """
    python, module = _parse(source)
    comments = _comments(python)
    found: dict[str, Assignment] = {}
    notes: list[str] = []
    for statement in module.body:
        comment = comments.get(statement.end_lineno or 0) or comments.get(statement.lineno, "")
        for target in _targets(statement):
            if not isinstance(target, ast.Name):
                notes.append(
                    f"Line {statement.lineno} sets several names at once; "
                    "write one assignment for each parameter."
                )
            elif not target.id.startswith("_"):
                found[target.id] = _assignment(target.id, python, statement, comment)
    return list(found.values()), notes


def _parse(source: str) -> tuple[str, ast.Module]:
    with warnings.catch_warnings():
        # A doubtful escape such as "\d" is the notebook's business.
        warnings.simplefilter("ignore")
        try:
            return source, ast.parse(source)
        except SyntaxError:
            lines = ("" if _IPYTHON.fullmatch(line) else line for line in source.split("\n"))
            python = "\n".join(lines)
            return python, ast.parse(python)


def _comments(source: str) -> dict[int, str]:
    """Each line's comment, without its hash."""
    comments = {}
    # tokenize is stricter than the parser; where it stops, only help texts are lost.
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                comments[token.start[0]] = token.string.lstrip("#").strip()
    return comments


def _targets(statement: ast.stmt) -> Iterator[ast.expr]:
    """The names that *statement* sets, and tuples of them; not attributes and elements."""
    match statement:
        case ast.Assign(targets=targets):
            wanted = (ast.Name, ast.Tuple, ast.List)
            yield from (target for target in targets if isinstance(target, wanted))
        case ast.AnnAssign(target=ast.Name() as target):
            yield target


def _assignment(name: str, source: str, statement: ast.stmt, comment: str) -> Assignment:
    comment = _TYPE_IGNORE.sub("", comment, count=1)
    annotation = None
    if match := _TYPE_COMMENT.match(comment):
        annotation, comment = match["type"], match["help"]
    if isinstance(statement, ast.AnnAssign):
        annotation = ast.get_source_segment(source, statement.annotation)
    value = getattr(statement, "value", None)
    default = ast.get_source_segment(source, value) if value else None
    return Assignment(name, annotation, default, comment)
