"""Operating-system processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

from jupyter_nbtasks.kernels.processes import (
    KernelProcesses,
    end_process,
    is_at_work,
    is_gone,
    kill,
    process_name,
    this_server,
)

NAME = "from jupyter_nbtasks.kernels.processes import this_server; print(this_server(), flush=True)"
WAIT = "import sys; sys.stdin.read()"
# A process with one child in its own group and one that left it; it tells their numbers.
FAMILY = """
import subprocess, sys
wait = [sys.executable, "-c", "import time; time.sleep(600)"]
near = subprocess.Popen(wait, stdout=subprocess.DEVNULL)
far = subprocess.Popen(wait, stdout=subprocess.DEVNULL, start_new_session=True)
print(near.pid, far.pid, flush=True)
grown = b"x" * 50_000_000
sum(range(3_000_000))
print("grown", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start():
    """Start Python code as a kernel is started, in a session of its own."""
    started = []

    def start(code):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen(
            [sys.executable, "-c", code], start_new_session=True, text=True, **pipes
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def family(start):
    """A kernel, and the processes that it started: near and far."""
    kernel = start(FAMILY)
    near, far = (psutil.Process(int(pid)) for pid in kernel.stdout.readline().split())
    kernel.stdout.readline()
    yield kernel, near, far
    for process in (near, far):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def is_over(process):
    """Whether it ends soon; nobody may be there to bury it."""
    with suppress(psutil.NoSuchProcess):
        for _ in range(500):
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            time.sleep(0.02)
    return not process.is_running()


def test_a_server_that_lives_is_not_gone():
    assert not is_gone(this_server())


def test_each_name_is_used_once():
    assert this_server() != this_server()


def test_a_server_that_ended_is_gone(start):
    process = start(NAME)
    name = process.stdout.readline().strip()
    process.wait()

    assert is_gone(name)


def test_a_server_that_was_killed_but_not_yet_waited_for_is_gone(start):
    process = start(NAME + "; " + WAIT)
    name = process.stdout.readline().strip()
    assert not is_gone(name)
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert is_gone(name)


def test_another_process_under_the_same_number_is_not_that_server():
    machine, boot, pid, started, token = this_server().rsplit("/", 4)

    assert is_gone("/".join((machine, boot, pid, f"{float(started) - 100:.2f}", token)))


def test_a_server_that_lives_is_at_work_unless_it_is_suspended(start):
    process = start(NAME + "; " + WAIT)
    name = process.stdout.readline().strip()
    assert is_at_work(name)

    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)

    assert not is_at_work(name)
    assert not is_gone(name)
    process.kill()
    process.wait()
    assert not is_at_work(name)


@pytest.mark.parametrize("elsewhere", ["another-host:1", "a/b:1"])
def test_whether_a_server_elsewhere_lives_cannot_be_seen(elsewhere):
    _, *rest = this_server().rsplit("/", 4)

    assert not is_gone("/".join((elsewhere, *rest)))
    assert not is_at_work("/".join((elsewhere, *rest)))


def test_another_machine_of_the_same_name_is_elsewhere():
    """All machines give their first containers the same number."""
    machine, _, _, started, token = this_server().rsplit("/", 4)
    name = "/".join((machine, "0d1a7f6e-another-boot", "999999999", started, token))

    assert not is_gone(name)
    assert not is_at_work(name)


def test_a_container_of_the_same_host_name_is_elsewhere():
    machine, boot, _, started, token = this_server().rsplit("/", 4)
    host, _ = machine.rsplit(":", 1)

    assert not is_gone(f"{host}:12345/{boot}/999999999/{started}/{token}")


def test_usage_is_of_the_kernel_and_all_that_it_started(family):
    kernel, *_ = family
    processes = KernelProcesses(kernel.pid)

    processes.measure()

    alone = psutil.Process(kernel.pid).memory_info().rss
    assert alone > 50_000_000
    assert processes.peak_memory_bytes > alone
    assert processes.cpu_seconds > 0


def test_the_peak_stays_when_the_memory_is_free_again(family):
    kernel, *_ = family
    processes = KernelProcesses(kernel.pid)
    processes.measure()
    peak, seconds = processes.peak_memory_bytes, processes.cpu_seconds
    kernel.communicate()

    processes.measure()

    assert (processes.peak_memory_bytes, processes.cpu_seconds) == (peak, seconds)


def test_the_family_is_the_process_group(family):
    kernel, near, _ = family

    members = KernelProcesses(kernel.pid).family(detached=False)

    assert {process.pid for process in members} == {kernel.pid, near.pid}


def test_what_left_the_group_belongs_to_it_when_the_kernel_is_killed(family):
    kernel, near, far = family

    kill(KernelProcesses(kernel.pid).family(detached=True))

    kernel.wait()
    assert is_over(near)
    assert is_over(far)


def test_what_left_the_group_is_found_after_the_kernel_died(family):
    kernel, near, far = family
    processes = KernelProcesses(kernel.pid)
    processes.measure()
    kernel.kill()
    kernel.wait()

    kill(processes.family(detached=True))

    assert is_over(near)
    assert is_over(far)


def test_a_kernel_that_is_gone_has_no_family(start):
    kernel = start("")
    processes = KernelProcesses(kernel.pid)
    kernel.wait()

    processes.measure()

    assert processes.family(detached=True) == []
    assert processes.cpu_seconds == 0


def test_a_kernel_is_ended_by_its_name_with_all_it_started(family):
    kernel, near, far = family

    end_process(process_name(kernel.pid))

    kernel.wait(60)
    assert is_over(near)
    assert is_over(far)


@pytest.mark.parametrize(
    ("place", "other"), [(0, "another:1"), (1, "another-start"), (3, "0.00")],
    ids=["machine", "start of the machine", "start of the process"],
)  # fmt: skip
def test_a_process_of_another_name_is_left_alone(family, place, other):
    kernel, near, _ = family
    name = process_name(kernel.pid).rsplit("/", 3)
    name[place] = other

    end_process("/".join(name))

    assert kernel.poll() is None
    assert near.is_running()


def test_a_process_that_is_over_is_ended_already(start):
    kernel = start(WAIT)
    name = process_name(kernel.pid)
    kernel.communicate()

    end_process(name)
