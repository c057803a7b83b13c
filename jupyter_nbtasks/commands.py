"""What the commands share: the settings, the store, who asks, and how an error is said."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Any, TypeVar

import click

from .access import Caller, local_user
from .app import NbTasksApp
from .errors import InvalidRequest, NbTasksError, Unavailable
from .parts import Managers, Parts

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
) -> AsyncIterator[Parts]:
    """The store, for a command that runs nothing itself; of all roots without a *root*."""
    parts = Parts(app.place(root), managers, app.policy())
    await parts.open()
    try:
        yield parts
    finally:
        await parts.close()


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
