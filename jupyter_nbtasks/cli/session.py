"""What the commands share: the settings, who asks, and how an error is said."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..caller import Caller, local_user
from ..errors import InvalidRequest, NbTasksError, Unavailable
from .printing import echo

if TYPE_CHECKING:
    from .config import NbTasksApp

T = TypeVar("T")


class Exit(IntEnum):
    """What a script learns from the exit status."""

    COMPLETED = 0
    FAILED = 1
    REFUSED = 2
    CANCELLED = 3
    TIMED_OUT = 4
    UNAVAILABLE = 5


def settings() -> NbTasksApp:
    """Return the settings that this person's server has too."""
    from .config import NbTasksApp

    app = NbTasksApp()
    try:
        app.read()
    except SystemExit:  # It has said which setting is wrong.
        sys.exit(Exit.REFUSED)
    return app


def root_of(path: Path, given: Path | None = None) -> Path:
    """Return the root of the server to which *path*, a notebook or a folder, belongs."""
    from .servers import served_folders

    if given is not None:
        return Path(os.path.abspath(given))
    serving = [Path(root) for root in served_folders() if path.is_relative_to(root)]
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
        echo(f"Error: {error}", err=True)
        unavailable = isinstance(error, Unavailable)
        sys.exit(Exit.UNAVAILABLE if unavailable else Exit.REFUSED)
