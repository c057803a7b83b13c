"""How jobs, parameters and usage are answered."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ..kernels.answers import EnvironmentAnswer
from ..rest.schemas import Answer, Moment
from .model import Reason, Status


class CellErrorAnswer(Answer):
    """The error that a cell raised."""

    cell: int
    ename: str
    evalue: str


class ErrorAnswer(CellErrorAnswer):
    """The error that ended a job; *traceback* is left out of lists."""

    traceback: list[str] | None = None


class ProgressAnswer(Answer):
    """Code cells."""

    completed: int
    total: int
    current: int | None


class UsageAnswer(Answer):
    """Seconds and bytes."""

    kernel_seconds: float | None
    cpu_seconds: float | None
    peak_memory_bytes: int | None


class AttemptAnswer(Answer):
    """An attempt that has ended; *server* is the name of the one that ran it."""

    number: int
    server: str | None
    started_at: Moment | None
    ended_at: Moment
    status: Status
    reason: Reason | None
    message: str | None
    error: CellErrorAnswer | None
    usage: UsageAnswer


class TriggerAnswer(Answer):
    """What submitted a job."""

    type: str
    id: str | None


class CellAnswer(Answer):
    """A code cell of the executed notebook."""

    index: int
    id: str | None
    status: Literal["pending", "running", "completed", "failed", "skipped"]
    started_at: Moment | None
    seconds: float | None


class LinksAnswer(Answer):
    """Where to go on."""

    self: str
    output: str
    html: str
    stream: str


class JobAnswer(Answer):
    """A job; *left_out* names the fields of which a list leaves out something long: values over
    1,000 characters as JSON, all of them where they are over 8,000, and the rest of longer texts.
    """

    id: str
    name: str
    notebook: str | None
    item_id: str | None
    input_hash: str
    kernel_name: str
    parameters: dict[str, Any]
    owner: str
    status: Status
    reason: Reason | None
    message: str | None
    warnings: list[str]
    error: ErrorAnswer | None
    progress: ProgressAnswer
    results: dict[str, Any]
    attempt: int
    max_attempts: int
    priority: int
    timeout: float | None
    tags: list[str]
    trigger: TriggerAnswer
    batch_id: str | None
    schedule_id: str | None
    snapshot_id: str | None
    nominal_time: Moment | None
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    usage: UsageAnswer
    cells: list[CellAnswer] | None = None
    attempts: list[AttemptAnswer] | None = None
    output_path: str | None
    kernel_id: str | None
    kernel_start: str | None
    environment: EnvironmentAnswer | None
    left_out: list[str]
    links: LinksAnswer


class JobPage(Answer):
    """A page of jobs, newest first."""

    items: list[JobAnswer]
    next: str | None


class ParameterAnswer(Answer):
    """A parameter of a notebook."""

    name: str
    type: str
    default: Any
    help: str
    required: bool
    source: str
    choices: list[Any] | None = None
    nullable: bool | None = None
    items: str | None = None


class ImportAnswer(Answer):
    """A type that a parameters cell uses without having imported it, and what would import it."""

    name: str
    statement: str


class ParametersAnswer(Answer):
    """The parameters of a notebook; *schema* is a JSON Schema (draft 7) for a form.

    *environment* is this server's of that kernel.
    *imports* are missing; where only a cell's source was given, earlier cells may have them.
    """

    path: str | None
    item_id: str | None
    hash: str | None
    kernel_name: str | None
    environment: EnvironmentAnswer | None
    language: str
    cell: int | None
    parameters: list[ParameterAnswer]
    form: dict[str, Any] = Field(serialization_alias="schema")
    warnings: list[str]
    imports: list[ImportAnswer]


class UsageRow(Answer):
    """What the jobs with the same *key* took."""

    key: str | None
    jobs: int
    failures: int
    kernel_seconds: float
    cpu_seconds: float


class UsageTable(Answer):
    """Usage by owner, notebook, schedule or day."""

    by: str
    items: list[UsageRow]
