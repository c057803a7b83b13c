"""Stored documents while several put, read, forget and sweep at once, and die at any step."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import threading
import time
from contextvars import ContextVar
from hashlib import shake_128

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.errors import NotFound
from jupyter_nbtasks.storage.blobs import Blobs
from jupyter_nbtasks.storage.digest import digest

GRACE = 3600
STEPS = {"open", "os.utime", "os.rename", "os.remove", "os.scandir", "os.mkdir"}
ACTOR: ContextVar[Actor | None] = ContextVar("ACTOR", default=None)


class Died(BaseException):
    """An actor's process was killed."""


class Actor:
    """Does *work* in a thread that takes a step, which is a call of the system, when it is told."""

    def __init__(self, work, dies_after=None):
        self._left = dies_after
        self._may_go, self._waits = threading.Semaphore(0), threading.Semaphore(0)
        self.is_over, self.error, self._next = False, None, None
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()
        self._waits.acquire()

    def step(self):
        self._may_go.release()
        self._waits.acquire()

    def until(self, event, said):
        """Go on until the next step would be *event*, with *said* among its arguments."""
        while not (self._next[0] == event and said in str(self._next[1])):
            assert not self.is_over, self.error
            self.step()

    def finish(self):
        while not self.is_over:
            self.step()
        assert self.error is None, self.error

    def pause(self, event, arguments):
        """Called in the thread before each step."""
        self._next = (event, arguments)
        self._waits.release()
        self._may_go.acquire()
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Died

    def _run(self, work):
        ACTOR.set(self)
        try:
            asyncio.run(work())
        except Died:
            pass
        except BaseException as error:
            self.error = error
        self.is_over = True
        self._waits.release()


def _audit(event, arguments):
    if event in STEPS and (actor := ACTOR.get(None)) and "/blobs" in str(arguments[0]):
        actor.pause(event, arguments)


@pytest.fixture(scope="module", autouse=True)
def steps():
    """Make every call of the system by an actor a step; a hook cannot be taken away again."""
    sys.addaudithook(_audit)


def document(number):
    """A notebook with some of three pictures, or a small document."""
    if number >= 8:
        return b"small %d" % number
    pictures = [shake_128(b"%d" % one).hexdigest(2500) for one in range(3) if number >> one & 1]
    outputs = [f'   "image/png": "{picture}"\n' for picture in pictures]
    cells = [
        f'  {{\n   "source": "{n} {"x" * 15_000}"\n{output}  }}' for n, output in enumerate(outputs)
    ]
    return ('{\n "cells": [\n' + ",\n".join(cells) + f'\n ],\n "n": {number}\n}}\n').encode()


DOCUMENTS = {digest(data): data for data in map(document, range(10))}
HASHES = list(DOCUMENTS)


class Store:
    """A folder of blobs with the rows that refer to them."""

    def __init__(self, folder):
        self.folder, self.rows = folder, set()
        self._forgotten = 0
        self.blobs = Blobs(folder, grace=GRACE)

    async def put(self, hash):
        assert await self.blobs.put(DOCUMENTS[hash], durable=False) == hash
        self.rows.add(hash)
        assert await self.blobs.get(hash) == DOCUMENTS[hash]

    async def get(self, hash):
        is_there, forgotten = hash in self.rows, self._forgotten
        try:
            assert await self.blobs.get(hash) == DOCUMENTS[hash]
        except NotFound:
            assert not is_there or self._forgotten > forgotten

    async def forget(self, hash):
        self.rows.discard(hash)
        self._forgotten += 1

    async def sweep(self, _hash=None):
        async def referenced(hashes):
            assert len(hashes) <= 500
            return self.rows & set(hashes)

        await self.blobs.sweep(referenced)

    def an_hour_passes(self):
        at = time.time() - GRACE - 1
        for path in self.files():
            os.utime(path, (at, at))

    def files(self):
        return [path for path in self.folder.rglob("*") if path.is_file()]

    async def check(self):
        """All that is referenced is there, and an hour after that nothing else."""
        for hash in self.rows:
            assert await self.blobs.get(hash) == DOCUMENTS[hash]
        # What a process that died had taken aside is first put back.
        for _ in range(2):
            self.an_hour_passes()
            await self.sweep()
        for hash in self.rows:
            assert await self.blobs.get(hash) == DOCUMENTS[hash]


