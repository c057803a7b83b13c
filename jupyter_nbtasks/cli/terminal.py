"""How jobs and tables look on a terminal."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click
from tqdm import tqdm
from tqdm.utils import disp_len

from ..execution.events import Event
from ..jobs.model import CellRecord, Job, Status
from ..kernels.model import KernelSpec
from ..kernels.resolving import place_of
from .printing import dropped_on_failure, echo

_COLORS = {
    Status.COMPLETED: "green",
    Status.FAILED: "red",
    Status.CANCELLED: "yellow",
    Status.CANCELLING: "yellow",
    Status.EXECUTING: "cyan",
}
_COLUMNS = ("JOB", "STATUS", "NOTEBOOK", "CELLS", "SUBMITTED", "TOOK", "WHY")
_NOTEBOOK, _WHY = _COLUMNS.index("NOTEBOOK"), _COLUMNS.index("WHY")
# The time in an id, to the millisecond; enough to tell jobs apart by eye, and to type.
_SHORT_ID = 13
_NARROWEST = 16
_WAITING = "{desc}: waiting  {elapsed}"
_DRAWN = "{desc} |{bar:24}| {n_fmt}/{total_fmt}  {elapsed}"


class Bar:
    """A progress bar on standard error, until it is closed; none where that is not a terminal."""

    def __init__(self, name: str) -> None:
        with dropped_on_failure(err=True):
            self._bar: Any = tqdm(
                desc=_cut(_printable(name), 30),
                disable=None,
                leave=False,
                dynamic_ncols=True,
                bar_format=_WAITING,
            )

    def show(self, job: Job) -> None:
        """Draw how far *job* has come, and how long it takes."""
        progress = job.progress
        current = "" if progress.current is None else f"cell {progress.current + 1}"
        self._bar.total, self._bar.n = progress.total, progress.completed
        self._bar.bar_format = f"{_DRAWN}  {current}" if progress.total else _WAITING
        with dropped_on_failure(err=True):
            self._bar.refresh()

    def say(self, text: str) -> None:
        """Print a line above it."""
        with dropped_on_failure(err=True), tqdm.external_write_mode(file=sys.stderr):
            echo(text, err=True)

    def close(self) -> None:
        """Take it away."""
        with dropped_on_failure(err=True):
            self._bar.close()


class Outputs:
    """Prints the outputs of a notebook as they come: text as it is, and pictures by their text."""

    def __init__(self) -> None:
        self._is_line_open = False

    def show(self, event: Event) -> None:
        """Print what *event* adds, if it is an output."""
        if event["type"] != "output":
            return
        output = event["output"]
        kind = output["output_type"]
        if kind == "stream":
            text = output["text"]
            echo(text, nl=False, err=output["name"] == "stderr")
            self._is_line_open = not text.endswith("\n")
            return
        self.end_line()
        if kind == "error":
            echo("\n".join(output["traceback"]), err=True)
        elif text := output["data"].get("text/plain"):
            echo("".join(text))

    def end_line(self) -> None:
        """Begin a new line, but not within what the notebook printed if that goes to a file."""
        if self._is_line_open:
            echo(err=True)
        self._is_line_open = False


def echo_end(job: Job, *, err: bool, traceback: bool) -> None:
    """Print how *job* ended; why, on standard error."""
    took_it = f" after {took(job)}" if took(job) else ""
    echo(f"{_printable(job.name)}: {_status(job.status)}{took_it} (job {job.id})", err=err)
    if traceback and job.error:
        echo("\n".join(job.error.traceback), err=True)
    if job.message:
        echo(job.message, err=True)
    for warning in job.warnings:
        echo(f"Warning: {warning}", err=True)


def echo_jobs(jobs: Sequence[Job], now: datetime) -> None:
    """Print a table of *jobs*: as wide as the terminal, in full elsewhere."""
    is_terminal = sys.stdout.isatty()
    rows = [_COLUMNS, *(_row(job, now, is_short=is_terminal) for job in jobs)]
    widths = [max(map(disp_len, column)) for column in zip(*rows, strict=True)]
    if is_terminal:
        _fit(widths, shutil.get_terminal_size().columns)
    for number, row in enumerate(rows):
        cells = [
            _padded(_cut(text, width, at_end=column != _NOTEBOOK), width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
            if width
        ]
        if number:
            cells[1] = cells[1].replace(row[1], _status(Status(row[1])))
        echo("  ".join(cells).rstrip())


def echo_table(rows: Sequence[Sequence[str]]) -> None:
    """Print *rows*, the first of them the names of the columns; cut at the terminal's width."""
    plain = [[_printable(cell) for cell in row] for row in rows]
    widths = [max(map(disp_len, column)) for column in zip(*plain, strict=True)]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in plain:
        line = "  ".join(map(_padded, row, widths)).rstrip()
        echo(line if width is None else _cut(line, width))


