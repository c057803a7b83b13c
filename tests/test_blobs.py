"""Stored bytes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.blobs import Blobs, digest
from jupyter_nbtasks.errors import NotFound

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
from jupyter_nbtasks.blobs import Blobs
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
asyncio.run(Blobs(Path(sys.argv[1])).put(os.urandom(100_000)))
"""
    command = [sys.executable, "-c", code, str(folder)]
    ran = await asyncio.to_thread(subprocess.run, command, stderr=subprocess.PIPE, text=True)

    assert "OSError: [Errno 27] File too large" in ran.stderr
    assert files(folder) == []


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