hashes = st.sampled_from(HASHES)
verbs = st.sampled_from(["put", "put", "put", "get", "forget"])
work = st.lists(st.tuples(verbs, hashes), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_nothing_referenced_is_lost_and_nothing_else_stays(tmp_path_factory, data):
    store = Store(tmp_path_factory.mktemp("store") / "blobs")
    before = data.draw(st.lists(hashes, unique=True, max_size=6), label="before")
    forgotten = data.draw(st.lists(hashes, unique=True, max_size=6), label="forgotten")
    asyncio.run(_prepared(store, before, forgotten))
    plans = [data.draw(work, label="work") for _ in range(2)] + [[("sweep", None)]] * 2
    deaths = [data.draw(st.none() | st.integers(0, 60), label="dies after") for _ in plans]
    order = random.Random(data.draw(st.integers(0, 2**32), label="order"))

    _play(order, [(_doing(store, plan), dies) for plan, dies in zip(plans, deaths, strict=True)])

    asyncio.run(store.check())
    fresh = Store(tmp_path_factory.mktemp("fresh") / "blobs")
    asyncio.run(_prepared(fresh, store.rows, ()))
    assert names(store) == names(fresh)


def names(store):
    return sorted(str(path.relative_to(store.folder)) for path in store.files())


async def _prepared(store, hashes, forgotten):
    for hash in hashes:
        await store.put(hash)
    for hash in forgotten:
        await store.forget(hash)
    store.an_hour_passes()


def _doing(store, plan):
    async def do():
        for verb, hash in plan:
            await getattr(store, verb)(hash)

    return do


def _play(order, parts):
    """Let the actors take their steps in some order: at each step, any of them may be next."""
    actors = [Actor(work, dies_after) for work, dies_after in parts]
    while going := [actor for actor in actors if not actor.is_over]:
        actor = order.choice(going)
        for _ in range(order.choice([1, 1, 1, 2, 5, 20])):
            if not actor.is_over:
                actor.step()
    assert [actor.error for actor in actors if actor.error] == []


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "blobs")


LARGE = HASHES[7]


async def test_a_part_stays_while_another_sweep_has_its_list_aside(store):
    await store.put(LARGE)
    await store.forget(LARGE)
    store.an_hour_passes()
    other = Actor(store.sweep)
    # The sweep has put back what was aside, and is about to look for lists.
    first = min(path.parent for path in store.files())
    other.until("os.scandir", str(first))
    other.step()
    other.until("os.scandir", str(first))
    sweep = Actor(store.sweep)
    sweep.until("os.rename", ".parts")
    await store.put(LARGE)
    sweep.step()

    other.finish()
    sweep.finish()

    assert await store.blobs.get(LARGE) == DOCUMENTS[LARGE]


async def test_what_a_dead_sweep_had_aside_does_not_make_older_what_was_put_since(store):
    small = HASHES[8]
    await store.put(small)
    await store.forget(small)
    store.an_hour_passes()
    dying = Actor(store.sweep)
    dying.until("os.remove", small[2:])
    [aside] = store.files()
    assert aside.name.startswith(f".{small[2:]}.")
    sweep = Actor(store.sweep)
    sweep.until("os.rename", small[2:])
    await store.blobs.put(small_data := DOCUMENTS[small])

    # The row is not there yet.
    sweep.finish()

    store.rows.add(small)
    assert await store.blobs.get(small) == small_data
    dying.finish()
    assert await store.blobs.get(small) == small_data


async def test_what_is_aside_can_be_read(store):
    await store.put(LARGE)
    store.rows.clear()
    store.an_hour_passes()
    sweep = Actor(store.sweep)
    sweep.until("os.remove", ".parts.")

    assert [path for path in store.files() if path.name.endswith(".parts")] == []
    assert await store.blobs.get(LARGE) == DOCUMENTS[LARGE]

    sweep.finish()
    with pytest.raises(NotFound, match="is gone"):
        await store.blobs.get(LARGE)
