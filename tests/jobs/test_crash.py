"""What is left of jobs when a server is killed: real servers, in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.error import URLError

import nbformat
import psutil
import pytest

from ..conftest import FINAL, texts

LONG = ["print('first')", "print('second', flush=True)\nimport time\ntime.sleep(600)"]
TOKEN = "crash"


class Server:
    """A server on *root*; all that are below one *home* share their database."""

    def __init__(self, home, root):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folders = {name: home / name.lower() for name in ("DATA", "RUNTIME", "CONFIG")}
        env = os.environ | {f"JUPYTER_{name}_DIR": str(path) for name, path in folders.items()}
        env |= {"IPYTHONDIR": str(home / "ipython")}
        flags = ["--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1"]
        flags += [f"--ServerApp.port={port}", f"--ServerApp.root_dir={root}"]
        flags += [f"--IdentityProvider.token={TOKEN}", "--NbTasksApp.max_concurrent_jobs=1"]
        flags += [f"--NbTasksApp.data_dir={home / 'nbtasks'}"]
        flags += ["--ServerApp.jpserver_extensions=jupyter_nbtasks=True"]
        self._url = f"http://127.0.0.1:{port}/nbtasks/api"
        self._log = (home / f"{port}.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *flags], env=env, cwd=root, stderr=self._log
        )
        self._wait_until_it_answers()

    def __call__(self, method, path, body=None):
        """The JSON of an answer."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}/{path}", sent, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def submit(self, notebook):
        return self("POST", "jobs", {"notebook": notebook})["id"]

    def until(self, reached):
        """Wait until ``reached()`` is something, and return that."""
        while not (found := reached()):
            assert self.process.poll() is None, "the server ended"
            time.sleep(0.05)
        return found

    def ended(self, id):
        job = self.until(lambda: (job := self("GET", f"jobs/{id}"))["status"] in FINAL and job)
        return SimpleNamespace(**job)

    def output(self, id):
        document = json.dumps(self("GET", f"jobs/{id}/output"))
        return texts(nbformat.reads(document, as_version=4))

    def sees_both_prints(self, id):
        """Whether the partial output of job *id* has what both cells printed so far."""
        has_output = self("GET", f"jobs/{id}")["kernel_id"] is not None
        return has_output and self.output(id) == ["first\n", "second\n"]

    def kernels(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number):
        """Send a signal and wait for the end; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self._log.close()
        return self.process.wait(60)

    def _wait_until_it_answers(self):
        def answers():
            with suppress(URLError):
                return self("GET", "config")

        self.until(answers)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Start a server on a folder of that name."""
    home, started = tmp_path_factory.mktemp("home"), []

    def start(name):
        root = home / name
        root.mkdir(exist_ok=True)
        for path, sources in (("long.ipynb", LONG), ("short.ipynb", ["print('short')"])):
            cells = [nbformat.v4.new_code_cell(source) for source in sources]
            spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
            made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
            nbformat.write(made, root / path)
        started.append(Server(home, root))
        return started[-1]

    yield start
    for server in started:
        server.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def crash(start):
    """A server was killed while it ran one job and another waited; then two were started."""
    killed = start("ann")
    long, short = killed.submit("long.ipynb"), killed.submit("short.ipynb")
    killed.until(lambda: killed.sees_both_prints(long))
    kernels = killed.kernels()
    killed.end(signal.SIGKILL)
    stranger = start("bob")
    seen, until = stranger("GET", "jobs")["items"], datetime.now(UTC)
    stranger.end(signal.SIGKILL)
    return SimpleNamespace(
        server=start("ann"), long=long, short=short, kernels=kernels, seen=seen, until=until
    )


def test_the_job_of_a_killed_server_has_failed_and_says_so(crash):
    job = crash.server.ended(crash.long)

    assert (job.status, job.reason) == ("FAILED", "server_lost")
    assert job.message.startswith("The server that ran it stopped or was killed.")
    assert job.ended_at
    assert job.kernel_id is None


def test_what_it_had_printed_is_kept(crash):
    assert crash.server.output(crash.long) == ["first\n", "second\n"]


def test_its_kernel_does_not_survive(crash):
    assert crash.kernels
    _, alive = psutil.wait_procs(crash.kernels, timeout=30)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []


def test_a_server_of_another_root_leaves_it_alone(crash):
    assert crash.seen == []
    job = crash.server.ended(crash.long)
    assert datetime.fromisoformat(job.ended_at) > crash.until


def test_a_job_that_waited_runs_on_the_next_server(crash):
    job = crash.server.ended(crash.short)

    assert (job.status, job.attempt) == ("COMPLETED", 1)
    assert crash.server.output(crash.short) == ["short\n"]


def test_no_job_is_left_running(crash):
    crash.server.ended(crash.short)

    assert crash.server("GET", "jobs?status=EXECUTING,CANCELLING,SUBMITTED")["items"] == []


def test_a_server_that_is_stopped_ends_its_job_with_what_it_had_printed(start):
    stopped = start("carol")
    id = stopped.submit("long.ipynb")
    stopped.until(lambda: stopped.sees_both_prints(id))
    kernels = stopped.kernels()

    assert stopped.end(signal.SIGTERM) == 0
    assert psutil.wait_procs(kernels, timeout=0)[1] == []
    server = start("carol")
    job = server.ended(id)
    assert (job.status, job.reason) == ("FAILED", "server_lost")
    assert job.message == "The server was stopped while it ran. What had run is in the output."
    assert server.output(id)[0] == "first\n"
    assert server.output(id)[1].startswith("second\n")
