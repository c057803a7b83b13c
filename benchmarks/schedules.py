"""How late schedules are, and what those cost that are not due.

Prints how late the jobs of 500 schedules are submitted that are due in the same second, what the
server's event loop felt of it, and what a look at the schedules costs with few and with many of
them in the table, side by side in one run.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import insert
from wiring import open_assembly

from jupyter_nbtasks.ids import new_id
from jupyter_nbtasks.schedules.requests import ScheduleRequest
from jupyter_nbtasks.schedules.tables import row_of, schedules

DUE_AT_ONCE = 500
FEW, MANY = 100, 100_000
LOOKS = 200


def main() -> int:
    """Run all of it; the exit status tells whether what the README says still holds."""
    with tempfile.TemporaryDirectory() as folder:
        lateness, lag = asyncio.run(_lateness(Path(folder, "late")))
        few, _ = asyncio.run(_look(Path(folder, "few"), FEW))
        many, grown = asyncio.run(_look(Path(folder, "many"), MANY))
    p50, p99 = _percentile(lateness, 50), _percentile(lateness, 99)
    ratio = many / few
    print(f"{DUE_AT_ONCE} schedules due in the same second")
    print(f"  submitted after   p50 {p50:.2f} s, p99 {p99:.2f} s, last {max(lateness):.2f} s")
    print(
        f"  event loop stood  p99 {_percentile(lag, 99) * 1e3:.0f} ms, max {max(lag) * 1e3:.0f} ms"
    )
    print("a look at the schedules where none is due")
    print(f"  among {FEW:>7,}     {few * 1e3:.2f} ms")
    print(f"  among {MANY:>7,}     {many * 1e3:.2f} ms, {ratio:.1f} times that")
    print(f"  memory            {grown / 1e6:+.1f} MB after {LOOKS} looks among {MANY:,}")
    return 0 if p99 <= 1 and ratio <= 2 else 1


async def _lateness(folder: Path) -> tuple[list[float], list[float]]:
    """Return how many seconds late each job is, and how long the loop stood, second by second."""
    assembly = await open_assembly(folder)
    due = (datetime.now(UTC) + timedelta(seconds=20)).replace(microsecond=0)
    asked = {"notebook": "work.ipynb", "interval": 3600, "start": due}
    request = ScheduleRequest.model_validate(asked)
    template = await assembly.schedules.service.create(request, "ann")
    await assembly.ground.database.write(
        lambda db: db.execute(insert(schedules), [_copy(template) for _ in range(DUE_AT_ONCE - 1)])
    )
    late: dict[str, float] = {}
    # A job is announced when it is stored.
    assembly.jobs.events.listen(
        lambda job: late.setdefault(job.id, (datetime.now(UTC) - due).total_seconds())
    )
    assembly.schedules.ticker.start()
    lag = await _lag(until=due + timedelta(seconds=5))
    await assembly.close()
    assert len(late) == DUE_AT_ONCE, f"{len(late)} jobs instead of {DUE_AT_ONCE}"
    return list(late.values()), lag


async def _lag(until: datetime) -> list[float]:
    pause, stood = 0.005, []
    while datetime.now(UTC) < until:
        begun = time.perf_counter()
        await asyncio.sleep(pause)
        stood.append(time.perf_counter() - begun - pause)
    return stood


async def _look(folder: Path, count: int) -> tuple[float, int]:
    """Return the median seconds of a look among *count* schedules, and the bytes it cost."""
    assembly = await open_assembly(folder)
    asked = {"notebook": "work.ipynb", "cron": "0 0 1 1 *"}
    template = await assembly.schedules.service.create(ScheduleRequest.model_validate(asked), "ann")
    for _ in range(0, count, 10_000):
        rows = [_copy(template) for _ in range(min(count, 10_000))]
        await assembly.ground.database.write(
            lambda db, rows=rows: db.execute(insert(schedules), rows)
        )
    del rows
    firing, seconds = assembly.schedules.firer, []
    await firing.fire_due()
    before = psutil.Process().memory_info().rss
    for _ in range(LOOKS):
        begun = time.perf_counter()
        await firing.next_due()
        await firing.fire_due()
        seconds.append(time.perf_counter() - begun)
    grown = psutil.Process().memory_info().rss - before
    await assembly.close()
    return statistics.median(seconds), grown


def _copy(template: Any) -> dict[str, Any]:
    return row_of(template) | {"id": new_id(datetime.now(UTC), "s")}


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


if __name__ == "__main__":
    sys.exit(main())
