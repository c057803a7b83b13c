"""Jobs of ours in the words of that API."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jupyter_nbtasks.arcgis.jobs.handlers import answers
from jupyter_nbtasks.arcgis.surface.dialect import milliseconds, moment
from jupyter_nbtasks.jobs.model import Job, Status, Trigger

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
JOB = Job(
    id="j0",
    root="/",
    owner="jane",
    name="work",
    notebook="work.ipynb",
    item_id=None,
    input_hash="0",
    kernel_name="python3",
    parameters={"name": "ü"},
    request={},
    created_at=AT,
)
# What makes a client of theirs stop to poll, and what lets it go on.
ENDS = {"COMPLETED", "FAILED", "CANCELLED", "CANCELLING"}
GOES_ON = {"SUBMITTED", "EXECUTING"}


@pytest.mark.parametrize(
    ("trigger", "type_"),
    [
        ("api", "executeNotebook"),
        ("schedule", "executeNotebook"),
        ("webhook", "executeNotebook"),
        ("tool", "executeNotebookAsWebTool"),
    ],
)
def test_the_type_says_what_a_job_was_submitted_by(trigger, type_):
    assert answers.brief(replace(JOB, trigger=Trigger(type=trigger)))["type"] == type_


@pytest.mark.parametrize("status", list(Status))
def test_no_status_lets_a_client_poll_for_ever(status):
    shown = answers.full(replace(JOB, status=status), "")
    assert shown["status"] in (ENDS if status.is_final else ENDS | GOES_ON)
    assert "error" not in shown
    assert shown["customAttributes"]["isCancelled"] == ("CANCEL" in status)


def test_times_are_in_milliseconds_and_nought_until_they_come():
    waiting = answers.full(JOB, "")
    assert (waiting["startTime"], waiting["endTime"]) == (1795249800000, 0)
    assert waiting["revision"] == waiting["dateCreated"]
    over = replace(JOB, started_at=AT, ended_at=AT + timedelta(milliseconds=1.9))
    assert answers.brief(over)["endTime"] == 1795249800001
    assert moment(milliseconds(AT)) == AT


def test_a_job_says_how_it_was_asked_for():
    asked = {"update_notebook": True, "save_parameters": False}
    tags = ["mine", "arcgis-run:r", "arcgis-task:t"]
    job = replace(JOB, request=asked, tags=tags, timeout=90.0, warnings=["A word."], message="So.")
    shown = answers.full(job, "https://example.org/")
    assert shown["inputs"] == {
        "itemId": "work.ipynb",
        "updatePortalItem": True,
        "saveInjectedParameters": False,
        "notebookParameters": '{"name": "ü"}',
        "executionTimeoutInMinutes": 1.5,
        "taskId": "t",
        "runId": "r",
    }
    assert shown["messages"] == ["So.", "A word."]
    assert shown["url"] == "https://example.org/"
    scheduled = answers.full(replace(JOB, schedule_id="s1"), "")
    assert scheduled["inputs"]["taskId"] == "s1"
