"""The limits and waits that apply to jobs; settings.py fills them in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Shares:
    """How many jobs of one owner, and of one notebook, run at once; None: as many as fit."""

    owner: int | None = None
    notebook: int | None = None


@dataclass(frozen=True, kw_only=True)
class Keep:
    """How many of the jobs that are over are kept, and for how long; None: without limit.

    *bytes* is of the inputs and outputs of them all, as documents: compressed, and with equal
    parts stored once, they need less.
    """

    days: float | None = None
    jobs: int | None = None
    bytes: int | None = None

    @property
    def is_filled_by_jobs(self) -> bool:
        """Whether a job that ends may be one too many; time alone makes others too old."""
        return self.jobs is not None or self.bytes is not None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All durations are in seconds; a limit of None means none. Defaults are those of settings."""

    max_concurrent_jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    default_timeout: float | None = None
    default_cell_timeout: float | None = None
    kernel_start_timeout: float = 60.0
    cancel_grace: float = 5.0
    lease: float = 20.0
    max_notebook_bytes: int = 100_000_000
    max_output_characters: int = 200_000_000
    executor_process: bool = True
    max_jobs_per_owner: int | None = None
    max_jobs_per_notebook: int | None = None
    keep_jobs_days: float | None = None
    keep_jobs: int | None = None
    keep_jobs_bytes: int | None = None

    @property
    def shares(self) -> Shares:
        """How many jobs one owner and one notebook may have running."""
        return Shares(owner=self.max_jobs_per_owner, notebook=self.max_jobs_per_notebook)

    @property
    def keep(self) -> Keep:
        """Which of the jobs that are over are kept."""
        return Keep(days=self.keep_jobs_days, jobs=self.keep_jobs, bytes=self.keep_jobs_bytes)

    @property
    def max_body_bytes(self) -> int:
        """How long a request may be: each byte of a notebook may be sent as three."""
        return 3 * self.max_notebook_bytes + 1_000_000

    @property
    def heartbeat(self) -> float:
        """How often a lease is renewed, and a cancel from elsewhere noticed."""
        return self.lease / 10
