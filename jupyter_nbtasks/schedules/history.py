"""What a schedule did last. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..jobs.model import Job
from .model import Occurrence


@dataclass(frozen=True, kw_only=True)
class History:
    """What a schedule did last: its last job, its latest occurrences and the jobs of these."""

    last_job: Job | None
    recent: list[Occurrence]
    jobs: dict[str, Job]
    failures: int
