"""What the machine has, and what is used of it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")


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
