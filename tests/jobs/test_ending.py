"""How an attempt ends, whatever has happened in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from jupyter_nbtasks.jobs.ending import AttemptFacts, RunOutcome, Stop, ending, keep_seconds
from jupyter_nbtasks.jobs.model import (
    CellError,
    Failure,
    Job,
    Progress,
    Reason,
    Status,
    Trigger,
    Usage,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LIMIT = "The job ran longer than its timeout of 6 seconds."
STOPS = [None, Stop.CANCEL, Stop.TIMEOUT, Stop.SHUTDOWN]
OUTPUT = {
    "cells": [],
    "progress": {"completed": 1, "total": 2, "current": None},
    "hash": "f" * 64,
    "size": 7,
    "results": {"x": 1},
    "warnings": ["much"],
}
ERROR = CellError(cell=0, ename="ValueError", evalue="no", traceback=["ValueError: no"])
FAILURES = {
    "nothing": None,
    "a cell": Failure(reason=Reason.CELL_ERROR, message="Cell 1: no", error=ERROR),
    "the notebook": Failure(reason=Reason.NOTEBOOK_INVALID, message="It is not one."),
    "the database": Failure(reason=Reason.SERVER_ERROR, message="It is gone."),
}

# What failed, and how the attempt ends: not stopped, cancelled, out of time, server stopped.
# A letter is the status: Completed, Failed (and why), Submitted for the next attempt or "given
# back" for the same one.
ENDS = {
    "nothing": ["C", "C", "C", "C"],
    "a cell": ["F cell_error", "F cell_error", "F timeout", "F server_lost"],
    "the notebook": ["F notebook_invalid", "F notebook_invalid", "F timeout", "F server_lost"],
    "the database": ["given back", "F server_error", "F timeout", "F server_lost"],
}
ENDS_OF_A_COMMANDS_JOB = ENDS | {
    "the database": ["F server_error", "F server_error", "F timeout", "F server_lost"],
}
# With an attempt left, these are tried again; the server of a command's job nobody waits for.
TRIED_AGAIN = {"cell_error", "timeout", "server_lost"}
# A completed run whose output is lost has failed all the same.
FAULTS = {"storing_error": "disk full", "delivery_error": "no such folder"}


def running(status=Status.EXECUTING, *, by="api", **facts):
    """A job whose first attempt is at its end."""
    return Job(
        id="j1", root="/", owner="ann", name="work", notebook="work.ipynb", item_id=None,
        input_hash="0" * 64, kernel_name="python3", parameters={}, created_at=NOW,
        request=facts.pop("request", {}), status=status, trigger=Trigger(type=by),
        warnings=["before"], server="s1", lease_until=NOW, kernel_start="fork", **facts,
    )  # fmt: skip


def outcome(failed, stop=None):
    limit = LIMIT if stop is Stop.TIMEOUT else ""
    has_database = failed != "the database"
    return RunOutcome(failure=FAILURES[failed], stop=stop, limit=limit, has_database=has_database)


def short(job):
    """How a job ended, as the tables above write it."""
    if job.status is Status.SUBMITTED:
        return f"S {job.reason}" if job.attempt == 2 else "given back"
    return f"{str(job.status)[0]} {job.reason}" if job.reason else str(job.status)[0]


def expected(by, attempts, failed, stop, fault):
    ends = ENDS_OF_A_COMMANDS_JOB if by == "cli" else ENDS
    end = ends[failed][STOPS.index(stop)]
    if end == "C" and fault:
        return "F output_not_saved"
    _, _, reason = end.partition(" ")
    is_orphan = by == "cli" and reason == "server_lost"
    return f"S {reason}" if attempts == 2 and reason in TRIED_AGAIN and not is_orphan else end


ALL = list(product(["api", "cli"], [1, 2], FAILURES, STOPS, [None, *FAULTS]))


@pytest.mark.parametrize(("by", "attempts", "failed", "stop", "fault"), ALL)
def test_an_attempt_ends_as_the_table_says(by, attempts, failed, stop, fault):
    was = running(by=by, max_attempts=attempts)
    facts = AttemptFacts(**{fault: FAULTS[fault]} if fault else {})

    end = ending(was, outcome(failed, stop), facts, NOW)

    assert short(end) == expected(by, attempts, failed, stop, fault)
    assert (end.ended_at == NOW) == end.status.is_final


@pytest.mark.parametrize(("by", "attempts", "failed", "stop", "fault"), ALL)
def test_one_that_is_to_be_cancelled_is_whatever_became_of_it(by, attempts, failed, stop, fault):
    was = running(Status.CANCELLING, by=by, max_attempts=attempts)
    facts = AttemptFacts(output=OUTPUT, **{fault: FAULTS[fault]} if fault else {})

    end = ending(was, outcome(failed, stop), facts, NOW)

    assert (end.status, end.message, end.reason) == ("CANCELLED", "It was cancelled.", None)
    assert (end.output_hash, end.ended_at) == (OUTPUT["hash"], NOW)


@pytest.mark.parametrize(("failed", "attempts"), [*product(FAILURES, [1, 2])])
def test_what_is_known_of_it_is_in_the_job(failed, attempts):
    usage = Usage(kernel_seconds=1.0)

    end = ending(
        running(max_attempts=attempts),
        outcome(failed),
        AttemptFacts(output=OUTPUT, usage=usage),
        NOW,
    )

    if failed == "the database":
        assert end == replace(
            running(max_attempts=attempts), status=Status.SUBMITTED, server=None, lease_until=None
        )
        return
    assert (end.output_hash, end.output_size, end.usage) == (OUTPUT["hash"], 7, usage)
    assert (end.results, end.warnings) == ({"x": 1}, ["before", "much"])
    is_over = end.status.is_final
    assert end.progress == (Progress(completed=1, total=2) if is_over else Progress())
    assert end.kernel_start == ("fork" if is_over else None)


def test_without_an_output_nothing_of_the_job_is_replaced():
    was = running(output_hash="e" * 64, output_size=3, results={"y": 2})

    end = ending(was, outcome("a cell"), AttemptFacts(storing_error="disk full"), NOW)

    assert (end.output_hash, end.output_size, end.results) == ("e" * 64, 3, {"y": 2})
    assert (end.warnings, end.reason) == (["before"], "cell_error")


def test_results_that_are_too_large_leave_those_there_are():
    facts = AttemptFacts(output=OUTPUT | {"results": None})

    assert ending(running(results={"y": 2}), outcome("nothing"), facts, NOW).results == {"y": 2}


@pytest.mark.parametrize(
    ("stop", "message", "error"),
    [
        (None, "Cell 1: no", ERROR),
        (Stop.CANCEL, "Cell 1: no", ERROR),
        (Stop.TIMEOUT, LIMIT, ERROR),
        (
            Stop.SHUTDOWN,
            "The server was stopped while it ran. What had run is in the output.",
            ERROR,
        ),
    ],
)
def test_the_message_says_why_it_was_stopped(stop, message, error):
    end = ending(running(), outcome("a cell", stop), AttemptFacts(), NOW)

    assert (end.message, end.error) == (message, error)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"storing_error": "disk full"}, "The output could not be stored: disk full"),
        (
            {"delivery_error": "no such folder"},
            "The output is kept here, but could not be written: no such folder",
        ),
    ],
)
def test_an_output_that_is_lost_fails_the_job_in_so_many_words(fault, message):
    completed = ending(running(), outcome("nothing", Stop.TIMEOUT), AttemptFacts(**fault), NOW)
    failed = ending(running(), outcome("a cell"), AttemptFacts(**fault), NOW)

    assert (completed.status, completed.message) == ("FAILED", message)
    # A job that has failed already is only warned of where its output is not.
    warnings = ["before", message] if "delivery_error" in fault else ["before"]
    assert (failed.message, failed.warnings) == ("Cell 1: no", warnings)


@pytest.mark.parametrize(
    ("failed", "attempts", "wanted", "fault", "kept"),
    [
        ("a cell", 1, 60, {}, 60),
        ("a cell", 1, 0, {}, 0),
        ("a cell", 2, 60, {}, 0),
        ("nothing", 1, 60, {}, 0),
        ("nothing", 1, 60, {"delivery_error": "no such folder"}, 60),
        ("the database", 1, 60, {}, 0),
    ],
)
def test_the_kernel_of_a_failed_job_is_kept_if_that_is_asked_for(
    failed, attempts, wanted, fault, kept
):
    was = running(max_attempts=attempts, request={"keep_kernel_on_failure": wanted})

    end = ending(was, outcome(failed), AttemptFacts(**fault), NOW)

    assert keep_seconds(end) == kept
    assert end.kernel_id is None


def test_the_next_attempt_waits_for_its_delay():
    was = running(max_attempts=2, request={"retry_delay": 30})

    end = ending(was, outcome("a cell"), AttemptFacts(), NOW)

    assert end.not_before == NOW + timedelta(seconds=30)


def test_a_job_whose_execution_was_lost_twice_is_not_tried_again():
    failure = Failure(reason=Reason.SERVER_LOST, message="The process that ran it is gone.")
    lost = RunOutcome(failure=failure)

    once = ending(running(max_attempts=9), lost, AttemptFacts(), NOW)
    twice = ending(replace(once, status=Status.EXECUTING), lost, AttemptFacts(), NOW)
    stopped = replace(lost, stop=Stop.SHUTDOWN)
    spared = ending(replace(once, status=Status.EXECUTING), stopped, AttemptFacts(), NOW)

    assert (once.status, once.servers_lost) == (Status.SUBMITTED, 1)
    assert (twice.status, twice.reason) == (Status.FAILED, Reason.SERVER_LOST)
    assert twice.message == "What ran it was lost, twice; it is not tried again."
    assert (spared.status, spared.servers_lost) == (Status.SUBMITTED, 1)
