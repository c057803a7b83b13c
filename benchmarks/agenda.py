"""What 100,000 schedules cost at the start and when a thousand are due; and how late they are.

Lateness is measured while every processor is busy with something else.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from measuring import Report, Row, at_most, finish, median, options, percentile
from sqlalchemy import insert
from wiring import open_assembly

from jupyter_nbtasks.assembly.assembly import Assembly
from jupyter_nbtasks.ids import new_id
from jupyter_nbtasks.schedules.deciding import decide
from jupyter_nbtasks.schedules.model import Schedule
from jupyter_nbtasks.schedules.requests import ScheduleRequest
from jupyter_nbtasks.schedules.tables import row_of, schedules

MANY, DUE = 100_000, 1_000
LOOKS = 50
SECONDS, IN_A_SECOND = 20, 5


def main() -> int:
    """Fill the table, then let some be due."""
    asked = options()
    many = MANY // 10 if asked.quick else MANY
    report = Report("Schedules")
    with tempfile.TemporaryDirectory() as folder:
        report.rows.extend(asyncio.run(_measure(Path(folder, "many"), many)))
        with _busy():
            late = asyncio.run(_late(Path(folder, "late")))
    row = Row("late, 99th percentile, all processors busy", percentile(late, 99), "ms")
    report.rows.append(at_most(row, 50))
    return finish("agenda", report, asked)


async def _measure(folder: Path, many: int) -> list[Row]:
    assembly = await open_assembly(folder)
    rare = await _create(assembly, cron="0 0 1 1 *")
    for begin in range(0, many, 10_000):
        await _copy(assembly, rare, min(many - begin, 10_000))
    looks = [await _look(assembly) for _ in range(LOOKS)]
    often = await _create(assembly, cron="*/5 * * * *", timezone="Europe/Berlin")
    now = datetime.now(UTC)
    await _copy(assembly, often, DUE, next_run_at=now - timedelta(seconds=10))
    begun = time.perf_counter()
    while due := await assembly.schedules.occurrences.due(now, 500):
        await _reschedule(assembly, due)
    taken = (time.perf_counter() - begun) * 1e3
    await assembly.close()
    start = Row(f"next moment, known at the start among {many:,}", median(looks), "ms")
    return [start, at_most(Row(f"{DUE:,} due: fetched, decided, rescheduled", taken, "ms"), 100)]


async def _reschedule(assembly: Assembly, due: list[Schedule]) -> None:
    due_schedules = await assembly.schedules.queries.due(due, datetime.now(UTC))
    decided = [(one, decide(one.schedule, one.status, one.at)) for one in due_schedules]
    # Their jobs are left out: what a notebook costs to read and to freeze is another figure.
    fired = [one.fired(decision, decision.occurrences, ()) for one, decision in decided]
    assert all(await assembly.schedules.occurrences.record(fired))


async def _create(assembly: Assembly, **asked: Any) -> Schedule:
    request = ScheduleRequest.model_validate({"notebook": "work.ipynb", **asked})
    return await assembly.schedules.service.create(request, "ann")


async def _copy(assembly: Assembly, template: Schedule, count: int, **changes: Any) -> None:
    rows = [
        row_of(template) | {"id": new_id(datetime.now(UTC), "s")} | changes for _ in range(count)
    ]
    await assembly.ground.database.write(lambda db: db.execute(insert(schedules), rows))


async def _look(assembly: Assembly) -> float:
    begun = time.perf_counter()
    assert await assembly.schedules.firer.next_due() is not None
    return (time.perf_counter() - begun) * 1e3


async def _late(folder: Path) -> list[float]:
    """Return how many milliseconds late each job is that is due at a second of its own."""
    assembly = await open_assembly(folder)
    begin = (datetime.now(UTC) + timedelta(seconds=5)).replace(microsecond=0)
    for number in range(SECONDS * IN_A_SECOND):
        due = begin + timedelta(seconds=number // IN_A_SECOND)
        await _create(assembly, interval=3600, start=due)
    late: asyncio.Queue[float] = asyncio.Queue()
    assembly.jobs.events.listen(
        lambda job: late.put_nowait((job.created_at - job.nominal_time).total_seconds() * 1e3)
    )
    assembly.schedules.ticker.start()
    found = [await late.get() for _ in range(SECONDS * IN_A_SECOND)]
    await assembly.close()
    return found


@contextmanager
def _busy() -> Iterator[None]:
    """Keep every processor busy."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    sys.exit(main())
