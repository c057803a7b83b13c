"""Two hundred jobs, some cancelled and some with their kernels killed: nothing is left over."""

from __future__ import annotations

import random
import signal
from collections import Counter
from contextlib import suppress
from types import SimpleNamespace
from urllib.error import HTTPError

import nbformat
import psutil
import pytest

from ..conftest import FINAL
from ..server_process import Server

JOBS = 200
CANCELLED, KILLED = 90, 20
# A kernel that is killed from outside may not have begun a cell yet, and then another one starts.
SOURCES = {
    "work": "print(6 * 7)",
    "dying": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
}


@pytest.fixture
def server(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for name, source in SOURCES.items():
        cells = [nbformat.v4.new_code_cell(source)]
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        nbformat.write(made, root / f"{name}.ipynb")
    started = Server(tmp_path, root, max_concurrent_jobs=3, cancel_grace=1.0)
    yield started
    started.end(signal.SIGKILL)


def open_jobs(server):
    listed = "SUBMITTED,EXECUTING,CANCELLING"
    return [job["id"] for job in server("GET", f"jobs?limit=500&status={listed}")["items"]]


def disturb(server, chance, cancels, kills):
    """Cancel that many random jobs and kill that many random kernels, until all jobs are over."""
    while waiting := open_jobs(server):
        if cancels and chance.random() < 0.8:
            cancels -= 1
            with suppress(HTTPError):
                server("POST", f"jobs/{chance.choice(waiting)}/cancel", {})
        elif kills and (kernels := server.kernels()):
            kills -= 1
            with suppress(psutil.NoSuchProcess):
                chance.choice(kernels).kill()


def held(server):
    """What the settled server has: file descriptors, threads, kernels."""
    process = psutil.Process(server.process.pid)
    # A kernel is one of Jupyter's a little longer than its process lives.
    server.until(lambda: not server.kernels() and not server("GET", "/api/kernels"))
    return SimpleNamespace(
        files=process.num_fds(),
        threads=process.num_threads(),
        running=server("GET", "/api/status")["kernels"],
    )


@pytest.mark.timeout(900)
def test_of_two_hundred_jobs_nothing_is_left_over(server):
    chance = random.Random(20260301)
    warm = [server.submit("work.ipynb") for _ in range(JOBS // 10)]
    disturb(server, chance, CANCELLED // 10, KILLED // 10)
    warm.append(server.ended(server.submit("dying.ipynb")).id)
    before = held(server)

    ids = [server.submit("work.ipynb") for _ in range(JOBS - len(warm))]
    disturb(server, chance, CANCELLED - CANCELLED // 10, KILLED - KILLED // 10)
    ids.append(server.ended(server.submit("dying.ipynb")).id)
    after = held(server)

    jobs = [server.ended(id) for id in warm + ids]
    ends = Counter((job.status, job.reason) for job in jobs)
    assert {status for status, _ in ends} == FINAL, ends
    assert {reason for _, reason in ends} <= {None, "kernel_died", "kernel_start_failed"}, ends
    assert all(len(job.attempts) == (job.started_at is not None) for job in jobs)
    assert after.running == before.running == 0
    # A pool may have grown by a thread, and that by a connection: not by one for each job.
    assert after.threads <= before.threads + 5, (before, after)
    assert after.files <= before.files + 10, (before, after)
