"""What the commands share: the settings, the store, who asks, and how an error is said."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click
from jupyter_server.serverapp import list_running_servers

from ..app import NbTasksApp
from ..assembly.assembly import Assembly
from ..assembly.ground import Managers
from ..caller import Caller, local_user
from ..errors import InvalidRequest, NbTasksError, Unavailable
from .run import local_managers

T = TypeVar("T")

_NOTHING = Managers(contents=None, kernels=None, kernel_specs=None)


class Exit(IntEnum):
    """What a script learns from the exit status."""

    COMPLETED = 0
    FAILED = 1
    REFUSED = 2
    CANCELLED = 3
    TIMED_OUT = 4
    UNAVAILABLE = 5


def settings() -> NbTasksApp:
    """Return the app with the settings that this person's server has too."""
    app = NbTasksApp()
    for name in ("jupyter_server_config", app.config_file_name):
        app.config_file_name = name
        try:
            app.load_config_file()
        except SystemExit:  # It has said which setting is wrong.
            sys.exit(Exit.REFUSED)
    return app


@asynccontextmanager
async def store(
    app: NbTasksApp, root: str | None = None, managers: Managers = _NOTHING
) -> AsyncIterator[Assembly]:
    """The store, for a command that runs nothing itself; of all roots without a *root*."""
    assembly = Assembly(app.storage(root), managers, app.policy(), snapshots=app.snapshot_policy())
    await assembly.open()
    try:
        yield assembly
    finally:
        await assembly.close()


def at(folder: Path) -> AbstractAsyncContextManager[Assembly]:
    """The store, for what belongs to the server on *folder*."""
    app = settings()
    named = app.config["NbTasksApp"].get("root_name")
    return store(app, str(named or folder), local_managers(folder, app.config))


def served() -> list[str]:
    """The folders on which servers of this person run."""
    return [server["root_dir"] for server in list_running_servers()]


def root_of(path: Path, given: Path | None = None) -> Path:
    """Return the root of the server to which *path*, a notebook or a folder, belongs."""
    if given is not None:
        return Path(os.path.abspath(given))
    serving = [Path(root) for root in served() if path.is_relative_to(root)]
    here = Path.cwd()
    beside = here if path.is_relative_to(here) else path.parent
    return max(serving, key=lambda root: len(root.parts), default=beside)


def me() -> Caller:
    """Return the person at the terminal, who sees all of the store."""
    return Caller(local_user(), sees_all=True)


def only_one(what: str, beginning: str, found: list[str]) -> str:
    """Return the only id of *found*; *beginning* if there is none. Raises InvalidRequest."""
    if len(found) > 1:
        msg = f"Several {what} begin with {beginning!r}: {', '.join(found)}. Give more of the id."
        raise InvalidRequest(msg)
    return found[0] if found else beginning


def answer(work: Coroutine[Any, Any, T]) -> T:
    """Run *work*; an error of ours is one sentence and an exit status."""
    try:
        return asyncio.run(work)
    except NbTasksError as error:
        click.echo(f"Error: {error}", err=True)
        unavailable = isinstance(error, Unavailable)
        sys.exit(Exit.UNAVAILABLE if unavailable else Exit.REFUSED)
