"""Stored bytes."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import subprocess
import sys
import time
import zlib
from contextlib import contextmanager

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.errors import DiskFull, NotFound
from jupyter_nbtasks.storage.blobs import Blobs
from jupyter_nbtasks.storage.digest import digest

DAY = 24 * 3600
# The name of no blob: what a put that was killed leaves behind.
HALF = "ab/.tmphalf"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder):
    return Blobs(folder)


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def age(folder, seconds=DAY):
    """Make every file in *folder* older."""
    for path in files(folder):
        os.utime(path, (time.time() - seconds,) * 2)


async def nothing(hashes):
    return set()


def picture(made):
    """The base64 of what looks like a PNG file of 56 KB."""
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + made.randbytes(56_000)).decode()


def document(made):
    """A notebook of a megabyte: 60 cells with 70 KB of source, 12 of them with a picture."""
    cells = []
    for number in range(60):
        lines = [f"value_{made.randrange(1000)} = {made.random()}" for _ in range(40)]
        cell = nbformat.v4.new_code_cell("\n".join(lines), id=f"cell-{number}")
        if number % 5 == 0:
            shown = {"image/png": picture(made), "text/plain": "<Figure size 640x480>"}
            cell.outputs = [nbformat.v4.new_output("display_data", shown)]
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def notebook(made):
    return nbformat.writes(document(made)).encode()


def versions(count):
    """A notebook as it is edited: a cell or two, now and then a picture, or a cell more."""
    made = random.Random(0)
    edited = document(made)
    for number in range(count):
        yield nbformat.writes(edited).encode()
        for cell in made.sample(edited.cells, made.randint(1, 2)):
            cell.source += f"\n# edit {number}"
        if number % 10 == 5:
            cell = made.choice([cell for cell in edited.cells if cell.outputs])
            cell.outputs[0].data["image/png"] = picture(made)
        if number % 25 == 12:
            inserted = nbformat.v4.new_code_cell(f"inserted = {number}", id=f"inserted-{number}")
            edited.cells.insert(len(edited.cells) // 2, inserted)


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


async def test_the_sweep_keeps_the_parts_that_another_version_has(blobs, folder):
    first, second = [await blobs.put(version) for version in versions(2)]
    age(folder)

    async def referenced(hashes):
        return {second} & set(hashes)

    assert 0 < await blobs.sweep(referenced) < 6
    assert await blobs.get(second)
    with pytest.raises(NotFound, match="is gone"):
        await blobs.get(first)
    assert await blobs.sweep(nothing) > 12
    assert files(folder) == []


async def test_a_damaged_list_does_not_hold_up_the_sweep(blobs, folder, caplog):
    first, second = [await blobs.put(version) for version in versions(2)]
    (folder / first[:2] / f"{first[2:]}.parts").write_bytes(b"no zlib")
    age(folder)

    async def referenced(hashes):
        return {first, second} & set(hashes)

    assert 0 < await blobs.sweep(referenced) < 6
    assert await blobs.get(second)
    assert f"{first}.parts is damaged" in caplog.text


async def test_the_grace_can_be_another(folder):
    blobs = Blobs(folder, grace=2 * DAY)
    hash = await blobs.put(b"young")
    age(folder)

    assert await blobs.sweep(nothing) == 0
    assert await blobs.get(hash) == b"young"
    assert await Blobs(folder).sweep(nothing) == 1


async def test_the_sweep_leaves_what_is_young(blobs, folder):
    hash = await blobs.put(b"young")
    age(folder, seconds=600)

    assert await blobs.sweep(nothing) == 0
    assert await blobs.get(hash) == b"young"


async def test_the_sweep_removes_half_written_files_when_they_are_old(blobs, folder):
    await blobs.put(b"here")
    half = folder / HALF
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"ha")
    assert await blobs.sweep(nothing) == 0
    age(folder)

    await blobs.sweep(nothing)

    assert files(folder) == []


async def test_a_sweep_of_nothing_is_nothing(blobs):
    assert await blobs.sweep(nothing) == 0


async def test_the_sweep_asks_for_a_few_hundred_at_a_time(blobs, folder):
    asked = []
    hashes = await asyncio.gather(*(blobs.put(b"%d" % n, durable=False) for n in range(1_100)))
    age(folder)

    async def referenced(candidates):
        asked.extend(candidates)
        assert len(candidates) <= 500
        return set(candidates) - {hashes[7]}

    assert await blobs.sweep(referenced) == 1
    assert sorted(asked) == sorted(hashes)


@settings(max_examples=40, deadline=None)
@given(kept=st.dictionaries(st.integers(0, 30), st.tuples(st.booleans(), st.booleans())))
def test_the_sweep_removes_exactly_the_old_that_nobody_needs(tmp_path_factory, kept):
    folder = tmp_path_factory.mktemp("blobs")
    blobs = Blobs(folder)

    async def swept():
        hashes = {n: await blobs.put(b"%d" % n, durable=False) for n in kept}
        age(folder)
        for n, (is_young, _) in kept.items():
            if is_young:
                await blobs.put(b"%d" % n)
        needed = {hashes[n] for n, (_, is_needed) in kept.items() if is_needed}

        async def referenced(candidates):
            return needed & set(candidates)

        removed = await blobs.sweep(referenced)
        stays = {hashes[n] for n, flags in kept.items() if any(flags)}
        assert {path.parent.name + path.name for path in files(folder)} == stays
        assert removed == len(kept) - len(stays)

    asyncio.run(swept())


async def test_bytes_that_are_put_again_during_a_sweep_stay(blobs, folder):
    hash = await blobs.put(b"again")
    age(folder)

    async def put_meanwhile(candidates):
        await blobs.put(b"again")
        return set()

    assert await blobs.sweep(put_meanwhile) == 0
    assert await blobs.get(hash) == b"again"


async def test_what_is_put_while_two_servers_sweep_is_there_afterwards(blobs, folder):
    putting = []

    async def put_beside(candidates):
        putting.extend(asyncio.create_task(blobs.put(b"%d" % n, durable=False)) for n in range(5))
        return set()

    for _ in range(100):
        await blobs.put(b"0", durable=False)
        age(folder)
        await asyncio.gather(blobs.sweep(put_beside), blobs.sweep(put_beside))
        for hash in await asyncio.gather(*putting):
            await blobs.get(hash)
        putting.clear()
