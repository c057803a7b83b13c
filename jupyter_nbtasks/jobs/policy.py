"""The limits and waits that apply to jobs; app.py fills them from its settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Shares:
    """How many jobs of one owner, and of one notebook, run at once; None: as many as fit."""

    owner: int | None = None
    notebook: int | None = None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All durations are in seconds; a timeout of None means none."""

    max_concurrent_jobs: int
    default_timeout: float | None
    default_cell_timeout: float | None
    kernel_start_timeout: float
    cancel_grace: float
    lease: float
    max_notebook_bytes: int
    max_output_characters: int
    executor_process: bool = True
    max_jobs_per_owner: int | None = None
    max_jobs_per_notebook: int | None = None

    @property
    def shares(self) -> Shares:
        """What one owner and one notebook may take of the places."""
        return Shares(owner=self.max_jobs_per_owner, notebook=self.max_jobs_per_notebook)

    @property
    def heartbeat(self) -> float:
        """How often a lease is renewed, and a cancel from elsewhere noticed."""
        return self.lease / 10