def echo_job(
    job: Job, environment: KernelSpec | None, cells: Iterable[CellRecord], now: datetime
) -> None:
    """Print all that is known of *job*, which is for *environment*."""
    where = environment and f"{environment.display_name}, {place_of(environment)}"
    facts = {
        "job": job.id,
        "status": _status(job.status, bold=True),
        "why": job.message,
        "notebook": _printable(job.notebook or job.name),
        "root": job.root,
        "kernel": job.kernel_name,
        "environment": where and _printable(where),
        "parameters": json.dumps(job.parameters, ensure_ascii=False) if job.parameters else None,
        "submitted": _exactly(job.created_at),
        "started": _exactly(job.started_at),
        "took": took(job, now),
        "attempt": f"{job.attempt} of {job.max_attempts}" if job.max_attempts > 1 else None,
        "results": json.dumps(job.results, ensure_ascii=False) if job.results else None,
        "written to": job.output_path,
    }
    for name, value in facts.items():
        if value:
            _echo_fact(name, value)
    for warning in job.warnings:
        _echo_fact("warning", warning)
    for number, cell in enumerate(cells):
        seconds = "" if cell.seconds is None else lasted(cell.seconds)
        _echo_fact("" if number else "cells", f"{cell.index + 1:>3}  {cell.status:<10} {seconds}")
    if job.error:
        echo("\n" + "\n".join(job.error.traceback))


def as_json(job: Job) -> str:
    """Return *job* as a line of JSON, without what only servers need."""
    hidden = {"request", "request_hash", "server", "lease_until", "idempotency_key", "not_before"}
    shown = {name: value for name, value in vars(job).items() if name not in hidden}
    return json.dumps(shown, default=_plain, ensure_ascii=False)


def took(job: Job, now: datetime | None = None) -> str:
    """Return how long the last attempt of *job* took, or has taken so far."""
    ended = job.ended_at or (None if job.status is Status.SUBMITTED else now)
    if job.started_at is None or ended is None:
        return ""
    return lasted((ended - job.started_at).total_seconds())


def lasted(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def _row(job: Job, now: datetime, *, is_short: bool) -> tuple[str, ...]:
    progress = job.progress
    return (
        job.id[:_SHORT_ID] if is_short else job.id,
        str(job.status),
        _printable(job.notebook or job.name),
        f"{progress.completed}/{progress.total}" if progress.total else "",
        _shortly(job.created_at, now) if is_short else _exactly(job.created_at),
        took(job, now),
        _printable(job.message.splitlines()[0] if job.message else ""),
    )


def _fit(widths: list[int], room: int) -> None:
    """Make the path and the reason narrower so that the row fits; no reason where it is tight."""
    room -= sum(widths) - widths[_NOTEBOOK] - widths[_WHY] + 2 * (len(widths) - 1)
    path = min(widths[_NOTEBOOK], _NARROWEST)
    why = min(widths[_WHY], max(room - widths[_NOTEBOOK], room * 3 // 5), room - path)
    if why < min(_NARROWEST, widths[_WHY]):
        why, room = 0, room + 2
    widths[_WHY] = why
    widths[_NOTEBOOK] = min(widths[_NOTEBOOK], max(room - why, path))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else vars(value)


def _status(status: Status, *, bold: bool = False) -> str:
    return click.style(status, fg=_COLORS.get(status), bold=bold or None)


def _echo_fact(name: str, value: str) -> None:
    echo(f"{name:>11}  {value}".rstrip())


def _exactly(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def _shortly(at: datetime, now: datetime) -> str:
    at, now = at.astimezone(), now.astimezone()
    return f"{at:%m-%d %H:%M}" if at.year == now.year else f"{at:%Y-%m-%d}"


def _printable(text: str) -> str:
    """Return *text* as one line that does nothing to the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in click.unstyle(text))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - disp_len(text))


def _cut(text: str, width: int, *, at_end: bool = True) -> str:
    if disp_len(text) <= width:
        return text
    while text and disp_len(text) > width - 1:
        text = text[:-1] if at_end else text[1:]
    return f"{text}…" if at_end else f"…{text}"
