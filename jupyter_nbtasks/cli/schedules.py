"""The commands for schedules: ``list``, ``add``, ``pause`` … ``import``."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import InvalidRequest
from ..schedules.model import Schedule
from .printing import echo
from .session import answer, me, root_of

if TYPE_CHECKING:
    from ..schedules.service import ScheduleService

T = TypeVar("T")

_COLUMNS = ("SCHEDULE", "STATE", "NOTEBOOK", "NAME", "WHEN", "ZONE", "NEXT", "WHY")

_ROOT = click.option(
    "--root", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER",
    help="Root of the server that is to run them. Default: that of a running server which has the "
    "notebook, or else this folder.",
)  # fmt: skip


@click.group()
def schedules() -> None:
    """Notebooks that a server runs again and again.

    A SCHEDULE is named by its id, or by as much of its beginning as tells it apart. A running
    server sees within seconds what is changed here.
    """


@schedules.command("list")
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object per line.")
def list_schedules(in_json: bool) -> None:
    """List schedules, oldest first: those of every server on this store."""

    from . import terminal
    from .stored import schedules as stored

    found = answer(stored.oldest_first())
    if in_json:
        for schedule in found:
            echo(_as_json(schedule))
    elif found:
        terminal.echo_table([_COLUMNS, *map(_row, found)])
    else:
        echo("No schedules. Add one: jupyter nbtasks schedules add NOTEBOOK", err=True)


@schedules.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--cron", help="When: five fields, as in '0 9 * * 1-5', or @hourly … @yearly.")
@click.option("--interval", type=int, metavar="SECONDS", help="How often, instead of --cron.")
@click.option("--timezone", help="IANA name. Default: the machine's, or the setting.")
@click.option("--start", help="The first time it may be due, such as 2026-11-21T09:00.")
@click.option("--end", help="The last time it may be due.")
@click.option("--max-occurrences", type=int, help="At most so many occurrences.")
@click.option(
    "--overlap", type=click.Choice(["skip", "queue", "allow", "cancel_running"]),
    help="What to do while the previous job still runs. Default: skip.",
)  # fmt: skip
@click.option(
    "--catch-up", type=click.Choice(["latest", "skip", "all"]),
    help="What to run of what was due while no server ran. Default: latest.",
)  # fmt: skip
@click.option("--name", help="Default: the notebook's file name.")
@click.option(
    "-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
    help="A value for a parameter; may be repeated, and may use {nominal_time:%Y-%m-%d}.",
)  # fmt: skip
@click.option("-k", "--kernel", "kernel_name", help="Run on this kernel.")
@click.option("--timeout", type=float, help="Seconds that a job may take.")
@_ROOT
def add(
    notebook: Path, parameters: tuple[tuple[str, str], ...], root: Path | None, **given: Any
) -> None:
    """Run NOTEBOOK on a schedule."""
    from ..rest.schemas import read_json
    from ..schedules.requests import ScheduleRequest
    from .assembled import at
    from .run import typed
    from .servers import served_folders

    path = Path(os.path.abspath(notebook))
    folder = root_of(path, root)

    async def added() -> Schedule:
        if not path.is_relative_to(folder):
            msg = f"{str(notebook)!r} is not below {str(folder)!r}. Name another --root."
            raise InvalidRequest(msg)
        where = path.relative_to(folder).as_posix()
        async with at(folder) as assembly:
            _, _, inspection = await assembly.jobs.service.parameters_of(where)
            known = {one.name: one for one in inspection.parameters or ()}
            values = {
                name: text if "{" in text else typed(known.get(name), text)
                for name, text in parameters
            }
            asked = {name: value for name, value in given.items() if value is not None}
            asked |= {"notebook": where, "parameters": values}
            request = read_json(ScheduleRequest, json.dumps(asked).encode())
            return await assembly.schedules.service.create(request, me().name)

    schedule = answer(added())
    _tell("added", schedule)
    if str(folder) not in served_folders():
        echo(f"No server runs on {folder}: start one there and it fires.", err=True)


@schedules.command()
@click.argument("schedule_id", metavar="SCHEDULE")
def pause(schedule_id: str) -> None:
    """Let SCHEDULE be due no more, until it is resumed."""

    from .assembled import everywhere
    from .stored import schedules as stored

    async def paused() -> Schedule:
        id = (await stored.get(schedule_id)).id
        async with everywhere() as assembly:
            return await assembly.schedules.service.pause(id, me())

    _tell("paused", answer(paused()))


@schedules.command()
@click.argument("schedule_id", metavar="SCHEDULE")
def resume(schedule_id: str) -> None:
    """Let SCHEDULE be due again, from now on."""

    from .assembled import everywhere
    from .stored import schedules as stored

    async def resumed() -> Schedule:
        id = (await stored.get(schedule_id)).id
        async with everywhere() as assembly:
            return await assembly.schedules.service.resume(id, me())

    _tell("resumed", answer(resumed()))


@schedules.command()
@click.argument("schedule_id", metavar="SCHEDULE")
def run(schedule_id: str) -> None:
    """Submit a job of SCHEDULE now, for its server to run."""
    job = answer(_where_it_is(schedule_id, lambda service, id: service.run(id, me())))
    echo(f"Submitted job {job.id}. See: jupyter nbtasks show {job.id}")


@schedules.command()
@click.argument("schedule_id", metavar="SCHEDULE")
def move(schedule_id: str) -> None:
    """Run SCHEDULE from now on in the environment of this command."""
    moved = answer(_where_it_is(schedule_id, lambda service, id: service.move(id, me())))
    _tell("moved", moved)


@schedules.command()
@click.argument("schedule_id", metavar="SCHEDULE")
def remove(schedule_id: str) -> None:
    """Remove SCHEDULE; its jobs stay."""

    from .stored import schedules as stored

    schedule = answer(stored.removed(schedule_id))
    echo(f"{schedule.name}: removed (schedule {schedule.id})")


@schedules.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@_ROOT
def export_file(output: Path | None, root: Path | None) -> None:
    """Write the schedules of one root as YAML, to be kept with the notebooks."""

    from . import schedule_file
    from .stored import schedules as stored

    text = schedule_file.write(answer(stored.oldest_first(root_of(Path.cwd(), root))))
    if output is None:
        echo(text, nl=False)
        return
    try:
        output.write_text(text)
    except OSError as error:
        raise click.ClickException(
            f"{str(output)!r} cannot be written: {error.strerror}."
        ) from None


@schedules.command("import")
@click.argument("file", type=click.File())
@_ROOT
def import_file(file: Any, root: Path | None) -> None:
    """Add and change schedules to be as FILE (YAML) says; doing so twice changes nothing.

    A schedule is known by its notebook and name. What FILE does not have is left alone.
    """

    from . import schedule_file
    from .assembled import at
    from .stored import schedules as stored

    async def imported() -> list[tuple[str, Schedule]]:
        requests = schedule_file.read(file.read())
        folder = root_of(Path.cwd(), root)
        there = await stored.oldest_first(folder)
        async with at(folder) as assembly:
            return await schedule_file.bring_in(assembly.schedules.service, there, requests, me())

    for verb, schedule in answer(imported()):
        _tell(verb, schedule)


async def _where_it_is(beginning: str, work: Callable[[ScheduleService, str], Awaitable[T]]) -> T:
    """Return what *work* does with the only schedule whose id begins so, where its notebook is."""
    from .assembled import at
    from .stored import schedules as stored

    schedule = await stored.get(beginning)
    async with at(_folder_of(schedule)) as assembly:
        return await work(assembly.schedules.service, schedule.id)


def _folder_of(schedule: Schedule) -> Path:
    """Return the root of *schedule*; raises InvalidRequest."""
    if not Path(schedule.root).is_dir():
        msg = f"The notebook is on {schedule.root!r}, which is not a folder here. Run it there."
        raise InvalidRequest(msg)
    return Path(schedule.root)


def _tell(verb: str, schedule: Schedule) -> None:
    due = "" if schedule.next_run_at is None else f", next {_local(schedule, schedule.next_run_at)}"
    echo(f"{schedule.name}: {verb} (schedule {schedule.id}{due})")


def _row(schedule: Schedule) -> tuple[str, ...]:
    when = ""
    with suppress(KeyError, ValueError):
        when = schedule.timing.rule.description
    return (
        schedule.id,
        str(schedule.state),
        schedule.notebook,
        schedule.name,
        when,
        schedule.request.get("timezone", ""),
        "" if schedule.next_run_at is None else _local(schedule, schedule.next_run_at),
        schedule.message or "",
    )


def _local(schedule: Schedule, at: datetime) -> str:
    return f"{at.astimezone(schedule.zone):%Y-%m-%d %H:%M}"


def _as_json(schedule: Schedule) -> str:
    shown = {name: getattr(schedule, name) for name in Schedule.__dataclass_fields__}
    request = shown.pop("request")
    return json.dumps(request | shown, default=datetime.isoformat, ensure_ascii=False)
