"""Which job a server is given next, and how long it is its own."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.dialects import postgresql

from jupyter_nbtasks.jobs.model import (
    Job,
    Reason,
    Status,
    Usage,
)
from jupyter_nbtasks.jobs.policy import Shares

from .conftest import FAILURE, NOW, a_job, after, claim, listening

LEASE = NOW + timedelta(seconds=20)


async def test_the_highest_priority_is_next_then_who_came_first(store, add):
    second, first, last, third = [
        await add(seconds, priority=priority)
        for seconds, priority in [(1, 0), (3, 5), (2, -1), (1.5, 0)]
    ]

    claimed = [await claim(store, now=after(9)) for _ in range(4)]

    assert [job.id for job in claimed] == [job.id for job in (first, second, third, last)]
    assert await claim(store, now=after(9)) is None


async def test_a_claimed_job_is_its_servers(store, add):
    before = {"message": "Before.", "reason": Reason.TIMEOUT, "error": FAILURE.error}
    job = await add(not_before=NOW, usage=Usage(cpu_seconds=1.0), **before)

    claimed = await claim(store)

    assert claimed == await store.get(job.id)
    assert claimed == replace(
        job, status=Status.EXECUTING, server="s1", started_at=NOW, lease_until=LEASE,
        message=None, reason=None, error=None, not_before=None, usage=Usage(),
    )  # fmt: skip


async def test_a_retry_is_not_claimed_before_it_is_due(store, add):
    job = await add(not_before=after(10))

    assert await claim(store, now=after(9.9)) is None
    assert (await claim(store, now=after(10))).id == job.id


async def test_a_job_reserved_for_a_server_is_left_to_it(store, add):
    job = await add(server="s2")

    assert await claim(store, "s1") is None
    assert (await claim(store, "s2")).id == job.id


async def test_a_job_of_an_environment_that_is_elsewhere_is_left_to_others(store, add):
    there = await add(0, environment="e1", not_before=NOW)
    here, old = await add(1, environment="e2"), await add(2)
    left = {"elsewhere": frozenset({"e1"})}

    claimed = [await claim(store, now=after(9), **left) for _ in range(3)]

    assert [job.id if job else None for job in claimed] == [here.id, old.id, None]
    # Or else the worker would look for it again and again.
    assert await store.next_due("s1", **left) is None
    assert (await claim(store, now=after(9))).id == there.id


async def test_a_command_claims_its_own_job_only(store, add):
    await add(0, priority=9)
    own = await add(1, server="s1")

    assert (await claim(store, only_reserved=True)).id == own.id
    assert await claim(store, only_reserved=True) is None


async def test_each_of_many_jobs_is_claimed_once(store, open_store):
    for n in range(200):
        await store.add(a_job(n / 1000))

    async def claim_all(number):
        other, claimed = open_store(), []
        while job := await claim(other, f"s{number}", now=after(9)):
            claimed.append((job.id, job.server))
        return claimed

    each = await asyncio.gather(*(claim_all(number) for number in range(4)))
    claimed = dict(pair for pairs in each for pair in pairs)
    assert (len(claimed), sum(map(len, each))) == (200, 200)
    assert {job.id: job.server for job in await store.held()} == claimed


async def test_an_owner_gets_no_more_than_their_share(store, add):
    ann = [await add(seconds, owner="ann") for seconds in (0, 1, 2)]
    bob = await add(3, owner="bob")
    taken = [await claim(store, shares=Shares(owner=2)) for _ in range(4)]

    assert [job.id if job else None for job in taken] == [ann[0].id, ann[1].id, bob.id, None]
    await store.save(taken[0].completed(after(9)), was=taken[0])
    assert (await claim(store, shares=Shares(owner=2))).id == ann[2].id


async def test_a_notebook_gets_no_more_than_its_share_wherever_it_was_moved(store, open_store, add):
    first = await add(0, item_id="i" * 32)
    await add(1, item_id="i" * 32, notebook="moved.ipynb")
    other = await add(2, notebook="other.ipynb")
    sent = [await add(seconds, notebook=None) for seconds in (3, 4)]
    elsewhere = open_store("/home/bob")
    await elsewhere.add(a_job(root="/home/bob", notebook="other.ipynb"))
    assert await claim(elsewhere)
    taken = [await claim(store, shares=Shares(notebook=1)) for _ in range(5)]

    expected = [first.id, other.id, sent[0].id, sent[1].id, None]
    assert [job.id if job else None for job in taken] == expected


async def test_shares_hold_when_all_claim_at_once(store, open_store, add):
    for seconds in range(20):
        await add(seconds)
    shares = Shares(owner=3)
    servers = [open_store() for _ in range(10)]
    taken = await asyncio.gather(
        *(claim(server, f"s{number}", shares=shares) for number, server in enumerate(servers))
    )

    assert len([job for job in taken if job]) == 3


async def test_postgresql_is_told_to_skip_what_another_server_is_claiming(store):
    with listening("before_execute") as told:
        await claim(store)

    compiled = told[-1][0].compile(dialect=postgresql.dialect())
    assert re.search(r"LIMIT \S+ FOR UPDATE SKIP LOCKED\) AND", str(compiled))


async def test_a_server_renews_what_it_holds_and_learns_how_that_stands(store, add):
    runs, cancelling, over = [await add(n) for n in range(3)]
    waits = await add(4, server="s1")
    others = await add(5, server="s2")
    for change in (lambda job: job, Job.cancelling, lambda job: job.completed(NOW)):
        job = await claim(store, only_reserved=False)
        await store.save(change(job), was=job)

    held = await store.renew("s1", after(99))

    assert held == {runs.id: "EXECUTING", cancelling.id: "CANCELLING", waits.id: "SUBMITTED"}
    leases = {id: (await store.get(id)).lease_until for id in held}
    assert set(leases.values()) == {after(99)}
    assert (await store.get(over.id)).lease_until == LEASE
    assert (await store.get(others.id)).lease_until is None


async def test_held_is_what_somebody_has_or_waits_for(store, add):
    await add(0)
    reserved = await add(1, server="s2")
    runs = await claim(store)
    await add(2)
    await add(3, server="s3", status=Status.FAILED)

    assert {job.id for job in await store.held()} == {runs.id, reserved.id}


async def test_next_due_is_the_earliest_retry_that_this_server_may_take(store, add):
    await add(0)
    assert await store.next_due("s1") is None
    for seconds, server in [(30, None), (20, "s1"), (10, "s2")]:
        await add(1, not_before=after(seconds), server=server)

    assert await store.next_due("s1") == after(20)
    assert await store.next_due("s3") == after(30)
    assert await store.next_due("s2", only_reserved=True) == after(10)
    assert await store.next_due("s3", only_reserved=True) is None
