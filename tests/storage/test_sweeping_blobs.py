"""Blobs that nobody needs any more, and what a sweep leaves alone."""

from __future__ import annotations

import asyncio
import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.errors import NotFound
from jupyter_nbtasks.storage.blobs import Blobs

from .conftest import files, versions

DAY = 24 * 3600
# The name of no blob: what a put that was killed leaves behind.
HALF = "ab/.tmphalf"


def age(folder, seconds=DAY):
    """Make every file in *folder* older."""
    for path in files(folder):
        os.utime(path, (time.time() - seconds,) * 2)


async def nothing(hashes):
    return set()


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
