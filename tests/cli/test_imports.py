"""What a command imports: a list is there at once, as nothing of a server is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import Home

# What only a command needs that does what a server would; each of them takes long to import.
SERVERS = {
    "alembic", "jsonschema", "jupyter_client", "jupyter_events", "jupyter_server", "nbconvert",
    "nbdime", "nbformat", "papermill", "tornado",
}  # fmt: skip
STORES = {"pydantic", "sqlalchemy", "traitlets"}
COMMANDS = {
    "--help": SERVERS | STORES,
    "--version": SERVERS | STORES,
    "run --help": SERVERS | STORES,
    "schedules --help": SERVERS | STORES,
    "schedules add --help": SERVERS | STORES,
    "snapshots --help": SERVERS | STORES,
    "jobs": SERVERS,
    "show j1": SERVERS,
    "cancel j1": SERVERS,
    "schedules list": SERVERS,
    "schedules export": SERVERS,
    "schedules remove s1": SERVERS,
    "snapshots list": SERVERS,
    "snapshots list work.ipynb": SERVERS,
}
# It says what is imported at the end, which is not when the command leaves.
TELLING = """import atexit, sys
atexit.register(lambda: print("\\n".join(sys.modules), file=open(sys.argv.pop(), "w")))
from jupyter_nbtasks.cli.main import main
main(sys.argv[1:-1])"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("home"))
    home.notebook("work.ipynb", "1")
    # Alembic makes the database, once.
    home("jobs")
    return home


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_imports_nothing_that_it_can_do_without(home, command):
    told = home.here / "modules"
    asked = [sys.executable, "-c", TELLING, *command.split(), str(told)]

    subprocess.run(asked, env=home.env, cwd=home.here, capture_output=True)

    imported = set(told.read_text().split())
    assert "jupyter_nbtasks.cli.session" in imported
    assert imported & COMMANDS[command] == set()
