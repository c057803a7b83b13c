"""What is kept of an attempt that has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from jupyter_nbtasks.jobs.history import ended_attempt
from jupyter_nbtasks.jobs.model import Status

from .test_model import FAILURE, LATER, NOW, a_job

HELD = {"server": "s", "started_at": NOW}


@pytest.mark.parametrize(
    ("was", "end", "status"),
    [
        ({}, lambda job: job.completed(LATER), "COMPLETED"),
        ({}, lambda job: job.failed(LATER, FAILURE), "FAILED"),
        ({"max_attempts": 2}, lambda job: job.failed(LATER, FAILURE), "FAILED"),
        ({}, lambda job: job.lost(LATER), "FAILED"),
        ({"max_attempts": 2}, lambda job: job.lost(LATER), "FAILED"),
        ({"status": Status.CANCELLING}, lambda job: job.cancelled(LATER), "CANCELLED"),
        ({"status": Status.CANCELLING}, lambda job: job.lost(LATER), "CANCELLED"),
    ],
    ids=["completed", "failed", "retried", "lost", "lost and retried", "cancelled", "lost then"],
)
def test_an_attempt_ends_with_its_job_or_before_the_next(was, end, status):
    job = a_job(**HELD | was)
    changed = end(job)

    ended = ended_attempt(changed, job)

    assert ended.status == status
    assert (ended.number, ended.server, ended.started_at, ended.ended_at) == (1, "s", NOW, LATER)
    assert (ended.reason, ended.message) == (changed.reason, changed.message)


@pytest.mark.parametrize(
    ("was", "change"),
    [
        ({}, lambda job: job.cancelling()),
        ({}, lambda job: job.given_back()),
        ({}, lambda job: replace(job, warnings=["No."])),
        ({"status": Status.SUBMITTED}, lambda job: job.cancelled(LATER)),
        ({"status": Status.SUBMITTED}, lambda job: job.lost(LATER)),
        ({"status": Status.SUBMITTED, "attempt": 2, "not_before": NOW}, lambda job: job),
    ],
    ids=["cancelling", "given back", "warned", "never ran", "never to run", "waits"],
)
def test_what_goes_on_or_never_began_is_not_an_attempt(was, change):
    job = a_job(**HELD | was)

    assert ended_attempt(change(job), job) is None


@pytest.mark.parametrize("attempt", [1, 2, 12])
def test_a_retried_attempt_ended_when_its_delay_began(attempt):
    job = a_job(**HELD, attempt=attempt, max_attempts=99, retry_delay=7)
    waiting = job.failed(LATER, FAILURE)

    assert waiting.not_before > LATER + timedelta(seconds=6)
    assert ended_attempt(waiting, job).ended_at == LATER


def test_a_traceback_is_not_kept_twice():
    job = a_job(**HELD)

    error = ended_attempt(job.failed(LATER, FAILURE), job).error

    assert error == replace(FAILURE.error, traceback=[])
