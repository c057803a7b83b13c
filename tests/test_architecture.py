"""The rules of the house, derived from its tree: imports one way, few doors, small rooms."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
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

# A folder imports those before it. What lies in a folder comes after the folders in it, but for
# its floor, which they stand on.
FOLDERS = [
    *(
        "storage",
        "parameters",
        "notebooks",
        "contents",
        "rest",
        "execution",
        "forkserver",
        "kernels",
    ),
    *("snapshots", "jobs/sql", "jobs/running", "jobs", "schedules", "webhooks", "tools", "server"),
    *("arcgis/surface", "arcgis/jobs", "arcgis/snapshots", "arcgis/services", "arcgis/receivers"),
    *("arcgis/tasks", "arcgis/files", "arcgis/admin", "arcgis", "assembly"),
    *("cli/stored", "cli"),
]
FLOOR = {"model", "policy", "history", "requests", "events", "streams", "ending", "session"}

# These put the rest together, and may take whatever they need.
COMPOSERS = {"assembly", "cli/stored"}
# What of a folder another may import: all of these, or what plays such a part, or what is named.
KITS = {"storage", "notebooks", "rest", "contents", "kernels", "assembly", "arcgis/surface"}
PARTS = {"model", "policy", "history", "requests", "answers", "events", "service"}
NAMED = {
    "parameters": {"languages"},
    "execution": {"execution", "executor", "frames", "local", "remote", "rpc_client", "stream"},
    "forkserver": {"pool", "process", "provisioner", "safety", "servers"},
    "snapshots": {"comparing", "keeper", "restorer", "transactions"},
    "jobs": {"follower", "handlers", "idempotency", "rendering", "submission"},
    "jobs/sql": {"scheduled"},
    "schedules": {"deciding", "planning", "recurrence"},
    "tools": {"caller"},
    "arcgis/jobs": {"items", "execute", "notebooks", "default_template"},
}

# Each library has few doors: replacing it means changing those.
DOORS = {
    "alembic": "storage/schema migrations/*",
    "click": "cli/*",
    "cronsim": "schedules/recurrence",
    "jinja2": "arcgis/surface/pages",
    "jsonschema": "tools/fields",
    "jupyter_client": "cli/managers kernels/* forkserver/* execution/*",
    "nbconvert": "jobs/report",
    "nbdime": "snapshots/difference",
    "nbformat": "notebooks/* contents/* jobs/report snapshots/difference",
    "papermill": "notebooks/* parameters/*",
    "prometheus_client": "metrics",
    "psutil": "cli/servers kernels/processes arcgis/admin/machine",
    "pydantic": "rest/* */requests */answers */forms arcgis/*/base tools/openapi",
    "sqlalchemy": "database storage/engines storage/schema migrations/* */sql/* */tables"
    " */*store */queries */transactions",
    "tornado": "rest/* contents/* arcgis/surface/rest",
    "tqdm": "cli/terminal",
    "traitlets": "app settings",
    "yaml": "cli/schedule_file",
    "zmq": "execution/rpc_server",
}
# What a process that is to start at once, and to stay small, does not import.
HEAVY = {"nbformat", "papermill", "sqlalchemy", "pydantic", "jsonschema", "jupyter_server"}
# What waits, or reads a clock, a file, a socket or another process.
EFFECTS = {"now", "today", "utcnow", "time", "monotonic", "read_text", "open"}
EFFECTIVE = (HEAVY - {"pydantic", "jsonschema"}) | {
    "alembic", "asyncio", "jupyter_client", "jupyter_core", "multiprocessing", "psutil", "shutil",
    "socket", "subprocess", "tempfile", "threading", "tornado", "zmq",
}  # fmt: skip


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
            if not node.level and words[0] != "jupyter_nbtasks":
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


def circles(graph: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """The sets of nodes of *graph* from each of which all others of the set can be reached."""
    reach = {node: set(after) for node, after in graph.items()}
    for through in graph:
        for node in graph:
            if through in reach[node]:
                reach[node] |= reach[through]
    found = {frozenset(a for a in reach[node] if node in reach.get(a, ())) for node in graph}
    return [set(circle) for circle in found if circle]


def folder_of(module: str) -> str:
    return module.rpartition("/")[0]


def fault(module: str, name: str) -> str | None:
    """Say what is wrong with *module* importing our *name*; None if nothing is."""
    here, there, part = folder_of(module), folder_of(name), name.rpartition("/")[2]
    if here == there or not (here and there):
        return None
    if there in here.split("/")[:1] and part in FLOOR:
        return None
    if FOLDERS.index(there) > FOLDERS.index(here):
        return "goes up"
    is_within = here == there.split("/")[0] or here.split("/")[0] == there.split("/")[0] == "jobs"
    is_open = there in KITS or part in PARTS or part in NAMED.get(there, ())
    return None if is_open or is_within or here in COMPOSERS else "is private"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_one_way(module):
    assert {name: why for name in ours(module) if (why := fault(module, name))} == {}


@pytest.mark.parametrize(
    ("module", "line", "why"),
    [
        ("jobs/model", "from ..schedules.model import Schedule", "goes up"),
        ("jobs/sql/store", "from ..service import JobService", "goes up"),
        ("jobs/running/worker", "from ..follower import JobFollower", "goes up"),
        ("jobs/service", "from ..server.service import ServerService", "goes up"),
        ("server/service", "from ..jobs.sql.store import JobStore", "is private"),
        ("schedules/service", "from ..jobs.sql.store import JobStore", "is private"),
        ("schedules/service", "from ..webhooks.model import Receiver", "goes up"),
        ("storage/blobs", "from ..jobs.model import Job", "goes up"),
        ("arcgis/site", "from ..jobs.sql.store import JobStore", "is private"),
        ("arcgis/jobs/handlers", "from ..tasks.answers import task", "goes up"),
        ("server/service", "from ..arcgis.surface.dialect import camel", "goes up"),
    ],
)
def test_a_planted_import_is_caught(module, line, why):
    [(_, name)] = imports(ast.parse(line), module)
    assert fault(module, name) == why


def test_no_modules_import_each_other_in_a_circle():
    assert circles({module: ours(module) for module in MODULES}) == []


def test_no_rooms_at_the_root_are_in_a_circle_with_folders():
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        above = graph.setdefault(module.split("/")[0], set())
        above |= {name.split("/")[0] for name in ours(module)} - {module.split("/")[0]}
    assert circles(graph) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_library_has_few_doors(module):
    doors = {library: DOORS[library].split() for library in theirs(module) & DOORS.keys()}
    assert [
        one for one, ways in doors.items() if not any(fnmatch(module, way) for way in ways)
    ] == []


@pytest.mark.parametrize("module", sorted(one for one in MODULES if one.startswith("execution/")))
def test_the_execution_stays_light(module):
    assert {name for one in closure(module) for name in theirs(one)} & HEAVY == set()


def test_the_fork_server_needs_nothing_but_ipykernel():
    """It runs in the kernel's environment, where nothing of ours is installed."""
    needed = {name for module in closure("forkserver/serving") for name in theirs(module)}
    assert needed - sys.stdlib_module_names == {"ipykernel"}


@pytest.mark.parametrize(
    "module", sorted(one for one in MODULES if "Pure." in (ast.get_docstring(tree_of(one)) or ""))
)
def test_a_pure_module_has_no_effects_and_imports_none(module):
    called = {node.attr for node in ast.walk(tree_of(module)) if isinstance(node, ast.Attribute)}
    assert called & EFFECTS == set()
    assert {
        one: theirs(one) & EFFECTIVE for one in closure(module) if theirs(one) & EFFECTIVE
    } == {}
