"""The rules of the house, derived from its tree: imports one way, few doors, small rooms."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PACKAGE = HOUSE / "jupyter_nbtasks"
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix()
    for path in PACKAGE.rglob("*.py")
    if "labextension" not in path.relative_to(PACKAGE).parts
}

# What a process that is to start at once, and to stay small, does not import.
HEAVY = {"nbformat", "papermill", "sqlalchemy", "pydantic", "jsonschema", "jupyter_server"}
# What reads a clock, a file, a socket or another process, when it is called so.
EFFECTS = {"now", "today", "utcnow", "time", "monotonic", "read_text", "open"}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text())


def imports(tree: ast.AST, module: str) -> Iterator[tuple[bool, str]]:
    """Yield ``(is_ours, name)`` of all that *module* imports, lazily or for its types too.

    The name of a module of ours is its path.
    """
    package = module.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((False, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            words = (node.module or "").split(".") if node.module else []
            is_ours = bool(node.level) or words[0] == "jupyter_nbtasks"
            if not is_ours:
                yield False, words[0]
                continue
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = [*above, *(words if node.level else words[1:])]
            for alias in node.names:
                candidate = "/".join([*origin, alias.name])
                yield True, candidate if candidate in MODULES else "/".join(origin)


@cache
def ours(module: str) -> frozenset[str]:
    """The modules of ours that *module* imports."""
    found = {name for is_ours, name in imports(tree_of(module), module) if is_ours}
    return frozenset(name if name in MODULES else f"{name}/__init__".lstrip("/") for name in found)


@cache
def theirs(module: str) -> frozenset[str]:
    """The libraries that *module* imports."""
    return frozenset(name for is_ours, name in imports(tree_of(module), module) if not is_ours)


def closure(module: str) -> set[str]:
    """*module* and all modules of ours that are imported with it."""
    reached, waiting = set(), [module]
    while waiting:
        if (name := waiting.pop()) not in reached:
            reached.add(name)
            waiting += ours(name)
    return reached


def circles(graph: dict[str, Iterable[str]]) -> list[set[str]]:
    """The sets of nodes of *graph* from each of which all others of the set can be reached."""
    reach = {node: set(after) for node, after in graph.items()}
    for through in graph:
        for node in graph:
            if through in reach[node]:
                reach[node] |= reach[through]
    found = {
        frozenset(other for other in reach[node] if node in reach.get(other, ())) for node in graph
    }
    return [set(circle) for circle in found if circle]


def test_no_modules_import_each_other_in_a_circle():
    assert circles({module: ours(module) for module in MODULES}) == []


@pytest.mark.parametrize(
    "module", sorted(name for name in MODULES if name.startswith("execution/"))
)
def test_the_execution_stays_light(module):
    assert {name for one in closure(module) for name in theirs(one)} & HEAVY == set()


def test_the_fork_server_needs_nothing_but_ipykernel():
    """It runs in the kernel's environment, where nothing of ours is installed."""
    needed = {name for module in closure("forkserver/serving") for name in theirs(module)}
    assert needed - sys.stdlib_module_names == {"ipykernel"}


@pytest.mark.parametrize(
    "module",
    sorted(name for name in MODULES if "Pure." in (ast.get_docstring(tree_of(name)) or "")),
)
def test_a_pure_module_reads_no_clock_and_no_file(module):
    called = {node.attr for node in ast.walk(tree_of(module)) if isinstance(node, ast.Attribute)}
    assert called & EFFECTS == set()


def test_no_file_is_longer_than_300_lines():
    files = [*PACKAGE.rglob("*.py"), *(HOUSE / "labextension" / "src").rglob("*.ts*")]
    lengths = {str(path): len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
