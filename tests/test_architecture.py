"""The map of the house, held: who may import whom, one door per library, small rooms."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PACKAGE = HOUSE / "jupyter_nbtasks"

# In each list a module may import those before it, never those after.
GROUND = [
    "errors",
    "ids",
    "wire",
    "access",
    "rest",
    "public",
    "database",
    "cutting",
    "shelf",
    "blobs",
    "growing",
    "saving",
    "contents",
    "files",
    "notebooks",
]
FOLDERS = [
    "parameters",
    "execution",
    "forkserver",
    "snapshots",
    "jobs",
    "schedules",
    "webhooks",
    "tools",
    "server",
    "arcgis",
]
TOP = [
    "parts",
    "metrics",
    "settings",
    "addresses",
    "app",
    "terminal",
    "output_file",
    "local",
    "commands",
    "schedule_file",
    "schedule_commands",
    "snapshot_commands",
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
    "execution": [
        "widgets",
        "messages",
        "connection",
        "executor",
        "transcript",
        "outputlimit",
        "stream",
        "document",
        "growth",
        "journal",
        "execution",
        "frames",
        "process",
        "link",
        "remote",
    ],
    "snapshots": [
        "model",
        "policy",
        "difference",
        "comparing",
        "requests",
        "answers",
        "tables",
        "transactions",
        "store",
        "events",
        "keeping",
        "restoring",
        "service",
        "handlers",
    ],
    "forkserver": [
        "ending",
        "preload",
        "kernel",
        "serving",
        "safety",
        "process",
        "launch",
        "spares",
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
        "activity",
        "gateway",
        "kernel",
        "kernels",
        "trial",
        "streams",
        "executions",
        "history",
        "tables",
        "queries",
        "searching",
        "transactions",
        "scheduled",
        "removing",
        "store",
        "kernelstore",
        "events",
        "retention",
        "rendering",
        "recorder",
        "delivery",
        "warming",
        "run",
        "failures",
        "attempt",
        "reaper",
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
    "webhooks": [
        "model",
        "signatures",
        "requests",
        "answers",
        "payload",
        "tables",
        "store",
        "running",
        "service",
        "handlers",
    ],
    "tools": [
        "model",
        "requests",
        "fields",
        "answers",
        "openapi",
        "tables",
        "store",
        "publishing",
        "calling",
        "service",
        "handlers",
    ],
    "server": [
        "answers",
        "template",
        "machine",
        "checking",
        "running",
        "snippets",
        "library",
        "service",
        "openapi",
        "handlers",
    ],
    "arcgis": [
        "dialect",
        "forms",
        "tree",
        "pages",
        "reading",
        "base",
        "rest",
        "requests",
        "items",
        "answers",
        "site",
        "snapshot_answers",
        "service_answers",
        "sharing",
        "execution",
        "jobs",
        "notebooks",
        "opening",
        "runtimes",
        "configuration",
        "kernels",
        "containers",
        "templates",
        "blobs",
        "files",
        "dataaccess",
        "snippets",
        "workspaces",
        "openapi",
        "cron_fields",
        "quartz",
        "task_answers",
        "task_forms",
        "task_schedules",
        "tasks",
        "runs",
        "snapshot_forms",
        "snapshots",
        "gp_types",
        "gp_answers",
        "service_forms",
        "services",
        "geoprocessing",
        "receiver_forms",
        "receivers",
        "unsupported",
        "handlers",
    ],
}
# What other folders may use of a folder; the rest is its own affair.
OPEN = {
    "parameters": {"model"},
    "execution": {"executor", "stream", "execution", "messages", "link", "remote"},
    "snapshots": {
        "model",
        "policy",
        "comparing",
        "requests",
        "answers",
        "keeping",
        "service",
        "transactions",
    },
    "forkserver": {"provisioner", "servers"},
    "jobs": {
        "model",
        "policy",
        "requests",
        "answers",
        "kernels",
        "processes",
        "scheduled",
        "events",
        "rendering",
        "submission",
        "service",
        "following",
        "trial",
        "handlers",
    },
    "schedules": {"recurrence", "model", "deciding", "requests", "history", "service"},
    "webhooks": {"model", "requests", "service"},
    "tools": {"model", "requests", "calling", "service"},
    "server": {
        "answers",
        "service",
        "openapi",
        "machine",
        "checking",
        "running",
        "template",
        "library",
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
        "migrations/versions/0003_snapshots",
        "migrations/versions/0004_webhooks",
        "migrations/versions/0005_tools",
        "migrations/versions/0006_attempts",
        "migrations/versions/0007_retention",
        "migrations/versions/0008_growth",
        "migrations/versions/0009_kernel_starts",
    },
    "click": {
        "cli",
        "commands",
        "schedule_commands",
        "snapshot_commands",
        "local",
        "terminal",
    },
    "cronsim": {"schedules/recurrence"},
    "jsonschema": {"tools/fields"},
    "jinja2": {"arcgis/pages"},
    "jupyter_client": {
        "local",
        "jobs/gateway",
        "forkserver/provisioner",
        "forkserver/spares",
        "execution/executor",
        "execution/execution",
        "execution/process",
    },
    "nbconvert": {"jobs/rendering"},
    "nbdime": {"snapshots/difference"},
    "nbformat": {"notebooks", "contents", "snapshots/difference", "jobs/rendering"},
    "papermill": {"notebooks", "parameters/languages", "parameters/translators"},
    "prometheus_client": {"metrics"},
    "psutil": {"jobs/processes", "server/machine"},
    "pydantic": {
        "wire",
        "rest",
        "snapshots/requests",
        "public",
        "jobs/requests",
        "jobs/answers",
        "schedules/requests",
        "webhooks/requests",
        "tools/requests",
        "tools/answers",
        "tools/openapi",
        "server/openapi",
        "arcgis/forms",
        "arcgis/base",
        "arcgis/requests",
        "arcgis/task_forms",
        "arcgis/configuration",
        "arcgis/containers",
        "arcgis/templates",
        "arcgis/files",
        "arcgis/dataaccess",
        "arcgis/snippets",
        "arcgis/snapshot_forms",
        "arcgis/service_forms",
        "arcgis/receiver_forms",
    },
    "sqlalchemy": {
        "database",
        "snapshots/tables",
        "snapshots/transactions",
        "snapshots/store",
        "jobs/tables",
        "jobs/queries",
        "jobs/searching",
        "jobs/transactions",
        "jobs/scheduled",
        "jobs/removing",
        "jobs/store",
        "jobs/kernelstore",
        "schedules/tables",
        "schedules/store",
        "schedules/ledger",
        "schedules/history",
        "migrations/versions/0001_jobs",
        "webhooks/tables",
        "webhooks/store",
        "tools/tables",
        "tools/store",
        "migrations/versions/0002_schedules",
        "migrations/versions/0003_snapshots",
        "migrations/versions/0004_webhooks",
        "migrations/versions/0005_tools",
        "migrations/versions/0006_attempts",
        "migrations/versions/0007_retention",
        "migrations/versions/0008_growth",
        "migrations/versions/0009_kernel_starts",
    },
    "tornado": {"rest", "public", "contents", "arcgis/rest"},
    "tqdm": {"terminal"},
    "traitlets": {"app", "settings"},
    "yaml": {"schedule_file"},
}
# The fork server runs in the kernel's environment, where nothing of ours is installed.
FORK_SERVER = {"forkserver/ending", "forkserver/kernel", "forkserver/preload", "forkserver/serving"}
# What a process that is to start at once, and to stay small, does not import.
TOO_HEAVY = {"nbformat", "papermill", "sqlalchemy", "pydantic", "jsonschema", "jupyter_server"}

MODULES = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix()
    for path in PACKAGE.rglob("*.py")
    if "labextension" not in path.parts[len(PACKAGE.parts) :]
)
# What runs in the process of the execution.
LIGHT = {module for module in MODULES if module.startswith("execution/")} | {
    "errors",
    "cutting",
    "shelf",
    "blobs",
    "growing",
}


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


@pytest.mark.parametrize("module", sorted(LIGHT))
def test_the_execution_stays_light(module):
    source = (PACKAGE / f"{module}.py").read_text()
    for ours, name in imports(source, module):
        assert name in LIGHT if ours else name not in TOO_HEAVY


@pytest.mark.parametrize("module", sorted(FORK_SERVER))
def test_the_fork_server_needs_nothing_but_ipykernel(module):
    source = (PACKAGE / f"{module}.py").read_text()
    for ours, name in imports(source, module):
        assert name in FORK_SERVER if ours else name in {*sys.stdlib_module_names, "ipykernel"}


@pytest.mark.parametrize(
    "module",
    [
        "cutting",
        "snapshots/model",
        "jobs/model",
        "execution/transcript",
        "execution/outputlimit",
        "execution/document",
        "execution/growth",
        "jobs/history",
        "parameters/kinds",
        "parameters/model",
        "schedules/recurrence",
        "schedules/preview",
        "schedules/templates",
        "schedules/model",
        "schedules/deciding",
        "schedules/planning",
        "webhooks/model",
        "webhooks/signatures",
        "webhooks/payload",
        "tools/model",
        "tools/fields",
        "tools/openapi",
        "arcgis/dialect",
        "arcgis/tree",
        "arcgis/answers",
        "arcgis/cron_fields",
        "arcgis/quartz",
        "arcgis/task_answers",
        "arcgis/task_schedules",
        "arcgis/blobs",
        "arcgis/snapshot_answers",
        "arcgis/service_answers",
        "arcgis/gp_types",
        "arcgis/gp_answers",
    ],
)
def test_a_pure_module_reads_no_clock_and_no_file(module):
    source = (PACKAGE / f"{module}.py").read_text()
    called = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    assert called.isdisjoint({"now", "today", "utcnow", "time", "monotonic", "read_text", "open"})


def test_every_door_and_role_names_a_module_that_is_there():
    roles = {f"{folder}/{role}" for folder, roles in ROLES.items() for role in roles}
    doors = {module for modules in DOORS.values() for module in modules}
    assert {*GROUND, *TOP, *roles, *doors, *LIGHT, *FORK_SERVER} <= set(MODULES)


@pytest.mark.parametrize(
    ("module", "line", "why"),
    [
        ("jobs/model", "from .service import JobService", "goes up"),
        ("jobs/service", "from ..server.service import ServerService", "is private"),
        ("server/service", "from ..jobs.store import JobStore", "is private"),
        ("jobs/service", "from ..schedules.model import Schedule", "is private"),
        ("schedules/service", "from ..jobs.store import JobStore", "is private"),
        ("schedules/service", "from ..webhooks.model import Receiver", "is private"),
        ("webhooks/service", "from ..tools.service import ToolService", "is private"),
        ("blobs", "from .jobs.model import Job", "goes up"),
        ("arcgis/site", "from ..jobs.store import JobStore", "is private"),
        ("server/service", "from ..arcgis.dialect import camel", "is private"),
        ("jobs/worker", "from ..app import NbTasksApp", "goes up"),
    ],
)
def test_a_planted_import_is_caught(module, line, why):
    [(_, name)] = imports(line, module)
    assert wrong(module, name) == why


def test_no_file_is_longer_than_300_lines():
    files = [*PACKAGE.rglob("*.py"), *(HOUSE / "labextension" / "src").rglob("*.ts*")]
    lengths = {str(path): len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
