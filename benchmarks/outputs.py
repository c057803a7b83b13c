"""How the server's event loop fares under large outputs, and what memory these take.

The loop is watched in the server's process by a ticker of 10 ms; nbclient is measured in a
process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import peers
import psutil
from measuring import Report, Row, at_least, at_most, finish, options, percentile
from serving import Server, kernels

PICTURE = "from IPython.display import display\ndisplay({{'image/png': 'p' * {0}}}, raw=True)"
SOURCES = {
    "busy": ("print('x' * 2_000_000)", PICTURE.format(5_000_000)),
    "large": (PICTURE.format(50_000_000),),
    "lines": ("for n in range(200_000): print('x' * 99)",),
    "flood": ("for n in range(1_000_000): print('x' * 999)",),
}
AT_ONCE = 20
NBCLIENT = """
import os, sys
import nbformat
from nbclient import NotebookClient
from peers import take_peak
client = NotebookClient(nbformat.read(sys.argv[1], 4), kernel_name="python3")
take_peak(os.getpid())
before = take_peak(os.getpid())
client.execute()
nbformat.write(client.nb, sys.argv[1] + ".done")
print(take_peak(os.getpid()) - before)
"""
NBCLIENTS = """
import asyncio, sys, time
from pathlib import Path
import peers
before = time.process_time()
asyncio.run(peers.nbclients(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[2])))
print(time.process_time() - before)
"""
# After a job its kernel ends; what it leaves behind is not to be measured with the next.
_SETTLE_SECONDS = 3


def main() -> int:
    """Run many jobs at once, then each of the large ones alone."""
    asked = options()
    report = Report("Large outputs")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, sources in SOURCES.items():
            peers.write(root / f"{name}.ipynb", sources)
        settings = kernels(fork=True) | {"max_concurrent_jobs": AT_ONCE}
        with Server(root, ("jupyter_nbtasks", "ticking"), **settings) as server:
            server.warm_up("busy.ipynb")
            report.rows.extend(_busy(server, root / "busy.ipynb"))
            report.rows.extend(_large(server, root / "large.ipynb", "one output of 50 MB"))
            report.rows.extend(_large(server, root / "lines.ipynb", "200,000 lines (20 MB)"))
            report.rows.append(_flood(server, root / "flood.ipynb"))
    return finish("outputs", report, asked)


def _busy(server: Server, notebook: Path) -> list[Row]:
    _settle(server)
    before = _cpu_seconds(server)
    for id in [server.submit(notebook.name) for _ in range(AT_ONCE)]:
        server.final(id)
    ours = _cpu_seconds(server) - before
    late = server.fetch("GET", "/ticking")
    theirs = float(_nbclient(NBCLIENTS, notebook, str(AT_ONCE)))
    what = f"{AT_ONCE} jobs of 7 MB each"
    row = Row(f"processor time of the loop's process under {what}", ours, "s")
    return [
        at_most(Row(f"loop late under {what}, 99th percentile", percentile(late, 99), "ms"), 50),
        at_most(Row(f"loop late under {what}, at most", max(late), "ms"), 100),
        at_least(replace(row, peer="nbclient on its loop", theirs=theirs), 5),
    ]


def _cpu_seconds(server: Server) -> float:
    times = psutil.Process(server.process.pid).cpu_times()
    return times.user + times.system


def _nbclient(program: str, *arguments: str | Path) -> str:
    """Return what *program* prints, in a process of its own."""
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.check_output([sys.executable, "-c", program, *arguments], env=here, text=True)


def _large(server: Server, notebook: Path, what: str) -> list[Row]:
    before = _settle(server)
    server.run(notebook.name)
    late = server.fetch("GET", "/ticking")
    # The kernel has gone by then, so its memory is not counted.
    after = _settle(server)
    ours = sum(after[pid] - before[pid] for pid in before.keys() & after.keys())
    theirs = float(_nbclient(NBCLIENT, notebook))
    row = Row(f"memory of the client for {what}", ours, "MB", "nbclient", theirs)
    return [
        at_most(Row(f"loop late under {what}, at most", max(late), "ms"), 50),
        at_least(row, round(1 / 0.7, 2)),
    ]


def _flood(server: Server, notebook: Path) -> Row:
    before = _settle(server)
    server.run(notebook.name)
    after = _settle(server)
    # What a process had before is its own: the limit is for all of it.
    ours = max(after[pid] for pid in before.keys() & after.keys())
    return at_most(Row("memory of a process of the server for 1 GB in lines", ours, "MB"), 300)


def _settle(server: Server) -> dict[int, float]:
    """Begin anew; return the most memory since the last time of each of the server's processes."""
    time.sleep(_SETTLE_SECONDS)
    server.fetch("GET", "/ticking")
    own = psutil.Process(server.process.pid)
    peaks = {}
    for process in (own, *own.children(recursive=True)):
        with suppress(OSError):
            peaks[process.pid] = peers.take_peak(process.pid)
    return peaks


if __name__ == "__main__":
    sys.exit(main())
