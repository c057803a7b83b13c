"""Whatever happens: each nominal time ends as submitted, skipped or missed, and none twice."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from jupyter_nbtasks.schedules.model import CatchUp, Overlap

from .conftest import ANN, MINUTE, NINE, ScheduleSite

# How many minutes lie between two occurrences, and how cron says so.
STEPS = {1: "* * * * *", 5: "*/5 * * * *", 60: "@hourly"}


class Life(RuleBasedStateMachine):
    """One schedule, several servers, and a clock that is put forward and back.

    *expected* are the nominal times that the clock has passed while the schedule was active,
    found by arithmetic; they are known up to *passed*.
    """

    overlap = Overlap.SKIP
    catch_up = CatchUp.LATEST

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="nbtasks-"))
        (self.folder / "root").mkdir()
        self.loop = asyncio.new_event_loop()
        self.site = ScheduleSite(self.folder / "data", self.folder / "root")
        self.site.notebook()
        self.do(self.site.assembly.open())
        self.expected, self.runs = set(), 0

    def do(self, work):
        return self.loop.run_until_complete(work)

    @initialize(step=st.sampled_from(list(STEPS)), failures=st.sampled_from([None, 2]))
    def create(self, step, failures):
        self.step, self.passed = step, self.site.now
        fields = {"overlap": self.overlap, "catch_up": self.catch_up}
        fields |= {"cron": STEPS[step], "max_consecutive_failures": failures}
        self.schedule = self.do(self.site.create(**fields))

    @property
    def state(self):
        return self.do(self.site.get(self.schedule)).state

    def pass_time(self):
        """Expect what has become due by now, but what a row tells of its span already."""
        found = self.do(self.site.occurrences(self.schedule))
        spans = [(one.nominal_time, one.until) for one in found if one.count > 1]
        size = self.step * MINUTE
        at = NINE + ((self.passed - NINE) // size + 1) * size
        while at <= self.site.now:
            if not any(first <= at <= until for first, until in spans):
                self.expected.add(at)
            at += size
        self.passed = max(self.passed, self.site.now)

    def fire(self, *servers):
        if self.state == "ACTIVE":
            self.pass_time()

        async def fire():
            await asyncio.gather(*(self.site.fire(assembly) for assembly in servers))

        self.do(fire())

    @rule(seconds=st.sampled_from([1, 61, 300, 3600, 20 * 3600]))
    def time_passes(self, seconds):
        self.site.now += timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from([1, 90, 3600]))
    def the_clock_is_put_back(self, seconds):
        self.site.now -= timedelta(seconds=seconds)

    @rule()
    def a_server_fires(self):
        self.fire(self.site.assembly)

    @rule()
    def two_servers_fire(self):
        self.fire(self.site.assembly, self.site.start())

    @rule()
    def the_server_is_lost(self):
        self.site.assembly = self.site.start()

    @rule(how=st.sampled_from(["completed", "failed", "cancelled"]))
    def a_job_ends(self, how):
        jobs = self.do(self.site.jobs(self.schedule))
        if any(not job.status.is_final for job in jobs):
            self.do(self.site.end(self.schedule, how))

    @rule()
    def run_now(self):
        if self.runs < 2:
            self.runs += 1
            self.do(self.site.assembly.schedules.service.run(self.schedule.id, ANN))

    @rule()
    def pause(self):
        if self.state == "ACTIVE":
            self.pass_time()
        self.do(self.site.assembly.schedules.service.pause(self.schedule.id, ANN))

    @rule()
    def resume(self):
        if self.state == "PAUSED":
            self.passed = self.site.now
        self.do(self.site.assembly.schedules.service.resume(self.schedule.id, ANN))

    @rule(step=st.sampled_from(list(STEPS)))
    def change_when(self, step):
        if step == self.step:
            return
        if self.state == "ACTIVE":
            self.pass_time()
            self.passed = self.site.now
        self.do(self.site.change(self.schedule, cron=STEPS[step]))
        self.step = step

    @rule(priority=st.integers(0, 3))
    def change_what(self, priority):
        self.do(self.site.change(self.schedule, priority=priority))

    @precondition(lambda self: hasattr(self, "schedule"))
    @invariant()
    def every_nominal_time_is_accounted_for_once(self):
        found = self.do(self.site.occurrences(self.schedule))
        assert {one.nominal_time for one in found} <= self.expected
        covered = {
            at for one in found for at in self.expected if one.nominal_time <= at <= one.until
        }
        schedule = self.do(self.site.get(self.schedule))
        assert schedule.occurrences == sum(one.count for one in found) == len(covered)

    @precondition(lambda self: hasattr(self, "schedule"))
    @invariant()
    def what_was_submitted_has_one_job_and_nothing_else_has(self):
        jobs = self.do(self.site.jobs(self.schedule))
        submitted = {
            one.nominal_time: one.job_id
            for one in self.do(self.site.occurrences(self.schedule))
            if one.state == "submitted"
        }
        of_occurrences = [job for job in jobs if job.nominal_time is not None]
        assert {job.nominal_time: job.id for job in of_occurrences} == submitted
        assert len(of_occurrences) == len(submitted)
        running = [job for job in of_occurrences if not job.status.is_final]
        assert len(running) <= 1 or self.overlap == "allow"

    def teardown(self):
        try:
            if hasattr(self, "schedule"):
                self.at_the_end()
        finally:
            self.site.close()
            self.do(self.loop.shutdown_default_executor())
            self.loop.close()
            shutil.rmtree(self.folder)

    def at_the_end(self):
        self.fire(self.site.assembly)
        found = self.do(self.site.occurrences(self.schedule))
        assert sum(one.count for one in found) == len(self.expected)
        assert all(one.why for one in found if one.state in ("skipped", "missed"))
        waiting = [one for one in found if one.state == "queued"]
        assert not waiting or self.state == "ACTIVE"


@pytest.mark.parametrize("catch_up", CatchUp)
@pytest.mark.parametrize("overlap", Overlap)
def test_none_vanishes_and_none_comes_twice(overlap, catch_up):
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run(
        type("Life", (Life,), {"overlap": overlap, "catch_up": catch_up}),
        settings=settings(
            max_examples=4,
            stateful_step_count=25,
            deadline=None,
            # To make a failure shorter takes longer than a test may.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=checks,
        ),
    )
