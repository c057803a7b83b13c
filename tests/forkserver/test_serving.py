"""The fork server itself, spoken to as the Jupyter server does."""

from __future__ import annotations

import json
import os
import socket
import sys
import time

import psutil
import pytest

from jupyter_nbtasks.forkserver.launch import ForkSettings, launch, reap


class Spoken:
    """A fork server, one message at a time."""

    def __init__(self):
        self.process, self.channel = launch((sys.executable,), os.environ, ForkSettings())
        self.channel.setblocking(True)

    def ask(self, message, descriptors=()):
        socket.send_fds(self.channel, [json.dumps(message).encode()], descriptors)

    def hear(self):
        return json.loads(self.channel.recv(65536))


@pytest.fixture(scope="module")
def spoken():
    """It has begun."""
    server = Spoken()
    assert server.hear() == {"ready": {}}
    yield server
    server.channel.close()
    reap(server.process)
    assert server.process.returncode == 0


def request(server, deadline, job):
    with open(os.memfd_create("job"), "w+") as file, open(os.devnull, "w") as nothing:
        json.dump(job, file)
        file.seek(0)
        given = [file.fileno(), nothing.fileno(), nothing.fileno()]
        server.ask({"id": 1, "deadline": deadline}, given)


def test_it_has_one_thread_and_keeps_nothing_open(spoken):
    process = psutil.Process(spoken.process.pid)
    assert process.num_threads() == 1
    # Its streams, and the channel.
    assert process.num_fds() == 4


def test_a_request_that_comes_too_late_is_refused(spoken):
    request(spoken, time.monotonic() - 1, {})

    assert spoken.hear() == {"id": 1, "refused": "its fork server was too slow"}
    assert psutil.Process(spoken.process.pid).children() == []
    assert psutil.Process(spoken.process.pid).num_fds() == 4


def test_a_process_that_does_not_become_a_kernel_is_told_and_reaped(spoken):
    request(spoken, time.monotonic() + 60, {"argv": []})

    told = [spoken.hear() for _ in range(3)]

    pid = told[0]["pid"]
    why = "the forked process ended before it was a kernel"
    assert {"id": 1, "refused": why} in told
    assert {"exited": pid, "status": 1} in told
    assert psutil.Process(spoken.process.pid).num_fds() == 4


def test_it_ends_when_it_is_retired_and_has_no_kernels():
    server = Spoken()
    server.hear()

    server.ask({"retire": True})

    assert server.channel.recv(100) == b""
    server.channel.close()
    assert server.process.wait(30) == 0
