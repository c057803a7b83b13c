"""What a job is, and how it may change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jupyter_nbtasks.errors import Conflict
from jupyter_nbtasks.ids import id_prefix, new_id
from jupyter_nbtasks.jobs.model import CellError, Failure, Job, Progress, Reason, Status, Trigger

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
ERROR = CellError(cell=1, ename="ValueError", evalue="no", traceback=["ValueError: no"])
FAILURE = Failure(reason=Reason.CELL_ERROR, message="Cell 1: ValueError: no", error=ERROR)

FOLLOWS = {
    ("SUBMITTED", "EXECUTING"),
    ("SUBMITTED", "CANCELLED"),
    ("EXECUTING", "COMPLETED"),
    ("EXECUTING", "FAILED"),
    ("EXECUTING", "CANCELLING"),
    ("EXECUTING", "SUBMITTED"),
    ("CANCELLING", "CANCELLED"),
}
MOVES = {
    "COMPLETED": lambda job: job.completed(LATER),
    "FAILED": lambda job: job.failed(LATER, FAILURE),
    "CANCELLING": lambda job: job.cancelling(),
    "CANCELLED": lambda job: job.cancelled(LATER),
    "SUBMITTED": lambda job: replace(job, max_attempts=2).failed(LATER, FAILURE),
}


def a_job(status=Status.EXECUTING, *, retry_delay=10, **facts):
    given = {
        "id": "j1",
        "root": "/home/ann",
        "owner": "ann",
        "name": "work",
        "notebook": "work.ipynb",
        "item_id": None,
        "input_hash": "0" * 64,
        "kernel_name": "python3",
        "parameters": {},
        "request": {"retry_delay": retry_delay},
        "created_at": NOW,
        "status": status,
    }
    return Job(**given | facts)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", MOVES)
def test_a_status_is_followed_by_these_and_no_other(before, after):
    if (before, after) in FOLLOWS:
        assert MOVES[after](a_job(before)).status == after
        return
    with pytest.raises(Conflict, match=f"Job j1 is {before} and cannot become {after}") as refused:
        MOVES[after](a_job(before))
    assert refused.value.reason == "wrong_status"


@pytest.mark.parametrize("status", Status)
def test_final_is_what_nothing_follows(status):
    assert status.is_final == (status in ("COMPLETED", "FAILED", "CANCELLED"))


def test_a_completed_job_keeps_what_is_told_of_its_end():
    ended = a_job().completed(LATER, output_hash="f" * 64)

    assert (ended.ended_at, ended.output_hash) == (LATER, "f" * 64)


def test_a_failed_job_says_why():
    failed = a_job().failed(LATER, FAILURE)

    assert (failed.reason, failed.message, failed.error) == (
        Reason.CELL_ERROR,
        FAILURE.message,
        ERROR,
    )
    assert failed.ended_at == LATER


@pytest.mark.parametrize(
    ("attempt", "delay", "seconds"),
    [(1, 10, 10), (2, 10, 20), (5, 10, 160), (10, 10, 3600), (99, 86400, 3600), (3, 0, 0)],
)
def test_each_retry_waits_twice_as_long_but_an_hour_at_most(attempt, delay, seconds):
    job = a_job(retry_delay=delay, attempt=attempt)

    assert job.retry_delay() == timedelta(seconds=seconds)


def test_a_job_that_may_be_tried_again_waits_for_its_next_attempt():
    job = a_job(
        max_attempts=3, attempt=2, server="s", kernel_id="k", progress=Progress(completed=1)
    )

    waiting = job.failed(LATER, FAILURE)

    assert (waiting.status, waiting.attempt) == (Status.SUBMITTED, 3)
    assert waiting.not_before == LATER + timedelta(seconds=20)
    assert (waiting.server, waiting.kernel_id, waiting.ended_at) == (None, None, None)
    assert waiting.progress == Progress()
    assert waiting.message == FAILURE.message


def test_the_last_attempt_is_the_end():
    assert a_job(max_attempts=3, attempt=3).failed(LATER, FAILURE).status is Status.FAILED


@pytest.mark.parametrize("reason", Reason)
def test_only_what_may_go_better_is_tried_again(reason):
    failed = a_job(max_attempts=2).failed(LATER, Failure(reason=reason, message="No."))

    hopeless = {"notebook_invalid", "server_error", "output_not_saved"}
    assert failed.status == ("FAILED" if reason in hopeless else "SUBMITTED")


def test_the_command_that_runs_a_job_tries_it_again_itself():
    waiting = a_job(max_attempts=2, server="s", trigger=Trigger(type="cli")).failed(LATER, FAILURE)

    assert (waiting.status, waiting.server) == (Status.SUBMITTED, "s")


@pytest.mark.parametrize(
    ("facts", "status", "reason"),
    [
        ({}, "FAILED", "server_lost"),
        ({"max_attempts": 2}, "SUBMITTED", "server_lost"),
        ({"max_attempts": 2, "trigger": Trigger(type="cli")}, "FAILED", "server_lost"),
        ({"status": Status.CANCELLING}, "CANCELLED", None),
        ({"status": Status.SUBMITTED, "server": "s"}, "CANCELLED", None),
    ],
)
def test_a_job_whose_server_is_lost_ends_or_is_tried_again(facts, status, reason):
    lost = a_job(**{"kernel_id": "k"} | facts).lost(LATER)

    assert (lost.status, lost.reason, lost.kernel_id) == (status, reason, None)
    assert lost.message


def test_a_job_that_was_lost_twice_is_not_tried_again():
    once = a_job(max_attempts=9).lost(LATER)
    again = replace(once, status=Status.EXECUTING)

    twice = again.lost(LATER)

    assert once.servers_lost == 1
    assert (twice.status, twice.reason, twice.ended_at) == ("FAILED", "server_lost", LATER)
    assert twice.message == ("What ran it was lost, twice; it is not tried again.")


def test_a_server_that_was_stopped_is_not_held_against_the_job():
    stopped = Failure(reason=Reason.SERVER_LOST, message="The server was stopped.")
    job = a_job(max_attempts=9).failed(LATER, stopped)

    lost = replace(job, status=Status.EXECUTING).lost(LATER)

    assert (lost.status, lost.servers_lost) == (Status.SUBMITTED, 1)


def test_ids_sort_by_the_moment_they_were_made():
    moments = [NOW + timedelta(milliseconds=n) for n in range(1_000)]
    ids = [new_id(moment) for moment in moments]

    assert ids == sorted(ids)
    assert {len(id) for id in ids} == {29}
    assert all(id.startswith(id_prefix(at)) for id, at in zip(ids, moments, strict=True))


def test_ids_of_one_moment_differ():
    assert len({new_id(NOW) for _ in range(1_000)}) == 1_000


def test_an_id_belongs_to_its_own_millisecond_however_far_away():
    # These are not exact as floating-point seconds.
    for day in (0, 20_000, 2_000_000):
        for milliseconds in range(1_000):
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day, milliseconds=milliseconds)
            assert int(id_prefix(at)[1:], 16) == day * 86_400_000 + milliseconds
