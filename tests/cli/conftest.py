"""A person's machine, and the real command on it, in processes of its own."""

from __future__ import annotations

import os
import pty
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from contextlib import closing, suppress
from fcntl import ioctl
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

COMMAND = str(Path(sys.executable).with_name("jupyter-nbtasks"))
COLUMNS = ["JOB", "STATUS", "NOTEBOOK", "CELLS", "SUBMITTED", "TOOK", "WHY"]
SLOW = "import time\nprint('asleep', flush=True)\ntime.sleep(600)"


class Home:
    """A person's machine: a folder to work in, and Jupyter's folders."""

    command = COMMAND

    def __init__(self, folder):
        self.here = folder / "work"
        # Its path is longer than that of a socket may be.
        self.runtime = folder / ("runtime" * 20)
        self.data = folder / "data"
        self.here.mkdir()
        folders = {"DATA": self.data, "RUNTIME": self.runtime, "CONFIG": folder / "config"}
        # These would say of a terminal something other than it does itself.
        others = {"NO_COLOR", "COLUMNS", "LINES"}
        self.env = {name: value for name, value in os.environ.items() if name not in others}
        self.env |= {f"JUPYTER_{name}_DIR": str(path) for name, path in folders.items()}
        self.env |= {"IPYTHONDIR": str(folder / "ipython")}
        (folder / "config").mkdir()

    def notebook(self, path, *sources, parameters=None):
        """Write a notebook of these code cells."""
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        if parameters is not None:
            tagged = {"tags": ["parameters"]}
            cells.insert(0, nbformat.v4.new_code_cell(parameters, metadata=tagged))
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        target = self.here / path
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, target)

    def start(self, *arguments, **options):
        """Start the command."""
        given = {"stdin": subprocess.DEVNULL, "env": self.env, "cwd": self.here, "text": True}
        given |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([COMMAND, *map(str, arguments)], **given | options)

    def __call__(self, *arguments, **options):
        """Run the command to its end: its exit status, and all that it said."""
        process = self.start(*arguments, **options)
        out, err = process.communicate()
        return SimpleNamespace(status=process.returncode, out=out, err=err)

    def on_terminal(self, *arguments, columns=80):
        """Run the command on a terminal: its exit status, and all that came there."""
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = self.start(*arguments, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        try:
            while some := os.read(ours, 65536):
                shown += some
        except OSError:  # What Linux says at the end of a terminal.
            os.close(ours)
        return SimpleNamespace(status=process.wait(), out=shown.decode())

    def output(self, path):
        return nbformat.read(self.here / path, as_version=4)

    def jobs(self, columns, condition="TRUE"):
        """These columns of the jobs in the store."""
        with closing(sqlite3.connect(self.data / "nbtasks/nbtasks.sqlite3")) as database:
            return database.execute(f"SELECT {columns} FROM jobs WHERE {condition}").fetchall()

    def until(self, condition):
        """Wait until an SQL condition holds for a job; its id."""
        while True:
            with suppress(sqlite3.OperationalError):  # It is raised before the first migration.
                if found := self.jobs("id", condition):
                    return found[0][0]
            time.sleep(0.05)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)
