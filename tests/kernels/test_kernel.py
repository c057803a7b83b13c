"""What is believed of the process of a kernel."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from jupyter_nbtasks.kernels.kernel import kernel_pid


@pytest.fixture
def process():
    started = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield started
    started.communicate(b"\n")


def test_a_process_of_ours_is_known_by_its_number(process):
    provisioner = SimpleNamespace(process=process, pid=process.pid)
    assert kernel_pid(SimpleNamespace(provisioner=provisioner)) == process.pid


@pytest.mark.parametrize("own", [None, 7, "a process elsewhere"])
def test_the_number_of_a_process_elsewhere_is_not_taken_for_one_here(process, own):
    provisioner = SimpleNamespace(process=own, pid=process.pid)
    assert kernel_pid(SimpleNamespace(provisioner=provisioner)) is None


def test_a_kernel_without_a_provisioner_has_no_process_here():
    assert kernel_pid(SimpleNamespace()) is None
