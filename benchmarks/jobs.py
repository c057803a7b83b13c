"""How long a trivial notebook takes, and fifty of them, beside papermill and nbclient.

Ours is measured from the POST to the final status, on a server of its own process; the sides take
turns.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import peers
from measuring import Report, Row, at_least, at_most, finish, median, options, percentile
from scheduler import Scheduler
from serving import Server, kernels

SOURCES = ("x = 1", "y = x + 1", "print(y)")
ROUNDS, TAIL, MANY = 9, 60, 50
# What one side leaves to be done is not to slow the other down.
_PAUSE_SECONDS = 0.5


def main() -> int:
    """Measure one after the other, then many at once."""
    asked = options()
    rounds, tail, many = (3, 10, 10) if asked.quick else (ROUNDS, TAIL, MANY)
    report = Report("Trivial notebooks")
    with (
        tempfile.TemporaryDirectory() as folder,
        peers.environment(asked.venvs, "papermill", "ipykernel") as python,
    ):
        notebook = peers.write(Path(folder, "papermill", "work.ipynb"), SOURCES)
        sides: dict[str, Callable[[], float]] = {
            "papermill": lambda: peers.papermill(python, notebook),
            "nbclient": lambda: peers.nbclient(notebook),
        }
        report.rows.extend(_one(Path(folder), sides, rounds, asked))
        report.rows.append(_tail(Path(folder, "tail"), tail))
        report.rows.extend(_many(Path(folder, "many"), python, notebook, many))
    return finish("jobs", report, asked)


def _one(
    folder: Path, sides: dict[str, Callable[[], float]], rounds: int, asked: Namespace
) -> list[Row]:
    with (
        _server(folder / "ours", fork=True) as ours,
        _server(folder / "cold", fork=False, warm=False) as cold,
        _server(folder / "warm", fork=False) as warm,
    ):
        ours.warm_up("work.ipynb")
        sides |= {"ours": lambda: _run(ours), "cold": lambda: _run(cold)}
        sides |= {"warm": lambda: _run(warm)}
        if not asked.compare:
            return _rows(_in_turn(sides, rounds))
        peers.write(folder / "scheduler" / "work.ipynb", SOURCES)
        with Scheduler(folder / "scheduler", asked.venvs) as scheduler:
            return _rows(_in_turn(sides | {"scheduler": scheduler.run}, rounds))


def _rows(taken: dict[str, list[float]]) -> list[Row]:
    middle = {name: median(each) for name, each in taken.items()}
    rows = []
    for what, name, papermill, nbclient in (
        ("a trivial notebook, POST to final", "ours", 12, 8),
        ("the same, on a cold kernel", "cold", 3, 2),
        ("the same, on a kernel that waited but was not forked", "warm", 12, 8),
    ):
        row = Row(what, middle[name], "ms", p95=percentile(taken[name], 95))
        beside = (("papermill", "papermill's command line", papermill),)
        beside += (("nbclient", "nbclient, in memory", nbclient),)
        if name == "ours" and "scheduler" in middle:
            beside += (("scheduler", "jupyter-scheduler", 25),)
        for peer, said, times in beside:
            rows.append(at_least(replace(row, peer=said, theirs=middle[peer]), times))
    return rows


def _server(folder: Path, *, fork: bool, warm: bool = True) -> Server:
    peers.write(folder / "work.ipynb", SOURCES)
    return Server(folder, **kernels(fork=fork, warm=warm))


def _run(server: Server) -> float:
    return server.run("work.ipynb", parameters={"x": 5})


def _in_turn(sides: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each round of each side, but for the first, which warms up."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds + 1):
        for name, run in sides.items():
            taken[name].append(run() * 1e3)
            time.sleep(_PAUSE_SECONDS)
    return {name: each[1:] for name, each in taken.items()}


def _tail(folder: Path, count: int) -> Row:
    with _server(folder, fork=True) as server:
        server.warm_up("work.ipynb")
        taken = _in_turn({"ours": lambda: _run(server)}, count)["ours"]
    what = f"95th percentile of {count} jobs, in medians"
    return at_most(Row(what, percentile(taken, 95) / median(taken), "times"), 2)


def _many(folder: Path, python: Path, notebook: Path, count: int) -> list[Row]:
    with peers.watching(os.getpid()) as memory:
        papermill = peers.papermills(python, notebook, count, 2)
        theirs = memory()
    nbclient = asyncio.run(peers.nbclients(notebook, count, 4))
    with _server(folder, fork=True) as server:
        server.warm_up("work.ipynb")
        with peers.watching(server.process.pid) as memory:
            begun = time.perf_counter()
            for id in [server.submit("work.ipynb") for _ in range(count)]:
                server.final(id)
            seconds = time.perf_counter() - begun
            peak = memory()
    row = Row(f"{count} trivial notebooks", seconds, "s")
    most = Row("the most memory of their processes (PSS)", peak, "MB", "the same", theirs)
    two, four = "papermill's command line, two at a time", "nbclient, four at a time"
    return [
        at_least(replace(row, peer=two, theirs=papermill), 10),
        at_least(replace(row, peer=four, theirs=nbclient), 5),
        at_least(replace(most, peer=two), 1),
    ]


if __name__ == "__main__":
    sys.exit(main())
