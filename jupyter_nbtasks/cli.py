"""The command line: ``jupyter nbtasks run``, ``jobs``, ``show``, ``cancel``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from . import __version__, terminal
from .access import Caller, local_user
from .app import NbTasksApp
from .errors import NbTasksError, Unavailable
from .jobs.model import Job, Reason, Status
from .jobs.requests import JobQuery, OutputQuery
from .local import FORMATS, LocalRun, RunOptions
from .parts import Managers, Parts
from .wire import read

T = TypeVar("T")

_CANCEL_SECONDS = 30.0


class Exit(IntEnum):
    """What a script learns from the exit status."""

    COMPLETED = 0
    FAILED = 1
    REFUSED = 2
    CANCELLED = 3
    TIMED_OUT = 4
    UNAVAILABLE = 5


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="jupyter_nbtasks")
def main() -> None:
    """Run notebooks as jobs, and look after them.

    \b
    Exit status of 'run': 0 completed, 1 failed, 2 refused (wrong notebook,
    parameter or option), 3 cancelled, 4 timed out, 5 the store is unavailable.
    """


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
    help="A value for a parameter; may be repeated.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="OUT",
    help=f"Where to write the output; its ending says how: {', '.join(FORMATS)}. "
    "Default: NOTEBOOK-output.ipynb here, or a free name.",
)  # fmt: skip
@click.option("--watch", is_flag=True, help="Print the notebook's outputs as they come.")
@click.option("-k", "--kernel", help="Run on this kernel instead of the notebook's own.")
@click.option("--timeout", type=float, help="Seconds that the run may take.")
@click.option("--cell-timeout", type=float, help="Seconds that each cell may take.")
@click.option("--max-attempts", type=int, default=1, help="Try again after a failure.")
@click.option("--lenient", is_flag=True, help="Accept parameters the notebook does not define.")
def run(notebook: Path, parameters: tuple[tuple[str, str], ...], **given: Any) -> None:
    """Run NOTEBOOK as a job, here and now; no server is needed."""
    options = RunOptions(notebook=notebook, parameters=dict(parameters), **given)
    job, written = _answer(LocalRun(NbTasksApp(), options).run())
    click.echo(f"{job.name}: {job.status} after {terminal.took(job)} (job {job.id})")
    if job.message:
        click.echo(job.message, err=True)
    for warning in job.warnings:
        click.echo(warning, err=True)
    if written is not None:
        click.echo(f"Output: {written}")
    sys.exit(_exit(job))


@main.command("jobs")
@click.option("--status", help="Only these, parted by commas.")
@click.option("-q", "--search", help="In the name or path.")
@click.option("-n", "--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--json", "in_json", is_flag=True, help="One JSON object a line.")
def list_jobs(status: str | None, search: str | None, limit: int, in_json: bool) -> None:
    """List jobs, newest first: those of every server and command on this store."""

    async def listed() -> list[Job]:
        async with _parts() as parts:
            query = read(JobQuery, {"status": status, "q": search, "limit": limit})
            return (await parts.jobs.page(query, _me()))[0]

    jobs = _answer(listed())
    if in_json:
        for job in jobs:
            click.echo(terminal.as_json(job))
    elif jobs:
        terminal.echo_jobs(jobs)
    else:
        click.echo("No jobs. Run one: jupyter nbtasks run NOTEBOOK", err=True)


@main.command()
@click.argument("job_id", metavar="JOB")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write its output there.")
@click.option("--json", "in_json", is_flag=True, help="As a JSON object.")
def show(job_id: str, output: Path | None, in_json: bool) -> None:
    """Show JOB: how it stands, why it failed, what it took."""

    async def shown() -> None:
        async with _parts() as parts:
            job = await parts.jobs.get(job_id, _me())
            if output is not None:
                format = FORMATS.get(output.suffix, "ipynb")
                _, document = await parts.jobs.output(job_id, OutputQuery(format=format), _me())
                await asyncio.to_thread(output.write_bytes, document.content)
            if in_json:
                click.echo(terminal.as_json(job))
            else:
                terminal.echo_job(job, await parts.jobs.cells(job))

    _answer(shown())


@main.command()
@click.argument("job_id", metavar="JOB")
def cancel(job_id: str) -> None:
    """Cancel JOB, whichever server or command runs it."""

    async def cancelled() -> Job:
        async with _parts() as parts:
            job = await parts.jobs.cancel(job_id, _me())
            async with asyncio.timeout(_CANCEL_SECONDS):
                while not job.status.is_final:
                    await asyncio.sleep(0.5)
                    job = await parts.jobs.get(job_id, _me())
            return job

    try:
        job = _answer(cancelled())
    except TimeoutError:
        raise click.ClickException(
            f"Job {job_id} is being cancelled, but has not ended yet."
        ) from None
    click.echo(f"{job.name}: {job.status} (job {job.id})")


@asynccontextmanager
async def _parts() -> AsyncIterator[Parts]:
    """The store, for a command that runs nothing itself."""
    app = NbTasksApp()
    app.load_config_file()
    nothing = Managers(contents=None, kernels=None, kernel_specs=None)
    parts = Parts(app.place(None), nothing, app.policy())
    await parts.open()
    try:
        yield parts
    finally:
        await parts.close()


def _me() -> Caller:
    return Caller(local_user(), sees_all=True)


def _answer(work: Coroutine[Any, Any, T]) -> T:
    """Run *work*; an error of ours is one sentence and an exit status."""
    try:
        return asyncio.run(work)
    except NbTasksError as error:
        click.echo(f"Error: {error}", err=True)
        unavailable = isinstance(error, Unavailable)
        sys.exit(Exit.UNAVAILABLE if unavailable else Exit.REFUSED)


def _exit(job: Job) -> Exit:
    if job.status is Status.FAILED and job.reason is Reason.TIMEOUT:
        return Exit.TIMED_OUT
    return Exit[job.status] if job.status in Exit.__members__ else Exit.FAILED
