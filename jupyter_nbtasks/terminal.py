"""How jobs look on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click
from tqdm import tqdm

from .jobs.model import CellRecord, Job, Status

_COLORS = {
    Status.COMPLETED: "green",
    Status.FAILED: "red",
    Status.CANCELLED: "yellow",
    Status.EXECUTING: "cyan",
}
_COLUMNS = ("JOB", "STATUS", "NOTEBOOK", "CELLS", "SUBMITTED", "TOOK", "")


class Bar:
    """A progress bar on standard error; nothing where that is no terminal."""

    def __init__(self, name: str) -> None:
        self._bar: Any = tqdm(
            desc=name,
            unit="cell",
            disable=None,
            bar_format="{desc} |{bar:24}| {n_fmt}/{total_fmt} {elapsed} {postfix}",
            total=0,
        )

    def show(self, job: Job) -> None:
        """Draw how far *job* has come."""
        progress = job.progress
        self._bar.total = progress.total
        self._bar.n = progress.completed
        running = progress.current is not None
        self._bar.set_postfix_str(f"cell {progress.current}" if running else "", refresh=False)
        self._bar.refresh()

    def close(self) -> None:
        """Leave it as it is."""
        self._bar.close()


def echo_output(event: dict[str, Any]) -> None:
    """Print an output of the notebook as it comes: text as it is, of pictures their text."""
    if event["type"] != "output":
        return
    output = event["output"]
    kind = output["output_type"]
    if kind == "stream":
        click.echo(output["text"], nl=False, err=output["name"] == "stderr")
    elif kind == "error":
        click.echo("\n".join(output["traceback"]), err=True)
    elif text := output["data"].get("text/plain"):
        click.echo("".join(text))


def echo_jobs(jobs: Sequence[Job]) -> None:
    """Print a table of *jobs*."""
    rows = [
        (
            job.id,
            str(job.status),
            job.notebook or job.name,
            f"{job.progress.completed}/{job.progress.total}",
            _local(job.created_at),
            took(job),
            (job.message or "").splitlines()[0] if job.message else "",
        )
        for job in jobs
    ]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    for row in (_COLUMNS, *rows):
        click.echo("  ".join(_padded(row, widths)).rstrip())


def echo_job(job: Job, cells: Iterable[CellRecord]) -> None:
    """Print all that is known of *job*."""
    facts = {
        "job": job.id,
        "status": click.style(job.status, fg=_COLORS.get(job.status), bold=True),
        "why": job.message,
        "notebook": job.notebook or job.name,
        "root": job.root,
        "kernel": job.kernel_name,
        "parameters": json.dumps(job.parameters, ensure_ascii=False) if job.parameters else None,
        "submitted": _local(job.created_at),
        "started": _local(job.started_at),
        "took": took(job),
        "attempt": f"{job.attempt} of {job.max_attempts}",
        "results": json.dumps(job.results, ensure_ascii=False) if job.results else None,
        "written to": job.output_path,
    }
    for name, value in facts.items():
        if value:
            click.echo(f"{name:>12}  {value}")
    for warning in job.warnings:
        click.echo(f"{'warning':>12}  {warning}")
    for cell in cells:
        seconds = "" if cell.seconds is None else f"{cell.seconds:.2f} s"
        click.echo(f"{'cell':>12}  {cell.index:<4} {cell.status:<10} {seconds}".rstrip())
    if job.error:
        click.echo("\n".join(job.error.traceback))


def as_json(job: Job) -> str:
    """Return *job* as a line of JSON, without what only servers need."""
    hidden = {"request", "request_hash", "server", "lease_until", "idempotency_key", "not_before"}
    shown = {name: value for name, value in vars(job).items() if name not in hidden}
    return json.dumps(shown, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else vars(value)


def _local(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def took(job: Job) -> str:
    """Return how long the last attempt of *job* took."""
    if job.started_at is None or job.ended_at is None:
        return ""
    return f"{(job.ended_at - job.started_at).total_seconds():.1f} s"


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    padded = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
    color = _COLORS.get(Status(row[1])) if row[1] in Status.__members__ else None
    padded[1] = click.style(padded[1], fg=color)
    return padded
