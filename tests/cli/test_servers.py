"""The servers of this person that run."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from jupyter_server.serverapp import list_running_servers

from jupyter_nbtasks.cli.servers import served_folders


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def dead():
    """The pid of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_they_are_those_that_jupyter_lists(runtime, dead):
    files = {
        "jpserver-1.json": json.dumps({"pid": os.getpid(), "root_dir": "/home/ann"}),
        "jpserver-2.json": json.dumps({"pid": dead, "root_dir": "/home/bob"}),
        "jpserver-3.json": '{"pid": 1, "ro',
        "jpserver-4.json": json.dumps({"root_dir": "/home/cy"}),
        "jpserver-1-open.html": "<html></html>",
        "kernel-1.json": json.dumps({"pid": os.getpid(), "root_dir": "/home/dan"}),
    }
    for name, content in files.items():
        (runtime / name).write_text(content)

    assert served_folders() == ["/home/ann"]
    assert [server["root_dir"] for server in list_running_servers()] == ["/home/ann"]


def test_there_are_none_without_their_folder(runtime):
    runtime.rmdir()

    assert served_folders() == []
