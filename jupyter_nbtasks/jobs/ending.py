"""How an attempt at a job ends. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from ..execution.events import FinalState
from .model import Failure, Job, Progress, Reason, Status, Usage


class Stop(Enum):
    """Why an attempt is stopped before its end."""

    CANCEL = "cancel"
    TIMEOUT = "timeout"
    SHUTDOWN = "shutdown"
    STALE = "stale"


@dataclass(frozen=True, kw_only=True)
class RunOutcome:
    """How the run of a notebook ended: *failure* is why its kernel or its code failed, if so.

    *stop* is why it had been stopped by then; *limit* says which timeout is over, in a sentence.
    *has_database* is False if it failed because the database was gone. No cell begins before it is
    stored that one does, so nothing had run then.
    """

    failure: Failure | None = None
    stop: Stop | None = None
    limit: str = ""
    has_database: bool = True


@dataclass(frozen=True, kw_only=True)
class AttemptFacts:
    """What is known of an attempt at its end.

    *output* is the executed notebook, None if no cell was begun or none could be stored, which
    *storing_error* is about. *delivery_error* says why it could not be written to where it was
    asked for.
    """

    usage: Usage = field(default_factory=Usage)
    output: FinalState | None = None
    storing_error: str | None = None
    delivery_error: str | None = None


def ending(was: Job, outcome: RunOutcome, facts: AttemptFacts, now: datetime) -> Job:
    """Return what becomes of *was*, as it is stored, at the end of an attempt.

    That is its end, or that it waits to be tried again.
    """
    job = _with_output(replace(was, usage=facts.usage, kernel_id=None), facts.output)
    if was.status is Status.CANCELLING:
        return job.cancelled(now, message="It was cancelled.")
    # A command waits for its own job, which nobody else would run.
    if not outcome.has_database and outcome.stop is None and was.trigger.type != "cli":
        return was.given_back()
    failure = _failure(outcome, facts)
    if failure is None:
        return job.completed(now)
    if facts.delivery_error and outcome.failure:
        warning = _undelivered(facts.delivery_error)
        job = replace(job, warnings=[*job.warnings, warning])
    # What the server itself stops is not what may have brought it down.
    is_lost = failure.reason is Reason.SERVER_LOST and outcome.stop is None
    return job.failed(now, failure, servers_lost=was.servers_lost + is_lost)


def keep_seconds(ended: Job) -> float:
    """Return for how long the kernel of a job that has *ended* is to be kept."""
    is_wanted = ended.status is Status.FAILED
    return float(ended.request.get("keep_kernel_on_failure", 0)) if is_wanted else 0.0


def _with_output(job: Job, output: FinalState | None) -> Job:
    if output is None:
        return job
    results = output["results"]
    return replace(
        job,
        progress=Progress(**output["progress"]),
        warnings=[*job.warnings, *output["warnings"]],
        results=job.results if results is None else results,
        output_hash=output["hash"],
        output_size=output["size"],
    )


def _failure(outcome: RunOutcome, facts: AttemptFacts) -> Failure | None:
    """Return why the attempt failed: first of all, why we stopped it."""
    if outcome.failure is not None:
        return _cause(outcome.failure, outcome)
    if facts.storing_error is not None:
        message = f"The output could not be stored: {facts.storing_error}"
        return Failure(reason=Reason.OUTPUT_NOT_SAVED, message=message)
    if facts.delivery_error is not None:
        message = _undelivered(facts.delivery_error)
        return Failure(reason=Reason.OUTPUT_NOT_SAVED, message=message)
    return None


def _cause(failure: Failure, outcome: RunOutcome) -> Failure:
    if outcome.stop is Stop.TIMEOUT:
        return replace(failure, reason=Reason.TIMEOUT, message=outcome.limit)
    if outcome.stop is Stop.SHUTDOWN:
        message = "The server was stopped while it ran. What had run is in the output."
        return replace(failure, reason=Reason.SERVER_LOST, message=message)
    return failure


def _undelivered(error: str) -> str:
    return f"The output is kept here, but could not be written: {error}"
