"""The commands for snapshots: ``create``, ``list``, ``diff``, ``restore``."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InvalidRequest
from ..snapshots.model import Snapshot
from .printing import echo
from .session import answer, me, root_of

if TYPE_CHECKING:
    from ..snapshots.comparing import Comparison, Form
    from ..snapshots.restorer import Restored

_COLUMNS = ("SNAPSHOT", "KIND", "NOTEBOOK", "NAME", "MADE", "BYTES", "DESCRIPTION")


@click.group()
def snapshots() -> None:
    """Notebooks as they were; no server is needed.

    A SNAPSHOT is named by its id, or by as much of its beginning as tells it apart.
    """


@snapshots.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", help="Default: the notebook's file name and the time.")
@click.option("--description", default="", help="What is to be remembered of it.")
@click.option("--private", is_flag=True, help="Nobody else on the server sees it.")
def create(notebook: Path, name: str | None, description: str, private: bool) -> None:
    """Keep NOTEBOOK as it is now."""
    from ..rest.schemas import read
    from ..snapshots.requests import SnapshotRequest
    from .assembled import at

    folder, where = _place(notebook)

    async def created() -> Snapshot:
        asked = {"name": name, "description": description, "private": private}
        async with at(folder) as assembly:
            request = read(SnapshotRequest, asked | {"path": where})
            return await assembly.snapshots.service.create(request, me())

    snapshot = answer(created())
    echo(f"{snapshot.name}: kept (snapshot {snapshot.id})")


@snapshots.command("list")
@click.argument("notebook", required=False, type=click.Path(path_type=Path))
@click.option("-q", "--search", help="Only those with this in their name, description or path.")
@click.option("-n", "--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object per line.")
def list_snapshots(notebook: Path | None, search: str | None, limit: int, in_json: bool) -> None:
    """List snapshots, newest first: of NOTEBOOK, or of every server on this store."""
    from . import terminal
    from .stored import snapshots as stored

    folder, where = (None, None) if notebook is None else _place(notebook)
    found = answer(stored.newest(folder, where, search, limit))
    if in_json:
        for snapshot in found:
            echo(_as_json(snapshot))
    elif found:
        terminal.echo_table([_COLUMNS, *map(_row, found)])
    else:
        echo("No snapshots. Keep one: jupyter nbtasks snapshots create NOTEBOOK", err=True)


@snapshots.command()
@click.argument("snapshot_id", metavar="SNAPSHOT")
@click.argument("other_id", metavar="[OTHER]", default="file")
@click.option("--outputs", is_flag=True, help="Compare outputs too.")
def diff(snapshot_id: str, other_id: str, outputs: bool) -> None:
    """Show what the notebook, or the snapshot OTHER, has changed since SNAPSHOT."""
    from ..rest.schemas import read
    from ..snapshots.requests import DiffQuery
    from .assembled import at
    from .stored import snapshots as stored

    may_colour = click.get_current_context().color is not False
    form: Form = "colour" if may_colour and sys.stdout.isatty() else "text"

    async def compared() -> Comparison:
        snapshot = await stored.get(snapshot_id)
        other = other_id if other_id == "file" else (await stored.get(other_id)).id
        query = read(DiffQuery, {"with": other, "outputs": outputs})
        async with at(_folder(snapshot)) as assembly:
            return await assembly.snapshots.service.compare(snapshot.id, query, me(), form)

    comparison = answer(compared())
    if comparison.difference:
        echo(f"--- {comparison.base.label}\n+++ {comparison.remote.label}")
        echo(comparison.difference.decode(), nl=False)
    else:
        echo("No difference.", err=True)


@snapshots.command()
@click.argument("snapshot_id", metavar="SNAPSHOT")
@click.option("--preserve/--no-preserve", default=None, help="Whether to keep the present state.")
@click.option("--name", help="Name of the snapshot that is kept.")
@click.option("--description", default="", help="Description of the snapshot that is kept.")
def restore(snapshot_id: str, preserve: bool | None, name: str | None, description: str) -> None:
    """Put the notebook back as it was at SNAPSHOT."""
    from ..rest.schemas import read
    from ..snapshots.requests import RestoreRequest
    from .assembled import at
    from .stored import snapshots as stored

    async def restored() -> Restored:
        snapshot = await stored.get(snapshot_id)
        asked = {"preserve": preserve, "name": name, "description": description}
        async with at(_folder(snapshot)) as assembly:
            return await assembly.snapshots.service.restore(
                snapshot.id, read(RestoreRequest, asked), me()
            )

    done = answer(restored())
    echo(f"{done.path}: restored")
    if done.preserved is not None:
        echo(f"Before, it was: {done.preserved.name} (snapshot {done.preserved.id})")


def _place(notebook: Path) -> tuple[Path, str]:
    """Return the folder of the server to which *notebook* belongs, and its path there."""
    path = Path(os.path.abspath(notebook))
    folder = root_of(path)
    return folder, path.relative_to(folder).as_posix()


def _folder(snapshot: Snapshot) -> Path:
    """Return the folder of the server to which *snapshot* belongs."""
    folder = Path(snapshot.root)
    if not folder.is_dir():
        msg = f"The notebook is on {snapshot.root!r}, which is not a folder here. Do it there."
        raise InvalidRequest(msg)
    return folder


def _row(snapshot: Snapshot) -> tuple[str, ...]:
    return (
        snapshot.id,
        str(snapshot.kind),
        snapshot.path,
        snapshot.name,
        f"{snapshot.created_at.astimezone():%Y-%m-%d %H:%M}",
        f"{snapshot.size:,}",
        " ".join(snapshot.description.split())[:60],
    )


def _as_json(snapshot: Snapshot) -> str:
    return json.dumps(asdict(snapshot), default=datetime.isoformat, ensure_ascii=False)
