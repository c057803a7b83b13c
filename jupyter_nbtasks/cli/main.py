"""The command line: ``jupyter nbtasks run``, ``jobs``, ``show``, ``cancel``, ``schedules`` …"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InvalidRequest
from ..jobs.model import Job, Reason, Status
from .output_file import FORMATS, OutputFile
from .printing import echo, is_all_printed, open_closed_streams
from .schedules import schedules
from .session import Exit, answer, me, settings
from .snapshots import snapshots

if TYPE_CHECKING:
    from .run import Ran

_CANCEL_SECONDS = 30.0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jupyter_nbtasks")
@click.pass_context
def main(context: click.Context) -> None:
    """Run notebooks as jobs, and look after them.

    \b
    Exit status of 'run': 0 completed, 1 failed, 2 refused (wrong notebook,
    parameter or option), 3 cancelled, 4 timed out, 5 the store is unavailable.

    A JOB is named by its id, or by as much of its beginning as tells it apart.
    """
    open_closed_streams()
    if os.environ.get("NO_COLOR"):
        context.color = False


@main.result_callback()
def _end(*_results: object, **_given: object) -> None:
    if not is_all_printed():
        sys.exit(Exit.FAILED)


main.add_command(schedules)
main.add_command(snapshots)


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
    help="A value for a parameter; may be repeated.",
)  # fmt: skip
@click.option(
    "-r", "--raw-parameter", "raw_parameters", nargs=2, multiple=True, metavar="NAME TEXT",
    help="A text for a parameter, as it is: 'nan' or '1' stays a text; may be repeated.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="OUT",
    help=f"Where to write the output; its ending says how: {', '.join(FORMATS)}. "
    "Default: NOTEBOOK-output.ipynb in this folder, or a free name beside it.",
)  # fmt: skip
@click.option("--watch", is_flag=True, help="Print the notebook's outputs as they come.")
@click.option("-k", "--kernel", help="Run on this kernel instead of the notebook's own.")
@click.option("--timeout", type=float, help="Seconds that the run may take.")
@click.option("--cell-timeout", type=float, help="Seconds that each cell may take.")
@click.option(
    "--max-attempts", type=int, default=1, show_default=True, help="Try again after a failure."
)
@click.option("--lenient", is_flag=True, help="Accept unknown parameters, and null for any.")
def run(
    notebook: Path,
    parameters: tuple[tuple[str, str], ...],
    raw_parameters: tuple[tuple[str, str], ...],
    **given: Any,
) -> None:
    """Run NOTEBOOK as a job, here and now; no server is needed."""
    from . import terminal
    from .run import LocalRun, RunOptions

    options = RunOptions(
        notebook=notebook,
        parameters=dict(parameters),
        raw_parameters=dict(raw_parameters),
        **given,
    )

    async def ran() -> Ran:
        return await LocalRun(settings(), options).run()

    end = answer(ran())
    # Standard output belongs to the notebook if it is watched.
    terminal.echo_end(end.job, err=options.watch, traceback=not options.watch)
    for note in end.notes:
        echo(note, err=True)
    if end.output is not None:
        echo(f"Output: {end.output}", err=options.watch)
    sys.exit(_exit(end))


@main.command("jobs")
@click.option("--status", help="Only these, separated by commas.")
@click.option("-q", "--search", help="Only those with this in their name or path.")
@click.option("-n", "--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object per line.")
def list_jobs(status: str | None, search: str | None, limit: int, in_json: bool) -> None:
    """List jobs, newest first: those of every server and command on this store."""
    from . import terminal
    from .stored import jobs as stored

    jobs = answer(stored.newest(status, search, limit))
    if in_json:
        for job in jobs:
            echo(terminal.as_json(job))
    elif jobs:
        terminal.echo_jobs(jobs, datetime.now(UTC))
    else:
        echo("No jobs. Run one: jupyter nbtasks run NOTEBOOK", err=True)


@main.command()
@click.argument("job_id", metavar="JOB")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="OUT",
    help=f"Write its output there; the ending says how: {', '.join(FORMATS)}.",
)  # fmt: skip
@click.option("--json", "in_json", is_flag=True, help="Print a JSON object.")
def show(job_id: str, output: Path | None, in_json: bool) -> None:
    """Show JOB: how it stands, why it failed, what it took."""
    from . import terminal
    from .stored import jobs as stored

    job, environment, cells = answer(stored.with_cells(job_id))
    if output is not None:
        echo(f"Output: {answer(_written(job, output))}", err=in_json)
    elif not in_json:
        terminal.echo_job(job, environment, cells, datetime.now(UTC))
    if in_json:
        echo(terminal.as_json(job))


@main.command()
@click.argument("job_id", metavar="JOB")
def cancel(job_id: str) -> None:
    """Cancel JOB, whichever server or command runs it."""
    from . import terminal
    from .stored import jobs as stored

    try:
        job = answer(stored.cancelled(job_id, _CANCEL_SECONDS))
    except TimeoutError:
        raise click.ClickException(
            f"Job {job_id} is being cancelled, but has not ended yet."
        ) from None
    terminal.echo_end(job, err=False, traceback=False)


async def _written(job: Job, path: Path) -> Path:
    """Write the output of *job* to *path*; return where that is."""
    from ..jobs.requests import OutputQuery
    from .assembled import everywhere

    file = OutputFile(path)
    async with everywhere() as assembly:
        query = OutputQuery(format=file.format)
        _, document = await assembly.jobs.service.output(job.id, query, me())
    try:
        return await asyncio.to_thread(file.write, document)
    except OSError as error:
        msg = f"{str(path)!r} cannot be written: {error.strerror}."
        raise InvalidRequest(msg) from error


def _exit(ran: Ran) -> Exit:
    job = ran.job
    if job.status is Status.COMPLETED and ran.output is None:
        return Exit.FAILED
    if job.reason is Reason.TIMEOUT:
        return Exit.TIMED_OUT
    return Exit[job.status]


if __name__ == "__main__":
    main()
