"""A server with something in its way at its start says what, and begins once that is gone."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.error import HTTPError

import nbformat
import pytest

from .server_process import Server

HOLD = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("PRAGMA journal_mode=WAL")
other.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def start(tmp_path):
    """Start a server that has ``work.ipynb``; another at its place later has the same files."""
    started = []
    root = tmp_path / "root"
    root.mkdir()
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell("print('done')")]
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(made, root / "work.ipynb")

    def start():
        started.append(Server(tmp_path, root, awaited="/api/status"))
        return started[-1]

    yield start
    for server in started:
        server.end(signal.SIGKILL)


@pytest.fixture
def data(tmp_path):
    (tmp_path / "nbtasks").mkdir()
    return tmp_path / "nbtasks"


@pytest.fixture
def file(data):
    return data / "nbtasks.sqlite3"


def refusal(server, method="GET", path="jobs", body=None):
    """The status, the JSON and ``Retry-After`` of an answer that is not a success."""
    with pytest.raises(HTTPError) as raised:
        server(method, path, body)
    return raised.value.code, json.load(raised.value), raised.value.headers["Retry-After"]


def comes_right(server):
    """Whether a schedule fires, by itself, and its job runs."""
    server.until(lambda: _answers(server))
    asked = {"notebook": "work.ipynb", "interval": 1}
    server("POST", "schedules", asked)
    return server.until(
        lambda: any(
            job["status"] == "COMPLETED" and job["schedule_id"]
            for job in server("GET", "jobs")["items"]
        )
    )


def _answers(server):
    try:
        return server("GET", "jobs")
    except HTTPError:
        return None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_was_full_at_the_start_only_delays_it(start, data):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(data)], check=True)
    try:
        (data / "fill").write_bytes(b"x" * (4 * 1024 * 1024 - 8192))
        server = start()
        code, told, _ = refusal(server)
        (data / "fill").unlink()

        assert (code, told["reason"]) == (507, "disk_full")
        assert comes_right(server)
        server.end(signal.SIGTERM)
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


def test_a_database_that_was_locked_at_the_start_only_delays_it(start, file):
    locked = _lock(file)
    server = start()
    code, told, retry_after = refusal(server)
    locked.communicate("\n")

    assert (code, told["reason"]) == (503, "starting")
    assert int(retry_after) > 0
    assert comes_right(server)


def test_a_server_that_waits_for_its_database_ends_when_it_is_told_to(start, file):
    locked = _lock(file)
    server = start()

    assert server.end(signal.SIGTERM) == 0
    locked.communicate("\n")


@pytest.mark.parametrize("what", ["nbtasks", "nbtasks/blobs"])
def test_a_file_in_the_place_of_a_folder_only_delays_it(start, tmp_path, what):
    (tmp_path / what).parent.mkdir(exist_ok=True)
    (tmp_path / what).write_text("a file")
    server = start()
    code, told, retry_after = refusal(server)
    (tmp_path / what).unlink()

    assert (code, told["reason"]) == (503, "store_unavailable")
    assert str(tmp_path / what) in told["message"]
    assert int(retry_after) > 0
    assert comes_right(server)


def test_a_damaged_database_is_said_and_may_be_put_right(start, file):
    server = start()
    server.ended(server.submit("work.ipynb"))
    server.end(signal.SIGTERM)
    good, damaged = file.read_bytes(), bytearray(file.read_bytes())
    with closing(sqlite3.connect(file)) as database:
        size = database.execute("PRAGMA page_size").fetchone()[0]
        pages = database.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'jobs'")
        for (page,) in pages.fetchall():
            damaged[(page - 1) * size : page * size] = os.urandom(size) if page else b""
    file.write_bytes(damaged)

    server = start()
    told = [refusal(server, *asked) for asked in _REQUESTS]
    file.write_bytes(good)

    assert {(code, body["reason"]) for code, body, _ in told} == {(503, "database_unavailable")}
    assert "malformed" in told[0][1]["message"]
    assert comes_right(server)


_REQUESTS = [
    ("GET", "jobs"),
    ("GET", "schedules"),
    ("POST", "jobs", {"notebook": "work.ipynb"}),
]


def _lock(file):
    locked = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    locked.stdout.readline()
    return locked
