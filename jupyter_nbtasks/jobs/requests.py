"""What is asked of jobs: bodies and queries."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from ..rest.schemas import Line, Path, Query, Request, Sha256
from ..snapshots.requests import Outputs
from .model import Status

_YEAR = 366 * 24 * 3600.0

Seconds = Annotated[float, Field(gt=0, le=_YEAR, allow_inf_nan=False)]


# An environment variable may have 128 KiB on Linux; what is put into one here has less.
MAX_VARIABLE_BYTES = 64 * 1024


class NotebookOptions(Request):
    """How a notebook is to be run, once or again and again; durations are in seconds."""

    parameters: dict[str, Any] = Field({}, description="Values by parameter name.")
    name: Line | None = Field(None, description="Default: the notebook's file name.")
    kernel_name: Line | None = Field(None, description="Default: the notebook's own kernel.")
    timeout: Seconds | None = Field(None, description="For the whole attempt.")
    cell_timeout: Seconds | None = Field(None, description="For each cell.")
    priority: int = Field(0, ge=-1000, le=1000, description="Higher runs first.")
    max_attempts: int = Field(1, ge=1, le=100)
    retry_delay: float = Field(10, ge=0, le=86400, description="Doubled after each attempt.")
    output_path: Path | None = Field(
        None, description="Also write the output here; it may use {name}, {date}, {time}, {job_id}."
    )
    update_notebook: bool = Field(False, description="Write the outputs back into the notebook.")
    save_parameters: bool = Field(True, description="Keep the injected cell in written files.")
    strict: bool = Field(True, description="Refuse unknown parameters and undeclared null.")
    keep_kernel_on_failure: int = Field(0, ge=0, le=86400, description="Seconds, for debugging.")
    env: dict[str, str] = Field({}, description="Environment variables for the kernel.")
    tags: list[Line] = Field([], max_length=50)

    @field_validator("parameters")
    @classmethod
    def _only_json(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not _is_finite(values):
            msg = "must not contain NaN or Infinity, which JSON does not have"
            raise ValueError(msg)
        return values

    @field_validator("env")
    @classmethod
    def _only_variables(cls, env: dict[str, str]) -> dict[str, str]:
        for name, value in env.items():
            if not name or "=" in name or "\0" in name + value:
                msg = f"cannot have {name!r}: a name needs text without '=', and NUL is not allowed"
                raise ValueError(msg)
        return env


class JobOptions(NotebookOptions):
    """How a notebook is to be run this once."""

    expected_hash: Sha256 | None = Field(None, description="Refuse any other version of the file.")
    idempotency_key: Line | None = Field(None, description="The same key gives the same job.")
    batch_id: Line | None = Field(None, description="Groups jobs that were submitted together.")


class JobRequest(JobOptions):
    """Run a *notebook* of the server's Contents, a snapshot, or a notebook as *content*."""

    notebook: Path | None = Field(None, description="Path in the server's Contents.")
    snapshot_id: Line | None = Field(None, description="Run it as it was, in the same folder.")
    content: dict[str, Any] | None = Field(None, description="A notebook, inline.")
    trigger: Literal["api", "lab"] = Field("api", description="Where the person clicked or typed.")

    @model_validator(mode="after")
    def _one_source(self) -> JobRequest:
        if [self.notebook, self.snapshot_id, self.content].count(None) != 2:
            msg = "name one of 'notebook' (a path), 'snapshot_id' and 'content' (a notebook)"
            raise ValueError(msg)
        return self


class RerunRequest(JobOptions):
    """Run a job again; what is not given stays as it was."""

    latest: bool = Field(False, description="Run the file as it is now, not the frozen input.")
    snapshot_id: Line | None = Field(None, description="Run this snapshot, not the frozen input.")

    @model_validator(mode="after")
    def _one_source(self) -> RerunRequest:
        if self.latest and self.snapshot_id is not None:
            msg = "name either 'latest' or 'snapshot_id'"
            raise ValueError(msg)
        return self


class ParametersRequest(Request):
    """A notebook, or the source of a parameters cell, that is not saved yet."""

    content: dict[str, Any] | None = None
    source: str | None = None
    language: Line = "python"

    @model_validator(mode="after")
    def _one_source(self) -> ParametersRequest:
        if (self.content is None) == (self.source is None):
            msg = "give either 'content' (a notebook) or 'source' (a cell)"
            raise ValueError(msg)
        return self


class Span(Query):
    """A span of submission times."""

    since: datetime | None = None
    until: datetime | None = None

    @field_validator("since", "until", mode="before")
    @classmethod
    def _not_a_number(cls, given: object) -> object:
        if isinstance(given, str) and re.fullmatch(r"[-+]?[\d.]+", given):
            msg = "must be a time such as 2026-11-21T02:11:46Z"
            raise ValueError(msg)
        return given

    @field_validator("since", "until")
    @classmethod
    def _in_utc(cls, at: datetime | None) -> datetime | None:
        if at is None:
            return None
        try:
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except OverflowError:
            msg = "must be a time of the years 1 to 9999 in UTC"
            raise ValueError(msg) from None


class JobQuery(Span):
    """Which jobs, and which page of them."""

    status: str | None = Field(None, description="One or more, separated by commas.")
    notebook: Path | None = None
    item_id: Line | None = None
    schedule_id: Line | None = None
    snapshot_id: Line | None = None
    batch_id: Line | None = None
    owner: Line | None = None
    trigger: Line | None = None
    q: Line | None = Field(
        None,
        description="Text in the name or path, in either case; of the 2,000 newest jobs also in "
        "a parameter (`year = 2026`), a result, or the message.",
    )
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(
        None, pattern=r"^j[0-9a-f]{28}$", description="'next' of the previous page."
    )

    @field_validator("status")
    @classmethod
    def _known(cls, text: str | None) -> str | None:
        for part in (text or Status.SUBMITTED).split(","):
            if part not in Status.__members__:
                msg = f"must be one or more of {', '.join(Status)}, not {part!r}"
                raise ValueError(msg)
        return text


class UsageQuery(Span):
    """By what usage is added up."""

    by: Literal["owner", "notebook", "schedule", "day"] = "day"


class OutputQuery(Query):
    """The form in which to give a document."""

    format: Line = "ipynb"
    download: bool = False


class JobDiffQuery(Outputs):
    """What to compare the output of a job with."""

    other: Line = Field(
        "last", alias="with", description="Another job, or 'last': this notebook's previous one."
    )


class StreamQuery(Query):
    """Where to follow a job from."""

    after: int | None = Field(None, ge=0, description="The last frame seen. Default: none.")


class PathQuery(Query):
    """A file."""

    path: Path


def _is_finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return True
