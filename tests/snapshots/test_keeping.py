"""Whatever is done to snapshots, and at once: nothing needed is lost, nothing else stays."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from pathlib import Path

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.assembly.ground import utc_now
from jupyter_nbtasks.caller import Caller
from jupyter_nbtasks.errors import Conflict, NotFound
from jupyter_nbtasks.snapshots.policy import SnapshotPolicy
from jupyter_nbtasks.snapshots.requests import RestoreRequest, SnapshotQuery, SnapshotRequest

from ..schedules.conftest import assembly_of

ANN = Caller("ann", sees_all=False)
POLICY = SnapshotPolicy(max_automatic_snapshots=3)
VERSIONS = [
    nbformat.writes(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"{n}", id="a")])
    ).encode()
    + b"\n"
    for n in range(5)
]
NUMBERS = st.integers(0, 4)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["edit", "create", "delete", "save_as"]), NUMBERS),
    st.tuples(st.sampled_from(["restore", "restore_unkept"]), NUMBERS),
    st.just(("collect", 0)),
)
LIVES = st.lists(st.lists(STEPS, min_size=1, max_size=4), min_size=1, max_size=6)


class Life:
    """One notebook, its snapshots, and what happens to them at once."""

    def __init__(self, folder):
        self.root = folder / "root"
        self.root.mkdir()
        self.blobs = folder / "data" / "blobs"
        self.assembly = assembly_of(folder / "data", self.root, utc_now, snapshots=POLICY)
        self.work = self.root / "work.ipynb"
        self.work.write_bytes(VERSIONS[0])
        self.copies = 0

    async def snapshots(self):
        return (await self.assembly.snapshots.service.page(SnapshotQuery(limit=500), ANN))[0]

    async def step(self, what, number):
        """Do it to the snapshot of that number, if there is one; refusals are part of life."""
        known = await self.snapshots()
        if what == "edit":
            aside = self.root / "aside"  # Whoever reads meanwhile finds it whole.
            aside.write_bytes(VERSIONS[number])
            aside.replace(self.work)
        elif what == "create":
            await self.assembly.snapshots.service.create(SnapshotRequest(path="work.ipynb"), ANN)
        elif what == "collect":
            await self.assembly.sweep()
        elif known:
            await self.touch(what, known[number % len(known)].id)

    async def touch(self, what, id):
        service = self.assembly.snapshots.service
        try:
            if what == "delete":
                await service.delete(id, ANN)
            elif what == "save_as":
                self.copies += 1
                await service.save_as(id, f"copy-{self.copies}.ipynb", ANN)
            else:
                request = RestoreRequest(preserve=what == "restore")
                await service.restore(id, request, ANN)
        except (Conflict, NotFound):
            pass

    def age(self):
        """An hour later: what is put from now on is young."""
        for blob in self.blobs.rglob("*"):
            if blob.is_file():
                os.utime(blob, (0, 0))

    async def check(self):
        """Each snapshot gives its bytes; each file is one of the versions, whole."""
        for one in await self.snapshots():
            data = await self.assembly.snapshots.service.content(one)
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (one.hash, one.size)
        assert {path.read_bytes() for path in self.root.glob("*.ipynb")} <= {*VERSIONS}
        automatic = [one for one in await self.snapshots() if one.kind == "restore"]
        assert len(automatic) <= 3

    async def settle(self):
        """Collect what nobody needs: what is left is what the snapshots need."""
        self.age()
        await self.assembly.sweep()
        await self.check()
        needed = {one.hash for one in await self.snapshots()}
        left = {hash for hash in map(_digest, VERSIONS) if await self.has(hash)}
        assert left == needed

    async def has(self, hash):
        try:
            return bool(await self.assembly.ground.blobs.get(hash))
        except NotFound:
            return False


def _digest(data):
    return hashlib.sha256(data).hexdigest()


async def live(folder, life):
    living = Life(folder)
    await living.assembly.open()
    try:
        for together in life:
            living.age()
            await asyncio.gather(*(living.step(*step) for step in together))
            await living.check()
        await living.settle()
    finally:
        await living.assembly.close()


@settings(max_examples=25, deadline=None)
@given(LIVES)
def test_nothing_needed_is_lost_and_nothing_else_stays(life):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), life))
