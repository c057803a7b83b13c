"""All that a server has, for commands that do what a server would; its import takes seconds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from ..assembly.assembly import Assembly
from ..assembly.ground import Managers
from .config import NbTasksApp
from .managers import local_managers
from .session import settings


def everywhere() -> AbstractAsyncContextManager[Assembly]:
    """What belongs to all roots; it can read no file and start no kernel."""
    nothing = Managers(contents=None, kernels=None, kernel_specs=None)
    return _opened(settings(), None, nothing)


def at(folder: Path) -> AbstractAsyncContextManager[Assembly]:
    """What belongs to the server on *folder*."""
    app = settings()
    return _opened(app, app.root_on(folder), local_managers(folder, app.config))


@asynccontextmanager
async def _opened(app: NbTasksApp, root: str | None, managers: Managers) -> AsyncIterator[Assembly]:
    assembly = Assembly(app.storage(root), managers, app.policy(), snapshots=app.snapshot_policy())
    await assembly.open()
    try:
        yield assembly
    finally:
        await assembly.close()
