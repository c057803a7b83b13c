"""Whatever servers, callers and time do to the jobs of a store, it stays as a plain model says."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
)

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import Stale
from jupyter_nbtasks.ids import new_id
from jupyter_nbtasks.jobs.model import CellRecord, Failure, Job, Progress, Reason
from jupyter_nbtasks.jobs.requests import JobQuery
from jupyter_nbtasks.jobs.sql.store import JobStore

from .known import NOW, Known

LEASE = timedelta(seconds=20)
SERVERS = st.sampled_from(["s1", "s2"])
REASONS = st.sampled_from([Reason.CELL_ERROR, Reason.SERVER_LOST, Reason.NOTEBOOK_INVALID])
# There are so few that each of them goes through much.
MOST_JOBS = 3
FINAL = {"COMPLETED", "FAILED", "CANCELLED"}


class Jobs(RuleBasedStateMachine):
    """Some servers share a database; *writers* are jobs as those that claimed them know them."""

    writers = Bundle("writers")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(_empty(), self.folder / "nbtasks.sqlite3")
        self.open()
        self.now = NOW
        self.known: dict[str, Known] = {}

    def open(self) -> None:
        self.database = Database(f"sqlite:///{self.folder / 'nbtasks.sqlite3'}")
        self.store = JobStore(self.database, "/home/ann")

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def write(self, known: Known | None, job: Job, changed: Job) -> bool:
        """Save *changed*; whether that may be is what *known* says."""
        is_right = known is not None and known.is_of(job)
        try:
            self.do(self.store.save(changed, was=job))
        except Stale:
            assert not is_right
        else:
            assert is_right
        return is_right

    def teardown(self) -> None:
        self.database.close()
        self.runner.close()
        shutil.rmtree(self.folder)

    @precondition(lambda self: sum(not one.end for one in self.known.values()) < MOST_JOBS)
    @rule(
        key=st.sampled_from([None, None, "a", "b"]),
        priority=st.integers(0, 1),
        most=st.integers(2, 5),
    )
    def submit(self, key: str | None, priority: int, most: int) -> None:
        job = Job(
            id=new_id(self.now), root="/home/ann", owner="ann", name="work", notebook="work.ipynb",
            item_id=None, input_hash="0" * 64, kernel_name="python3", parameters={},
            request={"retry_delay": 1}, created_at=self.now, idempotency_key=key,
            priority=priority, max_attempts=most,
        )  # fmt: skip
        first = next((one for one in self.known.values() if key and one.key == key), None)

        stored = self.do(self.store.add(job))

        assert stored.id == (first.id if first else job.id)
        if first is None:
            self.known[job.id] = Known(job.id, key, priority, most)

    @rule(target=writers, server=SERVERS)
    def claim(self, server: str) -> Any:
        """A server takes the next job; if that has to wait yet, it waits."""
        waiting = [one for one in self.known.values() if one.status == "SUBMITTED"]
        if waiting and (due := min(one.due for one in waiting)) > self.now:
            assert self.do(self.store.claim(server, self.now, self.now + LEASE)) is None
            self.now = due
        waiting = [one for one in waiting if one.due <= self.now]

        job = self.do(self.store.claim(server, self.now, self.now + LEASE))

        if not waiting:
            assert job is None
            return multiple()
        known = min(waiting, key=lambda one: (-one.priority, one.id))
        assert job.id == known.id
        known.status, known.server, known.reason = "EXECUTING", server, None
        known.lease = self.now + LEASE
        return job

    @rule(job=writers, completed=st.integers(1, 9))
    def record(self, job: Job, completed: int) -> None:
        known = self.known.get(job.id)
        is_right = known is not None and known.is_held
        is_right = is_right and (known.attempt, known.server) == (job.attempt, job.server)
        cell = CellRecord(index=0, id="c", status="running", execution_count=completed)
        progress = Progress(completed=completed, total=9)
        try:
            self.do(self.store.record(job, progress=progress, records=[cell]))
        except Stale:
            assert not is_right
        else:
            assert is_right
            known.progress = completed
            assert self.do(self.store.cells(job)) == [cell]

    @rule(job=writers)
    def finish(self, job: Job) -> None:
        known = self.known.get(job.id)
        if self.write(known, job, job.completed(self.now)):
            known.finish("COMPLETED", None)

    @rule(job=writers, reason=REASONS)
    def fail(self, job: Job, reason: Reason) -> None:
        known = self.known.get(job.id)
        if self.write(known, job, job.failed(self.now, Failure(reason=reason, message="No."))):
            known.fail(self.now, reason, may_retry=reason is not Reason.NOTEBOOK_INVALID)

    @rule(job=writers)
    def give_back(self, job: Job) -> None:
        known = self.known.get(job.id)
        if self.write(known, job, job.given_back()):
            known.status, known.server = "SUBMITTED", None

    @rule(job=writers)
    def end_cancelled(self, job: Job) -> None:
        """A server that was told to stop a job has done so."""
        known = self.known.get(job.id)
        cancelling = job.cancelling()
        if self.write(known, cancelling, cancelling.cancelled(self.now)):
            known.finish("CANCELLED", None)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        known = data.draw(st.sampled_from([*self.known.values()]), "job")
        job = self.do(self.store.get(known.id))
        if known.status == "SUBMITTED":
            assert self.write(known, job, job.cancelled(self.now))
            known.status = "CANCELLED"
        elif known.status == "EXECUTING":
            assert self.write(known, job, job.cancelling())
            known.status = "CANCELLING"

    @precondition(lambda self: any(one.is_held for one in self.known.values()))
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """A server is killed, and another sees it; those that it ran do not know."""
        held = {one.server for one in self.known.values() if one.is_held}
        server = data.draw(st.sampled_from(sorted(held, key=str)), "server")
        self._reap([one for one in self.known.values() if one.server == server])

    @rule()
    def expire(self) -> None:
        """Somebody gives up what nobody has renewed."""
        leases = [one for one in self.known.values() if one.lease and one.lease < self.now]
        self._reap(leases)

    def _reap(self, lost: list[Known]) -> None:
        held = {job.id: job for job in self.do(self.store.held())}
        assert held.keys() == {one.id for one in self.known.values() if one.is_held}
        for known in lost:
            if known.is_held:
                job = held[known.id]
                assert self.write(known, job, job.lost(self.now))
                known.lose(self.now)

    @rule(server=SERVERS)
    def renew(self, server: str) -> None:
        mine = [one for one in self.known.values() if one.is_held and one.server == server]

        held = self.do(self.store.renew(server, self.now + LEASE))

        assert held == {one.id: one.status for one in mine}
        for known in mine:
            known.lease = self.now + LEASE

    @rule(seconds=st.sampled_from([1, 15, 40]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.open()

    @precondition(lambda self: any(one.end for one in self.known.values()))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        over = [one for one in self.known.values() if one.end]
        known = data.draw(st.sampled_from(over), "job")
        self.do(self.store.delete(known.end))
        del self.known[known.id]

    @rule(job=writers)
    def delete_by_an_old_picture(self, job: Job) -> None:
        known = self.known.get(job.id)
        completed = job.completed(self.now)
        if known is None or known.status != "COMPLETED":
            with pytest.raises(Stale):
                self.do(self.store.delete(completed))

    @invariant()
    def the_store_is_as_the_model_says(self) -> None:
        stored = {job.id: job for job in self.do(self.store.page(JobQuery(limit=500), None))}
        assert stored.keys() == self.known.keys()
        for known in self.known.values():
            job = stored[known.id]
            assert job.status == known.status
            assert job.attempt == known.attempt
            if known.is_held:
                assert (job.server, job.lease_until) == (known.server, known.lease)
                assert job.progress.completed == known.progress
            if known.status in FINAL:
                known.end = known.end or job
                assert job == known.end
            attempts = self.do(self.store.attempts(job))
            assert [(one.status, one.reason) for one in attempts] == known.history
            assert [one.number for one in attempts] == [*range(1, len(attempts) + 1)]


@cache
def _empty() -> Path:
    """A database of no jobs; to be copied."""
    file = Path(tempfile.mkdtemp()) / "nbtasks.sqlite3"

    async def migrate() -> None:
        database = Database(f"sqlite:///{file}")
        await database.migrate()
        database.close()

    asyncio.run(migrate())
    return file


TestJobs = Jobs.TestCase
TestJobs.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
