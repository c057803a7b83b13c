"""What becomes of the occurrences that are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jupyter_nbtasks.schedules.deciding import ScheduleStatus, decide, unfired
from jupyter_nbtasks.schedules.model import Schedule

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BUSY = ScheduleStatus(open_jobs=("j1",))
REQUEST = {
    "cron": "* * * * *", "interval": None, "timezone": "UTC", "start": None, "end": None,
    "max_occurrences": None, "overlap": "skip", "catch_up": "latest", "grace": 60,
    "max_consecutive_failures": 5,
}  # fmt: skip


def a_schedule(occurrences=0, **request):
    """One that was due every minute from nine on."""
    return Schedule(
        id="s1", root="/", owner="ann", name="work", notebook="work.ipynb", item_id=None,
        request=REQUEST | request, created_at=NINE, updated_at=NINE, since=NINE,
        next_run_at=NINE, occurrences=occurrences,
    )  # fmt: skip


def initials(decision):
    """Submitted, queued, sKipped or missed, in their order."""
    return "".join({"submitted": "S", "queued": "q", "skipped": "k", "missed": "m"}[one.state]
                   for one in decision.occurrences)  # fmt: skip


ON_TIME = [
    ({}, None, "S"),
    ({}, BUSY, "k"),
    ({}, ScheduleStatus(waiting=1), "k"),
    ({"overlap": "queue"}, None, "S"),
    ({"overlap": "queue"}, BUSY, "q"),
    ({"overlap": "queue"}, ScheduleStatus(waiting=1), "q"),
    ({"overlap": "queue"}, ScheduleStatus(open_jobs=("j1",), waiting=100), "k"),
    ({"overlap": "allow"}, BUSY, "S"),
    ({"overlap": "cancel_running"}, BUSY, "S"),
]
LATE = [
    ({}, None, 5.5, "mmmmmS"),
    ({"catch_up": "latest", "grace": 0}, None, 5.5, "mmmmmS"),
    ({"catch_up": "latest", "grace": 0}, BUSY, 5.5, "mmmmmk"),
    ({"catch_up": "skip"}, None, 5.5, "mmmmmS"),
    ({"catch_up": "skip", "grace": 0}, None, 5.5, "mmmmmm"),
    ({"catch_up": "skip", "grace": 150}, None, 5.5, "mmmkkS"),
    ({"catch_up": "all", "overlap": "allow"}, None, 5.5, "SSSSSS"),
    ({"catch_up": "all", "grace": 0}, None, 5.5, "Sqqqqq"),
    ({"catch_up": "all", "grace": 0}, BUSY, 5.5, "qqqqqq"),
    ({"catch_up": "all", "overlap": "queue"}, None, 5.5, "Sqqqqq"),
    ({"catch_up": "all"}, None, 5.5, "Sqqqqq"),
    ({"catch_up": "skip", "grace": 150}, BUSY, 5.5, "mmmkkk"),
    ({"catch_up": "skip", "overlap": "cancel_running", "grace": 150}, BUSY, 5.5, "mmmkkS"),
    ({"catch_up": "all", "overlap": "cancel_running"}, None, 1.5, "Sq"),
    ({"catch_up": "all", "overlap": "allow"}, None, 119.5, "m" * 20 + "S" * 100),
    ({"catch_up": "all", "grace": 0}, BUSY, 149.5, "m" * 50 + "q" * 100),
]


@pytest.mark.parametrize(("request_", "status", "expected"), ON_TIME)
def test_an_occurrence_on_time_meets_the_previous_job(request_, status, expected):
    decision = decide(a_schedule(**request_), status or ScheduleStatus(), NINE)

    assert initials(decision) == expected
    assert decision.next_run_at == NINE + MINUTE
    assert decision.cancels == (request_ == {"overlap": "cancel_running"})
    assert all(one.why for one in decision.occurrences if one.state == "skipped")


@pytest.mark.parametrize(("request_", "status", "minutes", "expected"), LATE)
def test_after_downtime(request_, status, minutes, expected):
    schedule = a_schedule(**request_)

    decision = decide(schedule, status or ScheduleStatus(), NINE + minutes * MINUTE)

    assert initials(decision) == expected
    assert decision.count == len(expected)
    assert decision.next_run_at == NINE + len(expected) * MINUTE
    times = [one.nominal_time for one in decision.occurrences]
    assert times == [NINE + n * MINUTE for n in range(len(expected))]
    assert all(one.why for one in decision.occurrences if one.state in ("missed", "skipped"))
    assert (decision.message is not None) == (schedule.catch_up == "all" and "m" in expected)


def test_an_occurrence_that_gives_way_says_so_of_one_that_is_due_later():
    schedule = a_schedule(grace=150)

    one, other = decide(schedule, ScheduleStatus(), NINE + 1.5 * MINUTE).occurrences

    assert [one.state, other.state] == ["skipped", "submitted"]
    assert one.nominal_time < other.nominal_time
    assert one.why == (
        "A newer occurrence was due, too, before this one could run, and took its place."
    )


def test_a_long_backlog_is_worked_off_in_parts():
    schedule = a_schedule(catch_up="all", overlap="allow")

    decision = decide(schedule, ScheduleStatus(), NINE + 2000.5 * MINUTE)

    [row] = decision.occurrences
    assert (row.state, row.count, row.nominal_time) == ("missed", 1000, NINE)
    assert row.until == NINE + 999 * MINUTE
    assert decision.next_run_at == NINE + 1000 * MINUTE
    assert "More than 100" in decision.message


def test_max_occurrences_counts_every_one():
    decision = decide(
        a_schedule(max_occurrences=5, occurrences=2), ScheduleStatus(), NINE + 9 * MINUTE
    )

    assert initials(decision) == "mmS"
    assert (decision.next_run_at, decision.count) == (None, 3)


def test_the_last_one_is_the_end():
    decision = decide(a_schedule(end="2026-03-02T09:01:00Z"), ScheduleStatus(), NINE + MINUTE)

    assert initials(decision) == "kS"
    assert decision.next_run_at is None


def test_what_is_decided_already_is_not_decided_again():
    recorded = ((NINE, NINE), (NINE + 2 * MINUTE, NINE + 3 * MINUTE))

    decision = decide(a_schedule(overlap="allow", grace=600), ScheduleStatus(recorded=recorded),
                      NINE + 4 * MINUTE)  # fmt: skip

    times = [one.nominal_time for one in decision.occurrences]
    assert times == [NINE + MINUTE, NINE + 4 * MINUTE]
    assert (initials(decision), decision.count) == ("SS", 2)


def test_what_is_not_fired_any_more_is_missed_in_one_row():
    decision = unfired(a_schedule(), ScheduleStatus(), "It was paused.", NINE + 4999 * MINUTE)

    [row] = decision.occurrences
    assert (row.state, row.count, row.why) == ("missed", 5000, "It was paused.")
    assert (row.nominal_time, row.until) == (NINE, NINE + 4999 * MINUTE)
    before = unfired(a_schedule(), ScheduleStatus(), "It was paused.", NINE - MINUTE)
    assert (before.occurrences, before.count) == ([], 0)
