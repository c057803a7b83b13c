"""A disk that is full: real servers and processes whose files may not grow beyond a limit."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import resource
import signal
import subprocess
import sys
from urllib.error import HTTPError

import nbformat
import psutil
import pytest

from ..jobs.test_crash import Server

MEGABYTE = 1_000_000
SAVE = """
import asyncio, resource, sys
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from traitlets.config import Config
from jupyter_nbtasks.contents.notebook_files import Contents
from jupyter_nbtasks.errors import DiskFull

root, path, limit, atomic, signatures = sys.argv[1:]
config = Config(NotebookNotary={"db_file": signatures})
manager = AsyncLargeFileManager(
    config=config, root_dir=root, use_atomic_writing=atomic == "True"
)
manager.notary.store
contents = Contents(manager, max_bytes=10**9)
document = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
try:
    asyncio.run(contents.write_notebook(path, document))
except DiskFull as error:
    print(error.reason, error)
"""


def notebook(*sources):
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}))


@pytest.fixture
def start(tmp_path):
    """Start a server on a folder with *files*; none of its own may grow beyond a limit then."""
    started = []

    def start(files, megabytes):
        root = tmp_path / "root"
        root.mkdir()
        for name, text in files.items():
            (root / name).write_text(text)
        server = Server(tmp_path, root)
        started.append(server)
        limits = (megabytes * MEGABYTE, resource.RLIM_INFINITY)
        psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_FSIZE, limits)
        return server, root

    yield start
    for server in started:
        server.end(signal.SIGTERM)


linux = pytest.mark.skipif(sys.platform != "linux", reason="limits another process")


@linux
def test_a_request_that_there_is_no_room_for_is_answered_by_507(start):
    server, _ = start({"work.ipynb": notebook("1")}, megabytes=2)
    large = json.loads(notebook(base64.b64encode(os.urandom(6 * MEGABYTE)).decode()))

    with pytest.raises(HTTPError) as raised:
        server("POST", "jobs", {"content": large})

    told = json.load(raised.value)
    assert (raised.value.code, told["reason"]) == (507, "disk_full")
    assert told["message"].startswith("There is no room on the server's disk")
    assert server.ended(server.submit("work.ipynb")).status == "COMPLETED"


@linux
def test_a_file_stays_as_it_was_if_there_is_no_room_for_the_new(start):
    before = notebook("print('x' * 6_000_000)")
    server, root = start({"work.ipynb": before}, megabytes=3)
    asked = {"notebook": "work.ipynb", "update_notebook": True}

    job = server.ended(server("POST", "jobs", asked)["id"])

    assert (job.status, job.reason) == ("FAILED", "output_not_saved")
    assert "There is no room on the disk to save 'work.ipynb'." in job.message
    assert (root / "work.ipynb").read_text() == before
    assert [path.name for path in root.iterdir() if path.is_file()] == ["work.ipynb"]


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("size", [6_000, 60_000, 600_000])
async def test_whatever_the_size_the_old_file_stays(tmp_path, size, atomic):
    before = notebook("x" * 1_000)
    (tmp_path / "work.ipynb").write_text(before)

    said = await save(tmp_path, notebook("y" * size), limit=4_000, atomic=atomic)

    assert said.startswith("disk_full There is no room on the disk to save 'work.ipynb'.")
    assert there(tmp_path) == {"work.ipynb": before}


async def test_a_file_for_which_there_is_room_is_saved_whatever_the_old_one_had(tmp_path):
    (tmp_path / "work.ipynb").write_text(notebook("x" * 600_000))

    assert await save(tmp_path, notebook("y" * 1_000), limit=4_000) == ""

    assert "y" * 1_000 in there(tmp_path)["work.ipynb"]


@pytest.mark.parametrize("size", [6_000, 600_000])
async def test_no_half_of_a_new_file_stays(tmp_path, size):
    assert "disk_full" in await save(tmp_path, notebook("y" * size), limit=4_000)

    assert there(tmp_path) == {}


async def test_what_a_link_names_stays_too(tmp_path):
    before = notebook("x" * 1_000)
    (tmp_path / "real.ipynb").write_text(before)
    (tmp_path / "work.ipynb").symlink_to("real.ipynb")

    assert "disk_full" in await save(tmp_path, notebook("y" * 6_000), limit=4_000)

    assert (tmp_path / "work.ipynb").is_symlink()
    assert there(tmp_path) == {"real.ipynb": before, "work.ipynb": before}


async def test_the_old_file_stays_where_jupyter_has_no_room_to_sign_the_new(tmp_path):
    before = notebook("x" * 1_000)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "work.ipynb").write_text(before)
    signatures = str(tmp_path / "signatures.db")

    said = await save(tmp_path / "root", notebook("y"), limit=4_000, signatures=signatures)

    assert "disk_full" in said
    assert there(tmp_path / "root") == {"work.ipynb": before}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
async def test_where_there_is_no_room_for_the_checkpoint_nothing_was_saved(tmp_path):
    before = notebook("x" * 1_000)
    await run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(tmp_path))
    try:
        (tmp_path / "work.ipynb").write_text(before)
        assert "disk_full" in await save(tmp_path, notebook("y" * 120_000), limit=MEGABYTE)
        found = there(tmp_path)
    finally:
        await run("umount", str(tmp_path))

    assert found == {"work.ipynb": before}


async def save(folder, document, *, limit, atomic=True, signatures=":memory:"):
    """Save as work.ipynb in a process whose files may have *limit* bytes; return what it says."""
    arguments = (str(folder), "work.ipynb", str(limit), str(atomic), signatures)
    return await run(sys.executable, "-c", SAVE, *arguments, given=document.encode())


async def run(*command, given=b""):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(*command, **pipes)
    out, error = await process.communicate(given)
    assert process.returncode == 0, error.decode()
    return out.decode()


def there(folder):
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }
