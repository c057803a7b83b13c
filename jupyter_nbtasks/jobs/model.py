"""What a job is, and how it may change. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ..errors import Conflict


class Status(StrEnum):
    """Where a job is in its life. Values are part of the REST API and the database."""

    SUBMITTED = "SUBMITTED"
    EXECUTING = "EXECUTING"
    CANCELLING = "CANCELLING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Whether a job of this status never changes again."""
        return self not in _NEXT

    @property
    def is_held(self) -> bool:
        """Whether some server has a job of this status."""
        return self in (Status.EXECUTING, Status.CANCELLING)


# EXECUTING to SUBMITTED is an attempt that failed and may be tried again.
_NEXT = {
    Status.SUBMITTED: {Status.EXECUTING, Status.CANCELLED},
    Status.EXECUTING: {
        Status.COMPLETED,
        Status.FAILED,
        Status.CANCELLING,
        Status.SUBMITTED,
    },
    Status.CANCELLING: {Status.CANCELLED},
}


class Reason(StrEnum):
    """Why a job is FAILED."""

    CELL_ERROR = "cell_error"
    TIMEOUT = "timeout"
    KERNEL_DIED = "kernel_died"
    KERNEL_START_FAILED = "kernel_start_failed"
    NOTEBOOK_INVALID = "notebook_invalid"
    SERVER_LOST = "server_lost"
    SERVER_ERROR = "server_error"
    OUTPUT_NOT_SAVED = "output_not_saved"


# The others would fail the same way again.
_RETRIED = {
    Reason.CELL_ERROR,
    Reason.TIMEOUT,
    Reason.KERNEL_DIED,
    Reason.KERNEL_START_FAILED,
    Reason.SERVER_LOST,
}
_NO_KERNEL: dict[str, Any] = {"kernel_id": None, "kernel_start": None}
_LONGEST_DELAY = timedelta(hours=1)
# A job that takes its server along must not take the next ones too.
_MOST_LOST = 2


@dataclass(frozen=True, kw_only=True)
class CellError:
    """The error that ended a job; *cell* is the index in the executed notebook."""

    cell: int
    ename: str
    evalue: str
    traceback: list[str]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why an attempt failed, for programs (*reason*) and for people (*message*)."""

    reason: Reason
    message: str
    error: CellError | None = None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Code cells done, code cells in all, and the index of the one that runs."""

    completed: int = 0
    total: int = 0
    current: int | None = None


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What an attempt took: seconds and bytes; None where it cannot be measured."""

    kernel_seconds: float | None = None
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What submitted a job, and the id of that thing."""

    type: str = "api"
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CellRecord:
    """What is known of one code cell; *outputs_hash* while its outputs are not in the document."""

    index: int
    id: str | None
    status: str
    started_at: datetime | None = None
    seconds: float | None = None
    execution_count: int | None = None
    outputs_hash: str | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One run of one notebook, from submission to a final status.

    *request* is the submission as it was asked for, *server* the one that runs it (or, while
    SUBMITTED, the only one that may), *lease_until* how long that is believed, *servers_lost* how
    many were lost or killed while they ran it. *kernel_start* is "fork", "warm" if it
    was ready before the job came, or "cold" and why there was no fork. *environment* is the id of
    the one it runs in; None runs on whatever its server calls *kernel_name*.
    The sizes are those of the frozen input and of the executed document at its end, in bytes.
    """

    id: str
    root: str
    owner: str
    name: str
    notebook: str | None
    item_id: str | None
    input_hash: str
    kernel_name: str
    parameters: dict[str, Any]
    request: dict[str, Any]
    created_at: datetime
    status: Status = Status.SUBMITTED
    reason: Reason | None = None
    message: str | None = None
    warnings: list[str] = field(default_factory=list)
    error: CellError | None = None
    progress: Progress = Progress()
    results: dict[str, Any] = field(default_factory=dict)
    attempt: int = 1
    max_attempts: int = 1
    priority: int = 0
    timeout: float | None = None
    tags: list[str] = field(default_factory=list)
    trigger: Trigger = Trigger()
    batch_id: str | None = None
    schedule_id: str | None = None
    snapshot_id: str | None = None
    nominal_time: datetime | None = None
    not_before: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    usage: Usage = Usage()
    input_size: int = 0
    output_size: int = 0
    output_hash: str | None = None
    output_path: str | None = None
    saved_hash: str | None = None
    kernel_id: str | None = None
    kernel_start: str | None = None
    environment: str | None = None
    idempotency_key: str | None = None
    request_hash: str | None = None
    server: str | None = None
    lease_until: datetime | None = None
    servers_lost: int = 0

    def completed(self, at: datetime, **facts: Any) -> Job:
        """All cells ran, and the output is kept."""
        return self._moved(Status.COMPLETED, ended_at=at, **facts)

    def failed(self, at: datetime, failure: Failure, **facts: Any) -> Job:
        """This attempt failed: another one follows later if that was asked for, or it is over."""
        facts |= {"reason": failure.reason, "message": failure.message, "error": failure.error}
        if failure.reason is Reason.SERVER_LOST and facts.get("servers_lost", 0) >= _MOST_LOST:
            facts["message"] = "What ran it was lost, twice; it is not tried again."
        elif self._may_retry(failure.reason):
            return self._retried(at, **facts)
        return self._moved(Status.FAILED, ended_at=at, **facts)

    def given_back(self) -> Job:
        """It was claimed, but never begun."""
        return self._moved(Status.SUBMITTED, server=None, lease_until=None)

    def cancelling(self) -> Job:
        """Its kernel is being interrupted."""
        return self._moved(Status.CANCELLING)

    def cancelled(self, at: datetime, **facts: Any) -> Job:
        """It was stopped on purpose."""
        return self._moved(Status.CANCELLED, ended_at=at, **facts)

    def lost(self, at: datetime) -> Job:
        """The server or command that held it is gone."""
        if self.status is not Status.EXECUTING:
            waited = self.status is Status.SUBMITTED
            message = "The command that was to run it is gone." if waited else "It was cancelled."
            return self.cancelled(at, message=message, kernel_id=None)
        message = "The server that ran it stopped or was killed. What had run is in the output."
        failure = Failure(reason=Reason.SERVER_LOST, message=message)
        return self.failed(at, failure, kernel_id=None, servers_lost=self.servers_lost + 1)

    def retry_delay(self) -> timedelta:
        """How long to wait before the next attempt; twice as long each time, an hour at most."""
        seconds = float(self.request.get("retry_delay", 0)) * 2.0 ** min(self.attempt - 1, 30)
        return min(timedelta(seconds=min(seconds, 1e6)), _LONGEST_DELAY)

    def _may_retry(self, reason: Reason) -> bool:
        # A command waits for its own job, so nobody waits once the command is lost.
        is_orphan = reason is Reason.SERVER_LOST and self.trigger.type == "cli"
        return self.attempt < self.max_attempts and reason in _RETRIED and not is_orphan

    def _retried(self, at: datetime, **facts: Any) -> Job:
        due = at + self.retry_delay()
        # A command tries its own job again; any server may try the others.
        server = self.server if self.trigger.type == "cli" else None
        moved = self._moved(Status.SUBMITTED, not_before=due, server=server, **facts)
        return replace(moved, attempt=self.attempt + 1, progress=Progress(), **_NO_KERNEL)

    def _moved(self, status: Status, **changes: Any) -> Job:
        if status not in _NEXT.get(self.status, ()):
            msg = f"Job {self.id} is {self.status} and cannot become {status}."
            raise Conflict(msg, reason="wrong_status")
        return replace(self, status=status, **changes)


@dataclass(frozen=True, kw_only=True)
class ListedJob(Job):
    """A job as lists show it: *left_out* names the fields of which something long is missing."""

    left_out: list[str]


@dataclass(frozen=True, kw_only=True)
class StartedKernel:
    """The *process* that runs an attempt at a job, and the *server* that started it, by names."""

    job_id: str
    attempt: int
    server: str
    process: str
