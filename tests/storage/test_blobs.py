"""Stored bytes."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import zlib
from contextlib import contextmanager

import nbformat
import pytest

from jupyter_nbtasks.errors import DiskFull, NotFound, Unavailable
from jupyter_nbtasks.storage.blobs import Blobs
from jupyter_nbtasks.storage.digest import digest

from .conftest import document, files, versions


def notebook(made):
    return nbformat.writes(document(made)).encode()


@pytest.mark.parametrize("data", [b"", b"notebook", os.urandom(1_000_000), b"0" * 1_000_000])
async def test_what_is_put_can_be_got(blobs, data):
    hash = await blobs.put(data)

    assert hash == digest(data)
    assert await blobs.get(hash) == data


async def test_equal_bytes_are_stored_once(blobs, folder):
    assert await blobs.put(b"a" * 10_000) == await blobs.put(b"a" * 10_000, durable=False)

    assert [path.stat().st_size < 1_000 for path in files(folder)] == [True]


async def test_nobody_else_may_read_them(blobs, folder):
    await blobs.put(b"secret")

    assert {path.stat().st_mode & 0o077 for path in files(folder)} == {0}


async def test_what_is_missing_is_not_found(blobs):
    with pytest.raises(NotFound, match="is gone"):
        await blobs.get("0" * 64)


async def test_what_is_damaged_is_not_given_out(blobs, folder):
    hash = await blobs.put(b"a" * 10_000)
    files(folder)[0].write_bytes(b"")

    with pytest.raises(NotFound, match="is damaged"):
        await blobs.get(hash)


async def test_the_same_bytes_may_be_put_at_once(blobs, folder):
    data = os.urandom(100_000)

    hashes = await asyncio.gather(*(blobs.put(data) for _ in range(30)))

    assert set(hashes) == {digest(data)}
    assert await blobs.get(hashes[0]) == data
    assert len(files(folder)) == 1


async def test_a_write_that_fails_leaves_no_file(folder):
    # A process whose files may not be larger than a kilobyte stands for a full disk.
    code = """
import asyncio, os, resource, signal, sys
from pathlib import Path
from jupyter_nbtasks.storage.blobs import Blobs
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
asyncio.run(Blobs(Path(sys.argv[1])).put(os.urandom(100_000)))
"""
    command = [sys.executable, "-c", code, str(folder)]
    ran = await asyncio.to_thread(subprocess.run, command, stderr=subprocess.PIPE, text=True)

    assert "DiskFull: There is no room on the server's disk to store the document." in ran.stderr
    assert files(folder) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
async def test_on_a_full_disk_a_notebook_is_stored_whole_or_not_at_all(tmp_path):
    before, larger = notebook(random.Random(1)), notebook(random.Random(2))
    with small_disk(tmp_path, kilobytes=1_200) as disk:
        blobs = Blobs(disk / "blobs")
        hash = await blobs.put(before)
        there = [(path, path.read_bytes()) for path in files(disk)]

        with pytest.raises(DiskFull, match="no room") as raised:
            await blobs.put(larger)

        assert raised.value.reason == "disk_full"
        assert [(path, path.read_bytes()) for path in files(disk)] == there
        assert await blobs.get(hash) == before


@contextmanager
def small_disk(folder, kilobytes):
    """A file system of its own, mounted on *folder*."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


async def test_a_hundred_versions_of_a_notebook_take_little_more_than_one(blobs, folder):
    hashes = {}
    for version in versions(100):
        hashes[await blobs.put(version, durable=False)] = len(version)

    assert len(hashes) == 100
    assert min(hashes.values()) > 900_000
    assert sum(path.stat().st_size for path in files(folder)) < 3_000_000
    assert sum(path.stat().st_blocks * 512 for path in files(folder)) < 3_000_000
    assert [digest(await blobs.get(hash)) for hash in hashes] == [*hashes]


async def test_a_notebook_is_stored_in_few_files_and_once(blobs, folder):
    data = notebook(random.Random(0))
    hash = await blobs.put(data)
    stored = files(folder)

    assert await blobs.put(data) == hash
    assert files(folder) == stored
    assert 12 < len(stored) < 40
    assert [path.suffix for path in stored].count(".parts") == 1


async def test_what_was_stored_whole_before_is_still_found(blobs, folder):
    data = notebook(random.Random(0))
    path = folder / digest(data)[:2] / digest(data)[2:]
    path.parent.mkdir(parents=True)
    path.write_bytes(zlib.compress(data))

    assert await blobs.get(digest(data)) == data


@pytest.mark.parametrize("suffix", ["", ".parts"])
async def test_a_notebook_with_a_damaged_part_or_list_is_not_given_out(blobs, folder, suffix):
    hash = await blobs.put(notebook(random.Random(0)))
    [damaged, *_] = [path for path in files(folder) if path.suffix == suffix]
    for damage in (b"", b"no zlib", zlib.compress(b"another"), zlib.compress(b'["x"]')):
        damaged.write_bytes(damage)
        with pytest.raises(NotFound, match=r"is (damaged|gone)"):
            await blobs.get(hash)


async def test_a_notebook_without_one_of_its_parts_is_not_found(blobs, folder):
    hash = await blobs.put(notebook(random.Random(0)))
    next(path for path in files(folder) if not path.suffix).unlink()

    with pytest.raises(NotFound, match=r"A part of the stored document .* is gone"):
        await blobs.get(hash)


async def test_a_file_in_the_place_of_the_folder_is_said_until_it_is_gone(folder, blobs):
    kept = await blobs.put(b"kept")
    folder.rename(folder.with_name("aside"))
    folder.write_text("a file")

    with pytest.raises(Unavailable, match="could not store the document: Not a directory"):
        await blobs.put(b"more")
    with pytest.raises(Unavailable, match="could not read the stored document"):
        await blobs.get(kept)

    folder.unlink()
    folder.with_name("aside").rename(folder)
    assert await blobs.get(kept) == b"kept"
