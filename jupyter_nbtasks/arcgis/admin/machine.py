"""What the machine has, and what is used of it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from ...kernels.processes import KernelProcesses

_CGROUP = Path("/sys/fs/cgroup")
_SAMPLE_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class Resources:
    """CPUs (a container may have half of one) and bytes."""

    cpus: float
    memory: int
    swap: int


def resources() -> Resources:
    """Return what this process may use: of the machine, or of the container that it is in."""
    return Resources(
        cpus=min(_cpus(), _cpu_quota()),
        memory=_memory(),
        swap=psutil.swap_memory().total,
    )


@dataclass(frozen=True, kw_only=True)
class ResourceUsage:
    """Percent of one CPU, and resident bytes."""

    cpu_percent: float
    memory: int


def kernel_usage(pid: int) -> ResourceUsage | None:
    """Return what a kernel and all that it started use now; None if it is gone.

    It takes a fifth of a second: call it off the loop.
    """
    try:
        processes = KernelProcesses(pid)
    except ProcessLookupError:
        return None
    processes.measure()
    before, began = processes.cpu_seconds, time.monotonic()
    time.sleep(_SAMPLE_SECONDS)
    processes.measure()
    spent = (processes.cpu_seconds - before) / (time.monotonic() - began)
    return ResourceUsage(cpu_percent=round(100 * spent, 1), memory=processes.peak_memory_bytes)


def machine_usage() -> ResourceUsage:
    """Return what all of the machine uses now; of a container, its machine. Off the loop."""
    has = psutil.virtual_memory()
    percent = psutil.cpu_percent(_SAMPLE_SECONDS) * (psutil.cpu_count() or 1)
    return ResourceUsage(cpu_percent=round(percent, 1), memory=has.total - has.available)


def started_at(pid: int) -> datetime | None:
    """Return when a process was started; None if it is gone."""
    try:
        return datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
    except psutil.Error:
        return None


def _cpus() -> float:
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu_quota() -> float:
    quota, _, period = _read("cpu.max").partition(" ")
    return int(quota) / int(period) if quota.isdigit() else float("inf")


def _memory() -> int:
    limit, total = _read("memory.max"), psutil.virtual_memory().total
    return min(total, int(limit)) if limit.isdigit() else total


def _read(name: str) -> str:
    """Return what the control group says, nothing where there is none."""
    try:
        return (_CGROUP / name).read_text().strip()
    except OSError:
        return ""
