"""Finds the assignments of a Python parameters cell, with what is written beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from .python_source import SCOPES, PythonSource

_TYPE_COMMENT = re.compile(r"type:\s*(?P<type>[\w.]+(?:\[.*?\]+)?)\s*(?P<help>.*)")
_TYPE_IGNORE = re.compile(r"type:\s*ignore(?:\[[^\]]*\])?\s*#?\s*")
_ATOMS = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)
# What is thrown away, and what Python keeps for itself.
_FOR_NOBODY = re.compile(r"_|__\w+__")
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.Expr)


@dataclass(frozen=True)
class Assignment:
    """`name: annotation = default  # help`, each as written."""

    name: str
    annotation: str | None
    default: str | None
    help: str


def read_assignments(source: str) -> list[Assignment]:
    """The names that the cell sets for the notebook, in order, with the last assignment of each.

    What is set only under a condition (in ``if``, ``try``, ``with`` or a loop) counts where the
    name is set nowhere else; if it has several values, its default joins them with ``or``.
    The time taken grows with the cell's size only.
    Raises SyntaxError or ValueError where *source* is not Python, even without IPython's magics.
    """
    python = PythonSource(source)
    reader = _Reader(python)
    certain: dict[str, Assignment] = {}
    possible: dict[str, list[Assignment]] = {}
    for statement in python.statements:
        for one, is_certain in reader.read(statement):
            if not _FOR_NOBODY.fullmatch(one.name):
                possible.setdefault(one.name, []).append(one)
            if is_certain:
                certain[one.name] = one
    return [certain.get(name) or _either(found) for name, found in possible.items()]


class _Reader:
    """Reads the assignments of statements, with the comments beside them."""

    def __init__(self, python: PythonSource) -> None:
        self._segment = python.segment
        self._comment = python.comment
        self._has_walrus = python.has_walrus

    def read(
        self, statement: ast.stmt, *, is_certain: bool = True
    ) -> Iterator[tuple[Assignment, bool]]:
        """Yield each name that *statement* sets, and whether it is set whatever happens."""
        if isinstance(statement, SCOPES):
            return
        for one in self._set_by(statement):
            yield one, is_certain
        if self._has_walrus:
            for one in self._set_within(statement):
                yield one, is_certain
        if not isinstance(statement, _SIMPLE):
            for inner in _inner_statements(statement):
                yield from self.read(inner, is_certain=False)

    def _set_by(self, statement: ast.stmt) -> Iterator[Assignment]:
        default: str | None
        match statement:
            case ast.Assign(targets=targets, value=value):
                for name, default in chain(*(self._unpacked(one, value) for one in targets)):
                    yield self._assignment(name, statement, default)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                default = self._segment(value) if value else None
                yield self._assignment(name, statement, default, self._segment(annotation))

    def _set_within(self, statement: ast.stmt) -> Iterator[Assignment]:
        """Yield what `name := value` sets in the expressions of *statement*."""
        nodes = [one for one in ast.iter_child_nodes(statement) if isinstance(one, ast.expr)]
        while nodes:
            node = nodes.pop()
            if isinstance(node, ast.NamedExpr):
                yield self._assignment(node.target.id, statement, self._segment(node.value))
            if not isinstance(node, SCOPES):
                inner = ast.iter_child_nodes(node)
                nodes += [one for one in inner if isinstance(one, ast.expr)]

    def _assignment(
        self, name: str, statement: ast.stmt, default: str | None, annotation: str | None = None
    ) -> Assignment:
        comment = self._comment(statement)
        if comment:
            comment = _TYPE_IGNORE.sub("", comment, count=1)
            if match := _TYPE_COMMENT.match(comment):
                annotation, comment = annotation or match["type"], match["help"]
        return Assignment(name, annotation, default, comment)

    def _unpacked(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
        """Yield the names in *target*, each with its part of *value*."""
        match target, value:
            case ast.Name(id=name), _:
                yield name, self._segment(value)
            case ((ast.Tuple() | ast.List()), (ast.Tuple() | ast.List())) if _is_pairwise(
                target.elts, value.elts
            ):
                for one, part in zip(target.elts, value.elts, strict=True):
                    yield from self._unpacked(one, part)
            case ((ast.Tuple() | ast.List()), _):
                text = self._segment(value)
                yield from _indexed(target, text if isinstance(value, _ATOMS) else f"({text})")


def _is_pairwise(targets: Sequence[ast.expr], values: Sequence[ast.expr]) -> bool:
    is_plain = not any(isinstance(one, ast.Starred) for one in chain(targets, values))
    return is_plain and len(targets) == len(values)


def _indexed(target: ast.Tuple | ast.List, text: str) -> Iterator[tuple[str, str]]:
    """Yield the names in *target*, each with the part of *text* that it is given."""
    stars = [place for place, one in enumerate(target.elts) if isinstance(one, ast.Starred)]
    star = stars[0] if stars else len(target.elts)
    for place, one in enumerate(target.elts):
        after = place - len(target.elts)
        match one:
            case ast.Starred(value=ast.Name(id=name)):
                yield name, f"{text}[{place}:{after + 1 or ''}]"
            case ast.Name(id=name):
                yield name, f"{text}[{place if place < star else after}]"
            case ast.Tuple() | ast.List():
                yield from _indexed(one, f"{text}[{place if place < star else after}]")


def _inner_statements(statement: ast.stmt) -> Iterator[ast.stmt]:
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.stmt):
            yield node
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            yield from node.body


def _either(found: Sequence[Assignment]) -> Assignment:
    """Return one assignment for a name that is set here or there."""
    defaults = list(dict.fromkeys(one.default for one in found if one.default is not None))
    annotated = [one.annotation for one in found if one.annotation]
    helped = [one.help for one in found if one.help]
    return Assignment(
        name=found[0].name,
        annotation=annotated[-1] if annotated else None,
        default=" or ".join(defaults) if defaults else None,
        help=helped[-1] if helped else "",
    )
