"""The map of the house, held: who may import whom, one door per library, small rooms."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PACKAGE = HOUSE / "jupyter_nbtasks"

# In each list a module may import those before it, never those after.
GROUND = ["errors", "wire", "access", "rest", "database", "blobs", "contents", "notebooks"]
FOLDERS = ["parameters", "forkserver", "jobs", "schedules", "server"]
TOP = [
    "parts",
    "app",
    "terminal",
    "output_file",
    "local",
    "commands",
    "schedule_file",
    "schedule_commands",
    "cli",
]
ROLES = {
    "parameters": [
        "kinds",
        "model",
        "annotations",
        "assignments",
        "literals",
        "translators",
        "languages",
    ],
    "forkserver": [
        "kernel",
        "preload",
        "serving",
        "safety",
        "process",
        "launch",
        "client",
        "servers",
        "provisioner",
    ],
    "jobs": [
        "model",
        "policy",
        "requests",
        "answers",
        "processes",
        "kernels",
        "widgets",
        "messages",
        "connection",
        "executor",
        "transcript",
        "stream",
        "tables",
        "queries",
        "scheduled",
        "store",
        "events",
        "rendering",
        "recorder",
        "delivery",
        "run",
        "attempt",
        "worker",
        "submission",
        "service",
        "following",
        "handlers",
    ],
    "schedules": [
        "recurrence",
        "zones",
        "preview",
        "templates",
        "model",
        "deciding",
        "requests",
        "answers",
        "planning",
        "tables",
        "store",
        "ledger",
        "history",
        "events",
        "occasion",
        "drafts",
        "firing",
        "ticker",
        "service",
        "handlers",
    ],
    "server": ["answers", "service", "openapi", "handlers"],
}
# What other folders may use of a folder; the rest is its own affair.
OPEN = {
    "parameters": {"model"},
    "forkserver": {"provisioner", "servers"},
    "jobs": {
        "model",
        "policy",
        "requests",
        "answers",
        "kernels",
        "scheduled",
        "events",
        "rendering",
        "submission",
        "service",
        "handlers",
    },
}
# The one ground-floor room that stands on a folder: it is the door to notebooks and their cells.
STANDS_ON = {"notebooks": {"parameters/languages", "parameters/model"}}

# Each library has few doors: replacing it means changing those.
DOORS = {
    "alembic": {
        "database",
        "migrations/env",
        "migrations/versions/0001_jobs",
        "migrations/versions/0002_schedules",
    },
    "click": {"cli", "commands", "schedule_commands", "local", "terminal"},
    "cronsim": {"schedules/recurrence"},
    "jupyter_client": {"local", "forkserver/provisioner", "jobs/connection", "jobs/executor"},
    "nbconvert": {"jobs/rendering"},
    "nbformat": {"notebooks", "contents", "jobs/rendering"},
    "papermill": {"notebooks", "parameters/languages", "parameters/translators"},
    "psutil": {"jobs/processes"},
    "pydantic": {
        "wire",
        "rest",
        "jobs/requests",
        "jobs/answers",
        "schedules/requests",
        "server/openapi",
    },
    "sqlalchemy": {
        "database",
        "jobs/tables",
        "jobs/queries",
        "jobs/scheduled",
        "jobs/store",
        "schedules/tables",
        "schedules/store",
        "schedules/ledger",
        "schedules/history",
        "migrations/versions/0001_jobs",
        "migrations/versions/0002_schedules",
    },
    "tornado": {"rest", "contents"},
    "tqdm": {"terminal"},
    "traitlets": {"app"},
    "yaml": {"schedule_file"},
}
# The fork server runs in the kernel's environment, where nothing of ours is installed.
FORK_SERVER = {"forkserver/kernel", "forkserver/preload", "forkserver/serving"}
# The executor is to move into a process of its own, which knows neither files nor stores.
EXECUTOR = {"jobs/executor", "jobs/connection", "jobs/messages", "jobs/widgets"}
TOO_HEAVY = {"nbformat", "papermill", "sqlalchemy", "pydantic", "jsonschema", "jupyter_server"}

MODULES = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix()
    for path in PACKAGE.rglob("*.py")
    if "labextension" not in path.parts[len(PACKAGE.parts) :]
)


def imports(source, module):
    """Yield ``(is_ours, name)`` of all that *module* imports; a name of ours is its path."""
    package = "/".join(module.split("/")[:-1])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((False, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            ours = node.module.split(".")[0] == "jupyter_nbtasks"
            yield ours, "/".join(node.module.split(".")[1:]) if ours else node.module.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            above = package.split("/")[: len(package.split("/")) - node.level + 1]
            origin = [part for part in (*above, *(node.module or "").split(".")) if part]
            for alias in node.names:
                candidate = "/".join([*origin, alias.name])
                yield True, candidate if candidate in MODULES else "/".join(origin)


def wrong(module, name):
    """Say what is wrong with *module* importing our *name*; None if nothing is."""
    if name in STANDS_ON.get(module, ()):
        return None
    folder, _, room = module.rpartition("/")
    its_folder, _, its_room = name.rpartition("/")
    if not folder and room in GROUND:
        order = [*GROUND]
        return None if not its_folder and its_room in order[: order.index(room)] else "goes up"
    if not folder and room in TOP:
        before = TOP[: TOP.index(room)]
        return None if its_folder or its_room in (*GROUND, *before, "") else "goes up"
    if folder == its_folder:
        roles = ROLES[folder]
        return None if its_room in roles[: roles.index(room)] else "goes up"
    if its_folder:
        below = FOLDERS[: FOLDERS.index(folder)]
        return None if its_folder in below and its_room in OPEN[its_folder] else "is private"
    return None if its_room in (*GROUND, "") else "goes up"


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module):
    if module.startswith("migrations/") or module.endswith("__init__"):
        return
    source = (PACKAGE / f"{module}.py").read_text()
    found = [(name, wrong(module, name)) for ours, name in imports(source, module) if ours]
    assert [(name, why) for name, why in found if why] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_library_has_few_doors(module):
    source = (PACKAGE / f"{module}.py").read_text()
    used = {name for ours, name in imports(source, module) if not ours}
    assert {name for name in used if module not in DOORS.get(name, {module})} == set()


@pytest.mark.parametrize("module", sorted(EXECUTOR))
def test_the_executor_stays_light(module):
    source = (PACKAGE / f"{module}.py").read_text()
    for ours, name in imports(source, module):
        assert name in EXECUTOR if ours else name not in TOO_HEAVY


@pytest.mark.parametrize("module", sorted(FORK_SERVER))
def test_the_fork_server_needs_nothing_but_ipykernel(module):
    source = (PACKAGE / f"{module}.py").read_text()
    for ours, name in imports(source, module):
        assert name in FORK_SERVER if ours else name in {*sys.stdlib_module_names, "ipykernel"}


@pytest.mark.parametrize(
    "module",
    [
        "jobs/model",
        "jobs/transcript",
        "parameters/kinds",
        "parameters/model",
        "schedules/recurrence",
        "schedules/preview",
        "schedules/templates",
        "schedules/model",
        "schedules/deciding",
        "schedules/planning",
    ],
)
def test_a_pure_module_reads_no_clock_and_no_file(module):
    source = (PACKAGE / f"{module}.py").read_text()
    called = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    assert called.isdisjoint({"now", "today", "utcnow", "time", "monotonic", "read_text", "open"})


def test_every_door_and_role_names_a_module_that_is_there():
    roles = {f"{folder}/{role}" for folder, roles in ROLES.items() for role in roles}
    doors = {module for modules in DOORS.values() for module in modules}
    assert {*GROUND, *TOP, *roles, *doors, *EXECUTOR, *FORK_SERVER} <= set(MODULES)


@pytest.mark.parametrize(
    ("module", "line", "why"),
    [
        ("jobs/model", "from .service import JobService", "goes up"),
        ("jobs/service", "from ..server.service import ServerService", "is private"),
        ("server/service", "from ..jobs.store import JobStore", "is private"),
        ("jobs/service", "from ..schedules.model import Schedule", "is private"),
        ("schedules/service", "from ..jobs.store import JobStore", "is private"),
        ("blobs", "from .jobs.model import Job", "goes up"),
        ("jobs/worker", "from ..app import NbTasksApp", "goes up"),
    ],
)
def test_a_planted_import_is_caught(module, line, why):
    [(_, name)] = imports(line, module)
    assert wrong(module, name) == why


def test_no_file_is_longer_than_300_lines():
    files = [*PACKAGE.rglob("*.py"), *(HOUSE / "labextension" / "src").rglob("*.ts*")]
    lengths = {path.name: len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
