"""Finds the types that a Python parameters cell uses and does not import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .model import MissingImport
from .python_source import SCOPES, PythonSource

_HOMES = {
    **dict.fromkeys(
        ("Annotated", "Any", "Dict", "List", "Literal", "Mapping", "Optional", "Union"), "typing"
    ),
    **dict.fromkeys(("date", "datetime", "timedelta"), "datetime"),
    "Decimal": "decimal",
    "Path": "pathlib",
}
_MODULES = set(_HOMES.values())
_KNOWN = re.compile(rf"\b(?:{'|'.join(sorted(_HOMES.keys() | _MODULES))})\b")


def missing_imports(source: str) -> list[MissingImport]:
    """Return what the cell uses without having imported it, by name.

    Only types that parameters are made of are known; earlier cells may have imported them.
    Raises SyntaxError or ValueError where *source* is not Python.
    """
    if not _KNOWN.search(source):
        return []
    reader = _NameReader()
    for statement in PythonSource(source).statements:
        reader.read(statement)
    missing = reader.used.keys() - reader.bound
    if "*" in reader.bound:
        return []
    return [MissingImport(name, reader.used[name]) for name in sorted(missing)]


class _NameReader:
    """Collects the names that statements bind, and the known ones that they use."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.used: dict[str, str] = {}
        self._is_postponed = False

    def read(self, node: ast.AST) -> None:
        match node:
            case ast.ImportFrom(module="__future__", names=names):
                self._is_postponed |= any(one.name == "annotations" for one in names)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                self.bound |= {(one.asname or one.name).split(".")[0] for one in names}
            case ast.Name(id=name, ctx=ast.Load()):
                if name in _HOMES:
                    self.used.setdefault(name, f"from {_HOMES[name]} import {name}")
            case ast.Name(id=name):
                self.bound.add(name)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module == _HOMES.get(name):
                self.used[module] = f"import {module}"
                return
        for child in self._parts(node):
            self.read(child)

    def _parts(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what of *node* is evaluated where it stands."""
        if isinstance(node, SCOPES):
            self.bound.add(getattr(node, "name", ""))
        elif isinstance(node, ast.AnnAssign) and self._is_postponed:
            yield node.target
            if node.value:
                yield node.value
        else:
            yield from ast.iter_child_nodes(node)
