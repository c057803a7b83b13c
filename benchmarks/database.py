"""What the database asks for among a thousand jobs and among a million, and 100,000 schedules."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import Report, Row, at_least, at_most, finish, median, options, percentile
from serving import Server
from sqlalchemy import insert, select

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.ids import id_prefix, new_id
from jupyter_nbtasks.jobs.model import CellRecord, Job, Progress, Status, Usage
from jupyter_nbtasks.jobs.policy import Shares
from jupyter_nbtasks.jobs.requests import JobQuery, UsageQuery
from jupyter_nbtasks.jobs.sql import queries
from jupyter_nbtasks.jobs.sql.store import JobStore
from jupyter_nbtasks.jobs.sql.tables import jobs, row_of

ROOT = "/bench"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 100
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
OLDEST = BEGIN + timedelta(hours=1)
LISTS = {
    "first page": {},
    "status FAILED": {"status": "FAILED"},
    "status of those not over": {"status": "SUBMITTED,EXECUTING,CANCELLING"},
    "one notebook": {"notebook": "work7.ipynb"},
    "one notebook, FAILED": {"notebook": "work7.ipynb", "status": "FAILED"},
    "one owner": {"owner": "person7"},
    "one schedule": {"schedule_id": f"s{7:028x}"},
    "trigger": {"trigger": "webhook"},
    "since and until": {"since": BEGIN.isoformat(), "until": OLDEST.isoformat()},
    "search, found": {"q": "work7"},
    "search, not found": {"q": "no such name"},
}


def main() -> int:
    """Fill a table, step by step, and measure at each size."""
    asked = options()
    sizes = SIZES[:2] if asked.quick else SIZES
    report = Report("Database", axes=("jobs in the table", "ms"))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), sizes, report))
        _serve(Path(folder), report)
    return finish("database", report, asked)


async def _measure(folder: Path, sizes: tuple[int, ...], report: Report) -> None:
    database = Database(f"sqlite:///{folder / 'nbtasks.sqlite3'}")
    await database.migrate()
    store, before = JobStore(database, ROOT), 0
    for size in sizes:
        await _fill(database, before, size)
        before, is_last = size, size == sizes[-1]
        rows = [*await _life(store), *await _loop(store), *await _pages(store)]
        for row in rows:
            report.curves.setdefault(row.what, []).append((size, row.ours))
        if is_last:
            report.rows.extend([*rows, await _depth(database, store), *await _rare(store)])
    database.close()


async def _fill(database: Database, first: int, last: int) -> None:
    """Add jobs number *first* to *last*, most of them over."""
    for begin in range(first, last, 20_000):
        rows = [row_of(_job(number)) for number in range(begin, min(last, begin + 20_000))]
        await database.write(lambda db, rows=rows: db.execute(insert(jobs), rows))


def _job(number: int) -> Job:
    dice = random.Random(number)
    at = BEGIN + timedelta(seconds=number)
    status = dice.choices((Status.COMPLETED, Status.FAILED, Status.CANCELLED), (90, 8, 2))[0]
    of_schedule, notebook = dice.random() < 0.3, f"work{dice.randrange(200)}.ipynb"
    return Job(
        id=id_prefix(at) + f"{number:016x}",
        root=ROOT,
        owner=f"person{dice.randrange(40)}",
        name=notebook.removesuffix(".ipynb"),
        notebook=notebook,
        item_id=f"{hash(notebook) & (2**128 - 1):032x}",
        input_hash=f"{dice.randrange(200):064x}",
        output_hash=f"{number:064x}",
        kernel_name="python3",
        parameters={"n": number},
        request={"notebook": notebook, "parameters": {"n": number}},
        created_at=at,
        started_at=at,
        ended_at=at,
        status=status,
        progress=Progress(completed=3, total=3),
        usage=Usage(kernel_seconds=1, cpu_seconds=1, peak_memory_bytes=10**8),
        schedule_id=f"s{dice.randrange(1000):028x}" if of_schedule else None,
        server="elsewhere:1:1",
    )


async def _times(work: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> list[float]:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - begun) * 1e3)
    return taken


def _row(what: str, taken: list[float]) -> Row:
    return Row(what, median(taken), "ms", p95=percentile(taken, 95))


async def _life(store: JobStore) -> list[Row]:
    """Measure what every job needs: to be stored, claimed and finished."""
    stages: tuple[list[float], ...] = ([], [], [])
    for _ in range(ROUNDS):
        now = datetime.now(UTC)
        fresh = replace(_job(7), id=new_id(now), status=Status.SUBMITTED, server=None)
        marks = [time.perf_counter()]
        await store.add(fresh)
        marks.append(time.perf_counter())
        claimed = await store.claim("here", now, now + timedelta(seconds=20))
        marks.append(time.perf_counter())
        assert claimed is not None
        cell = CellRecord(index=0, id="a", status="completed")
        await store.save(claimed.completed(now), was=claimed, records=[cell])
        marks.append(time.perf_counter())
        for stage, kept in enumerate(stages):
            kept.append((marks[stage + 1] - marks[stage]) * 1e3)
    names = ("insert a job", "claim a job", "finish a job")
    whole = _row("insert, claim and finish a job", list(map(sum, zip(*stages, strict=True))))
    parts = [_row(name, kept) for name, kept in zip(names, stages, strict=True)]
    return [*parts, at_most(whole, 1)]


async def _loop(store: JobStore) -> list[Row]:
    """Measure what the worker asks again and again, a few jobs waiting."""
    now = datetime.now(UTC)
    lease = now + timedelta(seconds=20)
    newest = (await store.page(JobQuery(limit=1), None))[0]
    works: dict[str, Callable[[], Awaitable[object]]] = {
        "claim, none waiting": lambda: store.claim("here", now, lease),
        "claim with limits, none waiting": lambda: store.claim(
            "here", now, lease, shares=Shares(owner=2, notebook=1)
        ),
        "next retry": lambda: store.next_due("here"),
        "count of those waiting": store.count_waiting,
        "heartbeat": lambda: store.renew("here", lease),
        "those held": store.held,
        "output before that one": lambda: store.earlier(newest, None),
        "whose output a file is": lambda: store.has_saved("a.ipynb", "0" * 64),
        "500 blobs still needed": lambda: store.referenced([f"{n:064x}" for n in range(500)]),
    }
    return [_row(what, await _times(work)) for what, work in works.items()]


async def _pages(store: JobStore) -> list[Row]:
    rows = []
    for name, asked in LISTS.items():
        query = JobQuery.model_validate(asked)
        rows.append(_row(f"page of 50: {name}", await _times(lambda q=query: store.page(q, None))))
    own = await _times(lambda: store.page(JobQuery(), "person7"))
    return [*rows, _row("page of 50: one's own", own)]


async def _rare(store: JobStore) -> list[Row]:
    """Measure what adds up everything, and so grows with it; nobody waits for it often."""
    by = UsageQuery(by="owner")
    return [_row("usage of all by owner", await _times(lambda: store.usage(by, None), 3))]


async def _depth(database: Database, store: JobStore) -> Row:
    """Compare a page at nine tenths of the table with one by OFFSET."""
    deep = JobQuery(cursor=id_prefix(BEGIN + timedelta(seconds=100)) + "0" * 16)
    depth = await store.count_waiting()
    total = select(jobs).where(jobs.c.root == ROOT).order_by(jobs.c.id.desc()).limit(51)
    count = await database.read(lambda db: len(db.execute(select(jobs.c.id)).all()))
    by_offset = total.offset(count - 151 - depth)
    theirs = await _times(lambda: database.read(lambda db: db.execute(by_offset).all()), 5)
    by_cursor = queries.page(deep, ROOT, None)
    ours = await _times(lambda: database.read(lambda db: db.execute(by_cursor).all()))
    row = _row("page of 50 at the end, in SQL", ours)
    return at_least(replace(row, peer="OFFSET", theirs=median(theirs)), 50)


def _serve(folder: Path, report: Report) -> None:
    """Measure a page through a server's REST API, one request after the other."""
    with Server(folder / "root", data_dir=folder, root_name=ROOT) as server:
        for name in ("first page", "status of those not over", "one notebook", "search, found"):
            query = "&".join(f"{key}={value}" for key, value in LISTS[name].items())
            taken = []
            server.ask("GET", "jobs")
            for _ in range(300):
                begun = time.perf_counter()
                server.ask("GET", f"jobs?{query}")
                taken.append((time.perf_counter() - begun) * 1e3)
            row = replace(_row(f"GET jobs, {name}: p99", taken), ours=percentile(taken, 99))
            report.rows.append(at_most(row, 20))


if __name__ == "__main__":
    sys.exit(main())
