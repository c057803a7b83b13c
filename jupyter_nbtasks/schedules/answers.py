"""How schedules, their occurrences and previews are answered."""

from __future__ import annotations

from typing import Any

from ..jobs.model import Reason, Status
from ..kernels.answers import EnvironmentAnswer
from ..rest.schemas import Answer, Moment
from .model import Outcome, State


class LastJobAnswer(Answer):
    """The job that a schedule submitted last."""

    id: str
    status: Status
    reason: Reason | None
    message: str | None
    nominal_time: Moment | None
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None


class OccurrenceAnswer(Answer):
    """What became of a nominal time; of *count* of them, from the first to *until*."""

    nominal_time: Moment
    until: Moment
    count: int
    state: Outcome
    why: str | None
    job_id: str | None
    decided_at: Moment


class OutcomeAnswer(OccurrenceAnswer):
    """The same with how its job stands, None where there is none any more."""

    status: Status | None
    seconds: float | None


class ScheduleAnswer(Answer):
    """A schedule: what was asked for, and how it stands; *left_out* names the fields of which a
    list leaves out values over 1,000 characters as JSON, or all where they are over 8,000.
    """

    id: str
    name: str
    notebook: str
    item_id: str | None
    owner: str
    state: State
    message: str | None
    description: str
    cron: str | None
    interval: int | None
    timezone: str | None
    start: str | None
    end: str | None
    max_occurrences: int | None
    overlap: str | None
    catch_up: str | None
    grace: int | None
    max_consecutive_failures: int | None
    parameters: dict[str, Any]
    kernel_name: str | None
    environment: EnvironmentAnswer | None
    timeout: float | None
    cell_timeout: float | None
    priority: int | None
    max_attempts: int | None
    retry_delay: float | None
    output_path: str | None
    update_notebook: bool | None
    save_parameters: bool | None
    strict: bool | None
    keep_kernel_on_failure: int | None
    env: dict[str, str]
    tags: list[str]
    next_run_at: Moment | None
    occurrences: int
    failures_in_a_row: int
    last_job: LastJobAnswer | None
    recent: list[OutcomeAnswer]
    left_out: list[str]
    created_at: Moment
    updated_at: Moment


class SchedulePage(Answer):
    """A page of schedules, newest first."""

    items: list[ScheduleAnswer]
    next: str | None


class OccurrencePage(Answer):
    """A page of occurrences, newest first."""

    items: list[OccurrenceAnswer]
    next: str | None


class UpcomingAnswer(Answer):
    """A nominal time in UTC and in the zone of the schedule."""

    utc: Moment
    local: str


class PreviewAnswer(Answer):
    """A rule in words, what follows from it, and what a change of the clocks does."""

    description: str
    timezone: str
    next: list[UpcomingAnswer]
    notes: list[str]
