"""Many server processes on one database, some of them killed: none fires twice, none is lost."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from jupyter_nbtasks.schedules.model import Outcome

from .conftest import NINE, ScheduleSite

# `NBTASKS_TEST_OCCURRENCES=10000 pytest tests/schedules/test_servers.py` for all of it.
OCCURRENCES = int(os.environ.get("NBTASKS_TEST_OCCURRENCES", "600"))
SERVERS = 4
SCHEDULES = 20
MINUTES = OCCURRENCES // SCHEDULES
# How many minutes of theirs pass in one of our seconds.
SPEED = 5
SERVER = """
import asyncio, sys, time
from datetime import timedelta
from pathlib import Path
from tests.schedules.conftest import NINE, assembly_of

data, root, started, speed = sys.argv[1:]

def now():
    return NINE + timedelta(minutes=(time.time() - float(started)) * float(speed))

async def serve():
    assembly = assembly_of(Path(data), Path(root), now)
    await assembly.open()
    assembly.schedules.ticker.start()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""


class Servers:
    """Processes that fire the schedules in *data*, by a clock that starts at nine."""

    def __init__(self, data, root):
        self._given = [str(data), str(root)]
        self._started = None
        self.processes = []

    def start(self):
        self._started = self._started or time.time() + 4
        house = Path(__file__).parents[2]
        arguments = [*self._given, str(self._started), str(SPEED)]
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, *arguments], stdout=subprocess.PIPE, cwd=house
        )
        self.processes.append(process)

    def kill_one(self):
        """Kill one without warning, and start another."""
        process = self.processes.pop(random.randrange(len(self.processes)))
        end(process)
        self.start()

    def close(self):
        for process in self.processes:
            end(process)


def end(process):
    process.kill()
    process.wait()
    process.stdout.close()


def rows(data, statement):
    with closing(sqlite3.connect(data / "nbtasks.sqlite3", timeout=30)) as database:
        return database.execute(statement).fetchall()


async def test_none_is_fired_twice_and_none_is_lost(tmp_path):
    (tmp_path / "root").mkdir()
    data = tmp_path / "data"
    site = ScheduleSite(data, tmp_path / "root")
    site.notebook()
    await site.assembly.open()
    last = (NINE + timedelta(minutes=MINUTES - 1)).isoformat()
    options = {"overlap": "allow", "catch_up": "all", "grace": 86400, "end": last}
    made = [await site.create(name=f"{n}", **options) for n in range(SCHEDULES)]
    site.close()
    servers = Servers(data, site.root)
    try:
        for _ in range(SERVERS):
            servers.start()
        run_to_the_end(servers, data)
    finally:
        servers.close()

    expected = {
        (schedule.id, (NINE + timedelta(minutes=n)).strftime("%Y-%m-%d %H:%M:%S.%f"))
        for schedule in made
        for n in range(MINUTES)
    }
    told = rows(data, "SELECT schedule_id, nominal_time, state, job_id, count FROM occurrences")
    assert {(id, at) for id, at, *_ in told} == expected
    assert len(told) == len(expected) == SCHEDULES * MINUTES
    assert {(state, count) for *_, state, _, count in told} == {(Outcome.SUBMITTED, 1)}
    jobs = rows(data, "SELECT schedule_id, nominal_time, id FROM jobs")
    assert sorted(jobs) == sorted((id, at, job_id) for id, at, _, job_id, _ in told)


def run_to_the_end(servers, data):
    """Kill a server each time that another part of the occurrences is fired."""
    kill_at = iter(sorted(random.sample(range(OCCURRENCES), k=max(4, OCCURRENCES // 200))))
    next_kill = next(kill_at)
    while rows(data, "SELECT count(*) FROM schedules WHERE state != 'ENDED'") != [(0,)]:
        [(fired,)] = rows(data, "SELECT count(*) FROM jobs")
        if fired >= next_kill:
            servers.kill_one()
            next_kill = next(kill_at, OCCURRENCES * 2)
        with suppress(subprocess.TimeoutExpired):
            ended = servers.processes[0].wait(0.05)
            pytest.fail(f"a server ended by itself, with {ended}")
