"""Jobs in a process that is killed at one of its writes to the database; for test_crash_points.

    crash_points.py count HOME                      print how many writes there are
    crash_points.py WHEN HOME NUMBER NUMBER …       die WHEN (before, after) each of these commits

After each time, another process looks whether all is as it should be. Processes are forked, as the
imports would take longer than the rest.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from sqlalchemy import Engine, Pool, event

from jupyter_nbtasks.app import NbTasksApp
from jupyter_nbtasks.assembly.assembly import Assembly
from jupyter_nbtasks.caller import Caller
from jupyter_nbtasks.cli.managers import local_managers
from jupyter_nbtasks.jobs.model import Job, Status, Trigger
from jupyter_nbtasks.jobs.requests import JobQuery, JobRequest, OutputQuery, RerunRequest
from jupyter_nbtasks.jobs.submission import Submitter
from jupyter_nbtasks.rest import schemas

ANN = Caller("ann", sees_all=False)
# The second cell fails once, so that there is another attempt.
CELLS = [
    "import os, pathlib\nprint(os.getpid())",
    "mark = pathlib.Path('mark')\nif not mark.exists():\n"
    "    mark.touch()\n    raise OSError('once')\nprint(os.getpid())",
]


class Bomb:
    """Counts the commits of this process, and kills it *when* it comes to that *number*."""

    def __init__(self, when: str, number: int) -> None:
        self.count = 0
        self._writer: int | None = None
        self._when, self._number = when, number
        event.listen(Engine, "commit", self._committing)
        event.listen(Pool, "checkin", self._committed)

    def _committing(self, _connection: object) -> None:
        self.count += 1
        self._writer = threading.get_ident()
        if self._when == "before" and self.count == self._number:
            os.kill(os.getpid(), signal.SIGKILL)

    def _committed(self, *_: object) -> None:
        # The writer gives its connection back once it has committed.
        is_writer = threading.get_ident() == self._writer
        if self._when == "after" and self.count == self._number and is_writer:
            os.kill(os.getpid(), signal.SIGKILL)


class Place:
    """A store and a root below *home*, and the *diary* of what was promised to those outside."""

    def __init__(self, home: Path) -> None:
        self.root = home / "root"
        self.root.mkdir(parents=True, exist_ok=True)
        self.diary = home / "diary"
        app = NbTasksApp(data_dir=str(home / "data"), lease=600.0, max_concurrent_jobs=1)
        self._managers = local_managers(self.root, app.config)
        self._managers.kernels.noise = (home / "noise").open("ab")
        self.assembly = Assembly(app.storage(str(self.root)), self._managers, app.policy())
        self._turned = asyncio.Event()
        self.assembly.jobs.events.listen(lambda _: self._turned.set())

    async def close(self) -> None:
        await self.assembly.close()
        await self._managers.kernels.shutdown_all(now=True)

    def promise(self, job: Job) -> None:
        with self.diary.open("a") as diary:
            diary.write(json.dumps([job.id, job.status, job.attempt, job.output_hash]) + "\n")

    async def all_final(self) -> list[Job]:
        """The jobs, once all are over."""
        while True:
            self._turned.clear()
            jobs, _ = await self.assembly.jobs.service.page(JobQuery(), ANN)
            if all(job.status.is_final for job in jobs):
                return jobs
            await self._turned.wait()


async def use(home: Path, when: str, number: int) -> None:
    """Submit a job that is tried twice, and run it again."""
    place = Place(home)
    jobs = place.assembly.jobs.service
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), place.root / "work.ipynb")
    await place.assembly.open()
    bomb = Bomb(when, number)
    await place.assembly.jobs.worker.start()
    asked = {"notebook": "work.ipynb", "kernel_name": "python3", "max_attempts": 2}
    request = schemas.read(JobRequest, asked | {"retry_delay": 0})
    job = await jobs.submit(request, Submitter(owner="ann", trigger=Trigger()))
    place.promise(job)
    [job] = await place.all_final()
    place.promise(job)
    again = await jobs.rerun(job.id, RerunRequest(), ANN)
    place.promise(again)
    for job in await place.all_final():
        place.promise(job)
    await place.close()
    (home / "count").write_text(str(bomb.count))


async def check(home: Path) -> None:
    """Start again after the crash, and look whether all is as it should be."""
    place = Place(home)
    store = place.assembly.jobs.store
    await place.assembly.open()
    before = await store.held()
    await place.assembly.jobs.worker.start()
    me = place.assembly.jobs.worker.server
    assert not {job.server for job in await store.held()} - {me}, "runs nowhere"
    for job in before:
        await _check_output(place, await store.get(job.id))
    jobs = {job.id: job for job in await place.all_final()}
    for id, status, attempt, output in _promises(place):
        assert id in jobs, f"{id} is lost"
        if Status(status).is_final:
            now = jobs[id]
            assert [now.status, now.attempt, now.output_hash] == [status, attempt, output]
    for job in jobs.values():
        await _check_attempts(place, job)
        await _check_output(place, job)
    await place.close()


def _promises(place: Place) -> list[list[Any]]:
    return [json.loads(line) for line in place.diary.read_text().splitlines()]


async def _check_attempts(place: Place, job: Job) -> None:
    attempts = await place.assembly.jobs.store.attempts(job)
    assert [one.number for one in attempts] == [*range(1, job.attempt + 1)], attempts
    assert [one.status for one in attempts[:-1]] == ["FAILED"] * (job.attempt - 1), attempts
    assert attempts[-1].status == job.status, attempts
    assert all(one.reason in (None, "cell_error", "server_lost") for one in attempts), attempts


async def _check_output(place: Place, job: Job) -> None:
    """Everything stored is there, is of one attempt, and has what the cells that ran printed."""
    await place.assembly.ground.blobs.get(job.input_hash)
    cells = await place.assembly.jobs.store.output_cells(job)
    if job.output_hash is None:
        assert not [cell for cell in cells if cell.status != "pending"], cells
        return
    _, document = await place.assembly.jobs.service.output(job.id, OutputQuery(), ANN)
    notebook = nbformat.reads(document.content.decode(), as_version=4)
    printed = ["".join(out.get("text", "") for out in cell.outputs) for cell in notebook.cells]
    assert len({text for text in printed if text}) <= 1, printed
    for cell in cells:
        assert printed[cell.index] or cell.status != "completed", (cells, printed)


def apart(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run *work* in a process of its own; return its exit status, negative for a signal."""
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    try:
        asyncio.run(asyncio.wait_for(work(), 120))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(when: str, home: Path, numbers: list[int]) -> int:
    for number in numbers:
        place = home / f"{when}-{number}"
        place.mkdir()
        (place / "diary").touch()
        used = apart(partial(use, place, when, number))
        checked = apart(partial(check, place))
        if used not in (0, -signal.SIGKILL) or checked != 0:
            say(f"{when} commit {number}: exit statuses {used} and {checked}")
            return 1
        say(f"{when} commit {number}: {'killed' if used else 'not reached'}")
    return 0


if __name__ == "__main__":
    _, when, home, *numbers = sys.argv
    sys.exit(main(when, Path(home), [int(number) for number in numbers or ["0"]]))
