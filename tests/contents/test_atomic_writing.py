"""Notebooks that are saved by a process that is killed midway: the old or the new, and whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_nbtasks.contents.atomic_writing import at_once

# Each child is killed before its next call of the system that may change a file, or after it.
KILLED = """
import asyncio, json, os, signal, sys, threading
import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from traitlets.config import Config
from jupyter_nbtasks.storage.blobs import digest
from jupyter_nbtasks.contents.notebook_files import Contents

folder, how = sys.argv[1:]
place = os.path.join(folder, "work.ipynb")
old, new = (open(os.path.join(folder, name), "rb").read() for name in ("old", "new"))
CALLS = {"open", "write", "flush", "fsync", "close", "replace", "rename", "unlink", "remove",
         "copyfile", "sendfile", "chmod", "chown", "utime", "mkdir", "truncate", "touch", "link"}

# Once for all children, which need it.
nbformat.validate(nbformat.reads(new.decode(), as_version=4))
begun = []

def counted(die_at, told):
    left = die_at
    def look(frame, event, argument):
        nonlocal left
        if not begun or event not in ("c_call", "c_return"):
            return
        name = argument.__name__
        # The end of most calls is as good as the beginning of the next.
        if name in CALLS and (event == "c_call" or name in ("write", "replace")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            told[0] += 1
    return look

async def save():
    config = Config(NotebookNotary={"db_file": ":memory:"})
    manager = AsyncLargeFileManager(config=config, root_dir=folder)
    manager.register_pre_save_hook(lambda **_: begun.append(True))
    contents = Contents(manager, max_bytes=10**9)
    if how == "replace":
        await contents.replace("work.ipynb", new, was=digest(old))
    else:
        await contents.write_notebook("work.ipynb", new)

def child(die_at):
    told = [0]
    look = counted(die_at, told)
    # They count in this thread, and in those that are started from now on.
    threading.setprofile(look)
    sys.setprofile(look)
    asyncio.run(save())
    sys.setprofile(None)
    threading.setprofile(None)
    print(told[0], flush=True)

def put_old():
    if how == "new":
        if os.path.exists(place):
            os.unlink(place)
    else:
        with open(place, "wb") as file:
            file.write(old)

def run(die_at):
    put_old()
    there, here = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(here, 1)
        child(die_at)
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as said:
        told = said.read()
    _, status = os.waitpid(pid, 0)
    found = open(place, "rb").read() if os.path.exists(place) else None
    return told, os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), found

told, ended, saved = run(0)
assert ended == 0, ended
whole = [saved, None if how == "new" else old]
ends, halves = [], []
for die_at in range(1, int(told) + 1):
    _, ended, found = run(die_at)
    ends.append(ended)
    if found not in whole:
        halves.append([die_at, None if found is None else len(found)])
    seen = "old" if found != saved else "new"
    ends[-1] = [ended, seen]
print(json.dumps({"ends": ends, "halves": halves, "new": len(saved)}))
"""


def document(text):
    cell = nbformat.v4.new_code_cell(text, id="a")
    return f"{nbformat.v4.writes(nbformat.v4.new_notebook(cells=[cell]))}\n".encode()


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.parametrize("how", ["replace", "new"])
def test_whenever_the_process_is_killed_the_file_is_the_old_or_the_new(tmp_path, how):
    (tmp_path / "old").write_bytes(document("old " * 5_000))
    (tmp_path / "new").write_bytes(document("new " * 6_000))

    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), how], capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["halves"] == []
    assert told["new"] > 20_000
    # A run may take fewer calls than the one that counted them.
    assert {ended for ended, _ in told["ends"]} <= {0, signal.SIGKILL}
    killed = [seen for ended, seen in told["ends"] if ended == signal.SIGKILL]
    assert len(killed) >= 10
    assert set(killed) == {"old", "new"}


@pytest.fixture
def manager(tmp_path):
    made = AsyncLargeFileManager(root_dir=str(tmp_path))
    made.notary.db_file = ":memory:"
    return made


def model(text):
    return {"type": "file", "format": "text", "content": text}


async def test_a_file_keeps_its_mode_and_a_link_its_target(manager, tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "real.txt").chmod(0o640)
    (tmp_path / "link.txt").symlink_to("real.txt")

    await at_once(manager).save(model("new"), "link.txt")

    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"
    assert (tmp_path / "real.txt").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.txt", "real.txt"]


async def test_a_file_of_several_names_stays_one_file(manager, tmp_path):
    (tmp_path / "one.txt").write_text("old")
    os.link(tmp_path / "one.txt", tmp_path / "two.txt")

    await at_once(manager).save(model("new"), "one.txt")

    assert (tmp_path / "two.txt").read_text() == "new"


async def test_the_hooks_of_a_manager_are_called_for_the_file(manager, tmp_path):
    heard = []
    manager.register_pre_save_hook(lambda model, path, **_: heard.append(("before", path)))
    manager.register_post_save_hook(lambda model, os_path, **_: heard.append(("after", os_path)))

    await at_once(manager).save(model("new"), "one.txt")

    assert heard == [("before", "one.txt"), ("after", str(tmp_path / "one.txt"))]


async def test_a_manager_that_is_told_to_write_plainly_does(manager):
    manager.use_atomic_writing = False

    assert at_once(manager) is manager
