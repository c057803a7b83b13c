"""The settings of a command: those that a server on the same config files has."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from .conftest import Home

SHOWN = "import sys, json; print(json.dumps([app.lease, app.cancel_grace, app.max_snapshots]))"
SERVER = f"""from jupyter_server.serverapp import ServerApp
server = ServerApp()
server.initialize([], new_httpserver=False)
app = server.extension_manager.extension_points["jupyter_nbtasks"].app
{SHOWN}"""
COMMAND = f"""from jupyter_nbtasks.cli.session import settings
app = settings()
{SHOWN}"""
ENABLED = {"ServerApp": {"jpserver_extensions": {"jupyter_nbtasks": True}}}


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def shown(home, program):
    """What *program* prints of the settings of *home*."""
    printing = [sys.executable, "-c", program]
    ran = subprocess.run(printing, env=home.env, cwd=home.here, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_a_command_has_the_settings_of_the_server(home):
    folder, elsewhere = home.data.parent / "config", home.data.parent / "elsewhere"
    elsewhere.mkdir()
    home.env |= {"JUPYTER_CONFIG_PATH": str(elsewhere)}

    def write(file, **settings):
        file.write_text(json.dumps({"NbTasksApp": settings} | ENABLED))

    write(folder / "jupyter_server_config.json", lease=31.0)
    write(folder / "jupyter_nbtasks_config.json", lease=32.0, cancel_grace=2.0, max_snapshots=3)
    write(elsewhere / "jupyter_server_config.json", lease=33.0)
    (folder / "jupyter_nbtasks_config.py").write_text("c.NbTasksApp.max_snapshots = 5")

    assert shown(home, SERVER) == shown(home, COMMAND) == [33.0, 2.0, 3]
