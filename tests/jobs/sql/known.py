"""The plain model of a job, by which the store is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from jupyter_nbtasks.jobs.model import Job

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Known:
    """What must be true of a job; *history* is of the attempts that ended: status and reason."""

    id: str
    key: str | None
    priority: int
    most: int
    status: str = "SUBMITTED"
    attempt: int = 1
    server: str | None = None
    reason: str | None = None
    due: datetime = NOW
    lease: datetime | None = None
    lost: int = 0
    progress: int = 0
    history: list[tuple[str, str | None]] = field(default_factory=list)
    end: Job | None = None

    @property
    def is_held(self) -> bool:
        return self.status in ("EXECUTING", "CANCELLING")

    def is_of(self, job: Job) -> bool:
        """Whether a writer that believes in *job* is right."""
        return (self.status, self.attempt, self.server) == (job.status, job.attempt, job.server)

    def finish(self, status: str, reason: str | None) -> None:
        self.history.append((status, reason))
        self.status, self.reason = status, reason

    def fail(self, now: datetime, reason: str, *, may_retry: bool) -> None:
        self.finish("FAILED", reason)
        if may_retry and self.attempt < self.most:
            self.status, self.server = "SUBMITTED", None
            self.due = now + timedelta(seconds=2 ** (self.attempt - 1))
            self.attempt += 1

    def lose(self, now: datetime) -> None:
        if self.status == "CANCELLING":
            self.finish("CANCELLED", None)
            return
        self.lost += 1
        self.fail(now, "server_lost", may_retry=self.lost < 2)
        self.progress = 0
