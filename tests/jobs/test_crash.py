"""What is left of jobs when a server is killed: real servers, in processes of their own."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from ..server_process import Server

LONG = ["print('first')", "print('second', flush=True)\nimport time\ntime.sleep(600)"]


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


@pytest.fixture
def interruptible():
    """Programs that are started have SIGINT as a terminal gives it: not ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_ends_its_job_with_what_it_had_printed(
    start, interruptible, number
):
    stopped = start(f"carol-{number}")
    id = stopped.submit("long.ipynb")
    stopped.until(lambda: stopped.sees_both_prints(id))
    kernels = stopped.kernels()

    assert stopped.end(number) == 0
    assert psutil.wait_procs(kernels, timeout=0)[1] == []
    server = start(f"carol-{number}")
    job = server.ended(id)
    assert (job.status, job.reason) == ("FAILED", "server_lost")
    assert job.message == "The server was stopped while it ran. What had run is in the output."
    assert server.output(id)[0] == "first\n"
    assert server.output(id)[1].startswith("second\n")
