"""Whenever a server dies, it loses nothing, repeats nothing and leaves nothing behind.

A process is killed before and after each of its commits, while it submits a job, runs it, tries
it again and runs it once more; `crash_points` looks each time what is left.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

SCRIPT = Path(__file__).with_name("crash_points.py")
TOKEN = secrets.token_hex(8)
CHUNKS = 4


def drive(home, *arguments):
    """Start the script; all that it starts has our token in its environment."""
    env = os.environ | {"NBTASKS_CRASH": TOKEN, "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    env |= {"IPYTHONDIR": str(home / "ipython")}
    command = [sys.executable, str(SCRIPT), arguments[0], str(home), *map(str, arguments[1:])]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def left_over():
    """What is still there of all that was started, however long one waits."""
    ours = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("NBTASKS_CRASH") == TOKEN:
                ours.append(process)
    return psutil.wait_procs(ours, timeout=60)[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def commits(home):
    """How many there are if nothing happens."""
    counting = drive(home, "count")
    said, _ = counting.communicate()
    assert counting.returncode == 0, said
    return int((home / "count-0" / "count").read_text())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_server_may_die_at_any_commit(home, commits, chunk):
    # How many there are depends a little on how much happens at once.
    numbers = range(1 + chunk, commits + 2, CHUNKS)
    both = [drive(home, when, *numbers) for when in ("before", "after")]
    for process in both:
        said, _ = process.communicate()
        assert process.returncode == 0, said
        assert said.count("killed") >= len(numbers) - 2, said

    assert left_over() == []
