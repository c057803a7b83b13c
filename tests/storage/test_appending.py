"""A stored document that grows."""

from __future__ import annotations

import os

import pytest

from jupyter_nbtasks.errors import NotFound
from jupyter_nbtasks.storage.appending import AppendableBlob
from jupyter_nbtasks.storage.blobs import Blobs
from jupyter_nbtasks.storage.digest import digest


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path, grace=0)


def stored(folder):
    """The bytes that are stored in *folder*."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [10, 5_000, 70_000, 200_000])
async def test_each_version_is_all_that_was_given_so_far_and_its_end(blobs, size):
    growing, whole = AppendableBlob(blobs), b""
    for number in range(5):
        more, end = os.urandom(size), f"end {number}".encode()
        whole += more

        hash = await growing.put(more, end)

        assert hash == digest(whole + end)
        assert await blobs.get(hash) == whole + end


async def test_what_was_stored_is_not_stored_again(blobs, tmp_path):
    growing = AppendableBlob(blobs)
    await growing.put(os.urandom(1_000_000), b"]")
    before = stored(tmp_path)

    for _ in range(20):
        await growing.put(b"x", b"]")

    assert stored(tmp_path) - before < 100_000


async def test_a_sweep_leaves_what_the_newest_version_needs(blobs):
    growing, whole = AppendableBlob(blobs), os.urandom(200_000)
    await growing.put(whole, b"]")
    newest = await growing.put(b"more", b"]")

    async def referenced(hashes):
        return {newest} & set(hashes)

    await blobs.sweep(referenced)

    assert await blobs.get(newest) == whole + b"more]"


async def test_a_version_whose_earlier_part_is_gone_is_refused(blobs):
    growing = AppendableBlob(blobs)
    await growing.put(os.urandom(200_000), b"]")

    async def nothing(_hashes):
        return set()

    await blobs.sweep(nothing)

    with pytest.raises(NotFound, match="is gone"):
        await growing.put(b"more", b"]")
