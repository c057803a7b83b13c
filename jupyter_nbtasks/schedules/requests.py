"""What is asked of schedules: bodies and queries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, field_validator

from ..jobs.requests import NotebookOptions
from ..rest.schemas import Line, Path, Query, Request
from .model import CatchUp, Overlap, State
from .recurrence import Cron, zone_of

_YEAR = 366 * 24 * 3600
_MONTH = 31 * 24 * 3600
_UTC = ZoneInfo("UTC")

Expression = Annotated[
    Line, Field(description="Five fields, as in 0 9 * * 1-5, or @hourly to @yearly.")
]
Interval = Annotated[int, Field(ge=1, le=_YEAR, description="Seconds between occurrences.")]


class Recurrence(Request):
    """When, by *cron* or at an *interval*; a time without an offset is in *timezone*."""

    cron: Expression | None = None
    interval: Interval | None = None
    timezone: Line | None = Field(None, description="IANA name. Default: the server's.")
    start: datetime | None = Field(None, description="The first time it may be due.")
    end: datetime | None = Field(None, description="The last time it may be due.")

    @field_validator("cron")
    @classmethod
    def _is_due(cls, expression: str | None) -> str | None:
        if expression is not None:
            Cron(expression, _UTC)
        return expression

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str | None) -> str | None:
        if name is not None:
            zone_of(name)
        return name


class _Fields(Recurrence, NotebookOptions):
    max_occurrences: int | None = Field(None, ge=1, le=10**9)
    overlap: Literal["skip", "queue", "allow", "cancel_running"] = Field(
        Overlap.SKIP.value, description="What to do while the previous job still runs."
    )
    catch_up: Literal["latest", "skip", "all"] = Field(
        CatchUp.LATEST.value, description="What to run of what was due while no server ran."
    )
    grace: int = Field(60, ge=0, le=_MONTH, description="How many seconds late is still on time.")
    max_consecutive_failures: int | None = Field(
        5, ge=1, le=10**6, description="Pause after this many; null: never."
    )
    state: Literal["ACTIVE", "PAUSED"] = State.ACTIVE.value


class ScheduleRequest(_Fields):
    """Run this notebook of the server's Contents again and again.

    Texts among the parameters may use {nominal_time}, with a format as in
    {nominal_time:%Y-%m-%d}, {schedule_id} and {name}; a brace is written twice.
    """

    notebook: Path = Field(description="Path in the server's Contents.")
    idempotency_key: Line | None = Field(None, description="The same key gives the same schedule.")


class ScheduleChange(_Fields):
    """What is to be different; what is not given stays as it is."""

    notebook: Path | None = None
    use_this_environment: bool = Field(
        False, description="Run it from now on in the environment of the server that is asked."
    )


class PreviewRequest(Recurrence):
    """A timing whose next occurrences are asked for."""

    count: int = Field(5, ge=1, le=100)


class ScheduleQuery(Query):
    """Which schedules, and which page of them."""

    state: Literal["ACTIVE", "PAUSED", "ENDED"] | None = None
    notebook: Path | None = None
    item_id: Line | None = None
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(
        None, pattern=r"^s[0-9a-f]{28}$", description="'next' of the previous page."
    )


class ScheduleSlice(Query):
    """Which schedules, and which of them by their place: *limit* after the first *skip*."""

    states: tuple[State, ...] | None = None
    notebook: Path | None = None
    item_id: Line | None = None
    skip: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=500)


class OccurrencesQuery(Query):
    """Which page of the occurrences."""

    limit: int = Field(50, ge=1, le=500)
    cursor: AwareDatetime | None = Field(None, description="'next' of the previous page.")


def notebook_options(request: dict[str, Any]) -> dict[str, Any]:
    """Return what *request* says of how the notebook is to be run."""
    return {name: request[name] for name in NotebookOptions.model_fields if name in request}
