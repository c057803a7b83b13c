"""What is told of the processes of this machine."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from jupyter_nbtasks.arcgis.admin.machine import kernel_usage, started_at


@pytest.fixture
def ended():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_kernel_that_has_ended_uses_nothing(ended):
    assert kernel_usage(ended) is None
    assert started_at(ended) is None


def test_a_kernel_that_runs_uses_memory():
    assert kernel_usage(os.getpid()).memory > 1_000_000
