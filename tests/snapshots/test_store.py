"""Snapshots in a database that several servers share."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from jupyter_nbtasks.caller import Caller
from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import NotFound
from jupyter_nbtasks.ids import new_id
from jupyter_nbtasks.snapshots.model import Notebook, Snapshot, SnapshotKind
from jupyter_nbtasks.snapshots.policy import SnapshotPolicy
from jupyter_nbtasks.snapshots.requests import SnapshotQuery
from jupyter_nbtasks.snapshots.store import SnapshotStore

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOTEBOOK = Notebook(path="work.ipynb", item_id="i" * 32)
POLICY = SnapshotPolicy(max_snapshots=3, max_automatic_snapshots=2)
ANN = Caller("ann", sees_all=False)


def a_snapshot(seconds=0, **facts):
    """A snapshot of NOTEBOOK, made so many seconds after NOW."""
    at = NOW + timedelta(seconds=seconds)
    given = {
        "id": new_id(at, "n"),
        "root": "/home/ann",
        "key": NOTEBOOK.key,
        "path": NOTEBOOK.path,
        "item_id": NOTEBOOK.item_id,
        "name": "work",
        "description": "why",
        "owner": "ann",
        "hash": "a" * 64,
        "size": 2**40,
        "kernel_name": "python3",
        "private": False,
        "kind": SnapshotKind.MANUAL,
        "created_at": at,
    }
    return Snapshot(**given | facts)


@pytest.fixture
def open_store(tmp_path, jp_asyncio_loop, request):
    """Open the same database as another server would."""

    def opened(root="/home/ann"):
        database = Database(f"sqlite:///{tmp_path / 'nbtasks.sqlite3'}")
        request.addfinalizer(database.close)
        jp_asyncio_loop.run_until_complete(database.migrate())
        return SnapshotStore(database, root)

    return opened


@pytest.fixture
def stores(open_store):
    """Those of three servers on one root."""
    return [open_store() for _ in range(3)]


@pytest.fixture
def open_roots(open_store):
    """Those of another root, and of all."""
    return open_store("/home/bob"), open_store(None)


async def at_once(stores, several, *, is_named=False):
    """Add *several*, each by another server; return what came of each."""
    adding = (
        stores[number % 3].add(one, NOTEBOOK, POLICY, is_named=is_named)
        for number, one in enumerate(several)
    )
    return await asyncio.gather(*adding, return_exceptions=True)


async def test_a_snapshot_comes_back_as_it_was_stored(stores):
    made = a_snapshot(private=True, kind=SnapshotKind.TOOL)
    await stores[0].add(made, NOTEBOOK, POLICY, is_named=True)

    assert await stores[1].get(made.id, ANN) == made


async def test_a_version_is_kept_once_by_however_many_servers(stores):
    kept = await at_once(stores, [a_snapshot(n, kind=SnapshotKind.SCHEDULE) for n in range(6)])

    assert len({stored.id for stored, _ in kept}) == 1
    others = [
        a_snapshot(kind=SnapshotKind.SCHEDULE, hash="b" * 64),
        a_snapshot(kind=SnapshotKind.UPDATE),
    ]
    more = await at_once(stores, others)
    assert {stored.id for stored, _ in more} == {one.id for one in others}


async def test_a_name_is_given_once_by_however_many_servers(stores):
    done = await at_once(stores, [a_snapshot(n) for n in range(6)], is_named=True)

    refused = [one.reason for one in done if isinstance(one, Exception)]
    assert refused == ["name_taken"] * 5


async def test_there_are_no_more_than_the_limits(stores):
    done = await at_once(stores, [a_snapshot(n) for n in range(6)])
    automatic = await at_once(stores, [a_snapshot(n, kind=SnapshotKind.RESTORE) for n in range(6)])

    assert [one.reason for one in done if isinstance(one, Exception)] == ["limit_reached"] * 3
    names = {stored.name for stored, _ in (one for one in done if isinstance(one, tuple))}
    assert names == {"work", "work (2)", "work (3)"}
    assert sum(len(retired) for _, retired in automatic) == 4
    assert len(await stores[0].page(SnapshotQuery(), ANN, NOTEBOOK)) == 5


async def test_each_root_has_its_own_and_all_share_what_is_needed(stores, open_roots):
    made = a_snapshot()
    await stores[0].add(made, NOTEBOOK, POLICY, is_named=True)
    other, every = open_roots

    with pytest.raises(NotFound):
        await other.get(made.id, ANN)
    assert await other.page(SnapshotQuery(), ANN, NOTEBOOK) == []
    assert await every.get(made.id, ANN) == made
    for store in (*stores, other, every):
        assert await store.referenced(["a" * 64, "b" * 64]) == {"a" * 64}
