"""How much a file, a folder and a signature may hold."""

from __future__ import annotations

import ast
from collections import Counter

from .test_architecture import HOUSE, MODULES, PACKAGE, folder_of, tree_of


def test_no_file_is_longer_than_300_lines():
    folders = [PACKAGE, HOUSE / "tests", HOUSE / "benchmarks"]
    python = [path for folder in folders for path in folder.rglob("*.py")]
    files = [*python, *(HOUSE / "labextension" / "src").rglob("*.ts*")]
    lengths = {str(path): len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_no_folder_is_crowded():
    rooms = Counter(folder_of(one) for one in MODULES if not one.startswith("migrations/"))
    rooms.subtract(folder_of(one) for one in MODULES if one.endswith("/__init__"))
    most = dict.fromkeys(rooms, 20) | {"": 12}
    assert {folder: count for folder, count in rooms.items() if count > most[folder]} == {}


def test_only_constructors_take_more_than_six():
    found = []
    for module in MODULES:
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__init__":
                taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if len([one for one in taken if one.arg not in ("self", "cls")]) > 6:
                    found.append(f"{module}:{node.lineno}")
    assert found == []
