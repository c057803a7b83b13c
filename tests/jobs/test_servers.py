"""Several servers on one database, of which one is killed, suspended or stopped."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import nbformat
import psutil
import pytest

from ..server_process import Server

LONG = ["print('first')", "print('second', flush=True)\nimport time\ntime.sleep(600)"]
# Each attempt leaves a line, and ends once there is leave to.
LEAVE = [
    "print('first')",
    "import os, pathlib, time\n"
    "with open('begun', 'a') as file:\n    file.write(f'{os.getpid()}\\n')\n"
    "print('second', flush=True)\n"
    "while not pathlib.Path('leave').exists():\n    time.sleep(0.05)\n"
    "print(os.getpid())",
]
# A kernel that does not end with its server, as most that are not ipykernel.
DEAF = "import os\ndel os.environ['JPY_PARENT_PID']\nimport ipykernel.kernelapp as app\n"
DEAF += "app.launch_new_instance()\n"
HANGING = """
import asyncio, pathlib
from jupyter_client.provisioning import LocalProvisioner

class Hanging(LocalProvisioner):
    async def launch_kernel(self, cmd, **options):
        pathlib.Path(options["cwd"], "hangs").touch()
        await asyncio.Event().wait()
"""
ENTRY = "[jupyter_client.kernel_provisioners]\nhanging = hanging:Hanging\n"


def add_kernel(home, name, argv, **metadata):
    folder = home / "data" / "kernels" / name
    folder.mkdir(parents=True)
    spec = {"argv": argv, "display_name": name, "language": "python", "metadata": metadata}
    (folder / "kernel.json").write_text(json.dumps(spec))


@pytest.fixture
def home(tmp_path):
    """The home of all servers: their database, their kernels and their notebooks."""
    (tmp_path / "root").mkdir()
    for path, sources in (("long.ipynb", LONG), ("leave.ipynb", LEAVE), ("short.ipynb", ["1"])):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        nbformat.write(made, tmp_path / "root" / path)
    return tmp_path


@pytest.fixture
def start(home):
    """Start a server; all have the same root."""
    started = []

    def start(**settings):
        started.append(Server(home, home / "root", **settings))
        return started[-1]

    yield start
    for server in started:
        server.end(signal.SIGKILL)


def survivors(processes):
    """Those that do not end, however long one waits."""
    _, alive = psutil.wait_procs(processes, timeout=60)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def suspend(server, home):
    """Stop *server*, but not while it writes: SQLite would let nobody else write meanwhile."""
    while True:
        server.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, server.process.pid, os.WSTOPPED)
        file = home / "nbtasks" / "nbtasks.sqlite3"
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file)) as database:
            database.execute("BEGIN IMMEDIATE")
            return
        server.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("whole_tree", [False, True], ids=["alone", "with all its kernels"])
def test_another_server_takes_over_from_one_that_is_killed(home, start, whole_tree):
    script = home / "deaf.py"
    script.write_text(DEAF)
    add_kernel(home, "deaf", [sys.executable, str(script), "-f", "{connection_file}"])
    killed, other = start(), start()
    id = killed.submit("long.ipynb", kernel_name="deaf")
    ran = killed.until(lambda: next((s for s in (killed, other) if s.kernels()), None))
    ran.until(lambda: ran.sees_both_prints(id))
    kernels, rest = ran.kernels(), other if ran is killed else killed
    ran.process.kill()
    for kernel in kernels if whole_tree else []:
        kernel.kill()

    job = rest.ended(id)

    assert (job.status, job.reason) == ("FAILED", "server_lost")
    assert rest.output(id) == ["first\n", "second\n"]
    assert survivors(kernels) == []


def test_a_suspended_server_that_wakes_up_changes_nothing(home, start):
    suspended = start(lease=2.0)
    root = home / "root"
    options = {"max_attempts": 2, "retry_delay": 0, "output_path": "out.ipynb"}
    id = suspended.submit("leave.ipynb", **options)
    suspended.until((root / "begun").exists)
    suspended.until(lambda: suspended.sees_both_prints(id))
    kernel = psutil.Process(int((root / "begun").read_text()))
    other = start(lease=2.0)
    suspend(suspended, home)
    other.until(lambda: len((root / "begun").read_text().split()) == 2)
    (root / "leave").touch()
    job = other.ended(id)
    output, file = other.output(id), (root / "out.ipynb").read_bytes()

    suspended.process.send_signal(signal.SIGCONT)

    assert survivors([kernel]) == []
    assert suspended.end(signal.SIGTERM) == 0
    assert (job.status, job.attempt) == ("COMPLETED", 2)
    assert [one["reason"] for one in job.attempts] == ["server_lost", None]
    assert other.ended(id) == job
    assert other.output(id) == output
    assert output[1].split()[-1] == (root / "begun").read_text().split()[1]
    assert (root / "out.ipynb").read_bytes() == file


def test_a_server_stops_though_kernels_hang_in_their_start(home, start):
    package = home / "package"
    (package / "hanging-1.dist-info").mkdir(parents=True)
    (package / "hanging.py").write_text(HANGING)
    (package / "hanging-1.dist-info" / "entry_points.txt").write_text(ENTRY)
    (package / "hanging-1.dist-info" / "METADATA").write_text("Name: hanging\nVersion: 1\n")
    add_kernel(home, "silent", ["sleep", "600"])
    add_kernel(home, "hanging", ["sleep"], kernel_provisioner={"provisioner_name": "hanging"})
    path = os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")])
    stopped = start(env={"PYTHONPATH": path}, max_concurrent_jobs=2)
    # Jupyter ends kernels only if there are some: that of somebody at work.
    stopped("POST", "/api/kernels", {"name": "python3"})
    ids = [stopped.submit("short.ipynb", kernel_name=name) for name in ("silent", "hanging")]
    stopped.until(lambda: len(stopped.kernels()) > 1 and Path(home / "root" / "hangs").exists())
    kernels = stopped.kernels()

    assert stopped.end(signal.SIGTERM) == 0

    assert survivors(kernels) == []
    server = start()
    for job in map(server.ended, ids):
        assert (job.status, job.reason) == ("FAILED", "server_lost")
        assert job.message == "The server was stopped while it ran. What had run is in the output."
