"""The schedules of a server that takes no jobs, by a clock that stands until it is set."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from jupyter_nbtasks.assembly.assembly import Assembly
from jupyter_nbtasks.assembly.ground import Managers
from jupyter_nbtasks.assembly.storage import Storage
from jupyter_nbtasks.caller import Caller
from jupyter_nbtasks.errors import NbTasksError
from jupyter_nbtasks.jobs.model import Failure, Reason
from jupyter_nbtasks.jobs.policy import Policy
from jupyter_nbtasks.jobs.requests import JobQuery
from jupyter_nbtasks.rest.schemas import read_json
from jupyter_nbtasks.schedules.requests import (
    OccurrencesQuery,
    ScheduleChange,
    ScheduleQuery,
    ScheduleRequest,
)

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANN = Caller("ann", sees_all=False)
POLICY = Policy(max_concurrent_jobs=1, cancel_grace=1)


def write_notebook(target, *sources, parameters=None):
    """Write a notebook of these code cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    if parameters is not None:
        tagged = {"tags": ["parameters"]}
        cells.insert(0, nbformat.v4.new_code_cell(parameters, metadata=tagged))
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), target)


def assembly_of(data, root, now, *, name="home", **options):
    """The parts of a server on the folder *root*; those with the same *name* share what is due."""
    kernels = AsyncMappingKernelManager(kernel_spec_manager=KernelSpecManager(), root_dir=str(root))
    managers = Managers(
        contents=AsyncLargeFileManager(root_dir=str(root)),
        kernels=kernels,
        kernel_specs=kernels.kernel_spec_manager,
    )
    url = f"sqlite:///{data / 'nbtasks.sqlite3'}"
    storage = Storage(data_dir=data, database_url=url, root=name, timezone="UTC")
    return Assembly(storage, managers, POLICY, now=now, **options)


class ScheduleSite:
    """A server on *root* whose clock is *now*, and what a person and time do to it."""

    def __init__(self, data, root):
        self.root, self._data = root, data
        self.now = NINE - timedelta(seconds=30)
        self.servers = []
        self.assembly = self.start()

    def start(self, **options):
        """Another server on the same database."""
        assembly = assembly_of(self._data, self.root, lambda: self.now, **options)
        self.servers.append(assembly)
        return assembly

    def notebook(self, path="work.ipynb", *sources, parameters=None):
        write_notebook(self.root / path, *(sources or ["1"]), parameters=parameters)
        return path

    async def create(self, owner="ann", **fields):
        """Make a schedule of ``work.ipynb``, every minute if nothing is said."""
        asked = {"notebook": "work.ipynb"} | fields
        if not asked.keys() & {"cron", "interval"}:
            asked["cron"] = "* * * * *"
        request = read_json(ScheduleRequest, json.dumps(asked).encode())
        return await self.assembly.schedules.service.create(request, owner)

    async def change(self, schedule, **fields):
        change = read_json(ScheduleChange, json.dumps(fields).encode())
        return await self.assembly.schedules.service.change(schedule.id, change, ANN)

    async def get(self, schedule):
        return await self.assembly.schedules.service.get(schedule.id, ANN)

    async def all(self):
        return (await self.assembly.schedules.service.page(ScheduleQuery(limit=500), ANN))[0]

    async def fire(self, assembly=None):
        """Do what the ticker does, until nothing is left to do."""
        firing = (assembly or self.assembly).schedules.firer
        await firing.promote_waiting()
        while (due := await firing.next_due()) is not None and due <= self.now:
            await firing.fire_due()

    async def at(self, minutes, assembly=None):
        """Set the clock to so many minutes after nine, and fire."""
        self.now = NINE + minutes * MINUTE
        await self.fire(assembly)

    async def history(self, schedule):
        """What became of each occurrence, oldest first: minutes after nine and initials."""
        found = await self.occurrences(schedule)
        return " ".join(f"{(one.nominal_time - NINE) / MINUTE:g}{one.state[:2]}" for one in found)

    async def occurrences(self, schedule):
        found, cursor = [], None
        while True:
            query = OccurrencesQuery(limit=500, cursor=cursor)
            page, cursor = await self.assembly.schedules.service.occurrences(
                schedule.id, query, ANN
            )
            found += page
            if cursor is None:
                return found[::-1]

    async def jobs(self, schedule, **query):
        """Its jobs, oldest first."""
        asked = JobQuery(schedule_id=schedule.id, limit=500, **query)
        return (await self.assembly.jobs.store.page(asked, None))[::-1]

    async def end(self, schedule, how="completed", **facts):
        """Run its oldest open job to that end."""
        jobs = await self.jobs(schedule)
        job = next(job for job in jobs if not job.status.is_final)
        if how == "cancelled":
            with suppress(NbTasksError):
                await self.assembly.jobs.service.cancel(job.id, ANN)
            return
        claimed = await self.assembly.jobs.store.claim("s", self.now, self.now + MINUTE)
        if how == "failed":
            why = Failure(reason=Reason.CELL_ERROR, message="Cell 1: no")
            over = claimed.failed(self.now, why)
        else:
            over = claimed.completed(self.now, **facts)
        await self.assembly.jobs.store.save(over, was=claimed)

    def close(self):
        for assembly in self.servers:
            assembly.ground.database.close()


@pytest.fixture
def site(tmp_path, jp_asyncio_loop):
    (tmp_path / "root").mkdir()
    made = ScheduleSite(tmp_path / "data", tmp_path / "root")
    made.notebook()
    jp_asyncio_loop.run_until_complete(made.assembly.open())
    yield made
    made.close()


NIGHTLY = {"cron": "0 3 * * *", "timezone": "Europe/Berlin"}


@pytest.fixture
def make(api, notebook):
    """Make a schedule of a notebook that does nothing much."""

    async def make(**fields):
        fields = {"notebook": notebook("1", parameters="n: int = 1"), **fields}
        return await api("POST", "schedules", NIGHTLY | fields)

    return make


async def until(api, schedule, reached):
    """The schedule as soon as ``reached(schedule)``; each change of a job is a reason to look."""
    while True:
        changed = api.next_change()
        found = await api("GET", f"schedules/{schedule['id']}")
        if reached(found):
            changed.close()
            return found
        await changed
