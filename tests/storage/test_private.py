"""Nobody but its owner gets at what is stored, whoever made the folder and with whatever umask."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jupyter_nbtasks.assembly.storage import Storage, make_ready
from jupyter_nbtasks.database import Database
from jupyter_nbtasks.storage.blobs import Blobs

HOUSE = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")


@pytest.fixture
def folder(tmp_path):
    """A data_dir as an administrator makes it."""
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder):
    """The modes of *folder* and of all that is in it."""
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): oct(stat.S_IMODE(path.stat().st_mode)) for path in paths}


@asynccontextmanager
async def started(folder, url=None):
    """A store that is ready and has a document; its database is open."""
    url = url or f"sqlite:///{folder / 'nbtasks.sqlite3'}"
    database = Database(url)
    storage = Storage(data_dir=folder, database_url=url, root=None, timezone="UTC")
    try:
        await make_ready(storage, database)
        await database.write(lambda connection: None)
        await Blobs(storage.blobs_dir).put(b'{"cells": []}')
        yield
    finally:
        database.close()


def is_private(mode, path):
    return mode == ("0o700" if path.is_dir() else "0o600")


def open_ones(folder):
    found = modes(folder).items()
    return {name: mode for name, mode in found if not is_private(mode, folder / name)}


@pytest.mark.parametrize("is_there", [True, False], ids=["made before", "made by us"])
async def test_all_that_is_made_is_private(tmp_path, folder, is_there):
    place = folder if is_there else tmp_path / "new" / "data"

    async with started(place):
        names = modes(place).keys()
        assert {"nbtasks.sqlite3", "nbtasks.sqlite3-wal", "nbtasks.sqlite3-shm", "blobs"} <= names
        assert open_ones(place) == {}


async def test_what_was_open_is_closed_at_the_next_start(folder):
    async with started(folder):
        pass
    (folder / "template.ipynb").write_text("{}")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o775 if path.is_dir() else 0o664)

    async with started(folder):
        assert open_ones(folder) == {}


async def test_a_log_that_a_killed_server_left_open_is_closed(folder, tmp_path):
    file = folder / "nbtasks.sqlite3"
    async with started(folder):
        pass
    file.chmod(0o644)
    other = sqlite3.connect(file)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("CREATE TABLE more (x)")
    assert modes(folder)["nbtasks.sqlite3-wal"] == "0o644"

    async with started(folder):
        assert open_ones(folder) == {}
    other.close()


async def test_a_folder_that_has_other_things_stays_open_but_not_what_is_ours(folder):
    (folder / "shared.txt").write_text("for all")
    (folder / "shared.txt").chmod(0o644)

    async with started(folder):
        assert open_ones(folder) == {".": "0o755", "shared.txt": "0o644"}


async def test_a_database_elsewhere_is_private_too(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    elsewhere.chmod(0o755)

    async with started(folder, f"sqlite:///file:{elsewhere}/own.db?uri=true"):
        assert open_ones(folder) == {}
        assert open_ones(elsewhere) == {".": "0o755"}
        assert "own.db-wal" in modes(elsewhere)


AS_NOBODY = """
import asyncio, logging, os, sys
from pathlib import Path
import jupyter_nbtasks.migrations, tests.storage.test_private
from tests.storage.test_private import started

async def main():
    # What is imported later is not to be asked of folders that are closed to others.
    async with started(Path(sys.argv[1], "warm")):
        pass
    os.setgid(65534)
    os.setuid(65534)
    async with started(Path(sys.argv[1], "data")):
        print("started")

logging.basicConfig()
asyncio.run(main())
"""


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="needs two accounts")
def test_a_folder_of_another_account_is_used_and_told():
    # The folders of pytest are closed to others.
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "data")
        folder.mkdir()
        for path in (Path(place), folder):
            path.chmod(0o777)
        command = [sys.executable, "-c", AS_NOBODY, place]

        said = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True)

        assert said.stdout == "started\n", said.stderr
        assert f"Have its owner run: chmod go= {folder}" in said.stderr
        assert open_ones(folder) == {".": "0o777"}
