"""What the server offers and what is open on it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async

from ..contents.notebook_files import Contents
from ..errors import NotFound, Unavailable
from ..jobs.policy import Policy
from ..jobs.rendering import Renderer
from ..kernels.launcher import Kernels
from ..kernels.model import KernelSpec
from .answers import ConfigAnswer, KernelAnswer, OpenNotebook, PackageAnswer, RuntimeAnswer

_VERSIONS = ("jupyter_nbtasks", "jupyter_server", "papermill", "nbconvert")
_LISTING_SECONDS = 30
# The packages that a kernel sees: with PYTHONPATH and the person's own, but not what lies here.
_LIST_PACKAGES = """
import sys
sys.path[:] = [folder for folder in sys.path if folder]
import json, importlib.metadata as metadata
found = {d.name: d.version for d in metadata.distributions() if d.name}
print(json.dumps(sorted(found.items(), key=lambda item: item[0].lower())))
"""


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of this package and of those it stands on."""
    return {name: metadata.version(name) for name in _VERSIONS}


class ServerService:
    """Runtimes, open notebooks, settings. *sessions* is the server's SessionManager."""

    def __init__(
        self,
        kernels: Kernels,
        sessions: Any,
        contents: Contents,
        renderer: Renderer,
        policy: Policy,
    ) -> None:
        self._kernels = kernels
        self._sessions = sessions
        self._contents = contents
        self._renderer = renderer
        self._policy = policy
        self._opening = asyncio.Lock()

    async def config(self, user: str) -> ConfigAnswer:
        """Return the limits in force, the formats of an output, and versions, for *user*."""
        formats = await self._renderer.formats()
        return ConfigAnswer(
            user=user, limits=self.limits(), formats=formats, versions=dict(versions())
        )

    def limits(self) -> dict[str, Any]:
        """Return the limits in force by their names."""
        return asdict(self._policy)

    async def runtimes(self) -> list[RuntimeAnswer]:
        """Return the kernelspecs, without their packages."""
        return [self._shown(spec) for spec in (await self._kernels.specs()).values()]

    async def runtime(self, name: str) -> RuntimeAnswer:
        """Return the kernelspec *name* with its packages; raises NotFound."""
        spec = (await self._kernels.specs()).get(name)
        if spec is None:
            msg = f"There is no runtime {name!r}."
            raise NotFound(msg)
        packages = await _packages(spec)
        return self._shown(spec).model_copy(update={"packages": packages})

    async def notebooks(self, owner: str | None) -> list[OpenNotebook]:
        """Return the notebooks that are open with a kernel, all of them *owner*'s if known."""
        sessions = await ensure_async(self._sessions.list_sessions())
        return [
            self._open(session, owner)
            for session in sessions
            if session["type"] == "notebook" and session["kernel"] is not None
        ]

    async def notebook(self, id: str, owner: str | None) -> OpenNotebook:
        """Return the open notebook whose session is *id*; raises NotFound."""
        found = [one for one in await self.notebooks(owner) if one.id == id]
        if not found:
            msg = f"There is no open notebook {id!r}."
            raise NotFound(msg)
        return found[0]

    async def open(self, path: str, kernel_name: str | None, owner: str | None) -> OpenNotebook:
        """Open the notebook at *path* with a kernel; one that is open already stays as it is."""
        async with self._opening:
            found = [one for one in await self.notebooks(owner) if one.path == path]
            if found:
                return found[0]
            spec = await self._kernels.spec(kernel_name or self._kernels.default_name)
            session = await self._begin(path, spec.name)
        return self._open(session, owner)

    async def close(self, id: str) -> None:
        """Close an open notebook and end its kernel; raises NotFound."""
        await self.notebook(id, None)
        await ensure_async(self._sessions.delete_session(id))

    async def _begin(self, path: str, kernel_name: str) -> dict[str, Any]:
        try:
            session: dict[str, Any] = await ensure_async(
                self._sessions.create_session(
                    path=path, name=Path(path).name, type="notebook", kernel_name=kernel_name
                )
            )
        except Exception as error:
            # Whatever starts kernels here may raise anything.
            msg = f"Kernel {kernel_name!r} did not start: {error}"
            raise Unavailable(msg) from error
        return session

    def _open(self, session: dict[str, Any], owner: str | None) -> OpenNotebook:
        path = session["path"]
        return OpenNotebook(
            id=session["id"],
            path=path,
            name=session["name"] or Path(path).name,
            item_id=self._contents.file_ids.id_of(path),
            owner=owner,
            kernel=KernelAnswer(**session["kernel"]),
            last_activity=session["kernel"]["last_activity"],
        )

    def _shown(self, spec: KernelSpec) -> RuntimeAnswer:
        return RuntimeAnswer(
            name=spec.name,
            display_name=spec.display_name,
            language=spec.language,
            is_default=spec.name == self._kernels.default_name,
        )


async def _packages(spec: KernelSpec) -> list[PackageAnswer] | None:
    """Ask the kernel's own interpreter; None where none on this machine can tell."""
    if spec.language.lower() != "python" or not spec.argv:
        return None
    try:
        interpreter = await asyncio.create_subprocess_exec(
            spec.argv[0], "-c", _LIST_PACKAGES, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_LISTING_SECONDS):
            listing, _ = await interpreter.communicate()
        found = json.loads(listing)
    except (TimeoutError, ValueError):
        return None
    finally:
        if interpreter.returncode is None:
            interpreter.kill()
            await interpreter.wait()
    return [PackageAnswer(name=name, version=version) for name, version in found]
