"""What the server offers and what is open on it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async

from ..contents import Contents
from ..errors import NotFound
from ..jobs.kernels import Kernels, KernelSpec
from ..jobs.policy import Policy
from ..jobs.rendering import formats
from .answers import (
    ConfigAnswer,
    KernelAnswer,
    OpenNotebook,
    PackageAnswer,
    RuntimeAnswer,
)

_VERSIONS = ("jupyter_nbtasks", "jupyter_server", "papermill", "nbconvert")
_LISTING_SECONDS = 30
# As a kernel sees them: with PYTHONPATH and the person's own, but not what lies about here.
_LIST_PACKAGES = """
import sys
sys.path[:] = [folder for folder in sys.path if folder]
import json, importlib.metadata as metadata
found = {d.name: d.version for d in metadata.distributions() if d.name}
print(json.dumps(sorted(found.items(), key=lambda item: item[0].lower())))
"""


class ServerService:
    """Runtimes, open notebooks, settings. *sessions* is the server's SessionManager."""

    def __init__(self, kernels: Kernels, sessions: Any, contents: Contents, policy: Policy) -> None:
        self._kernels = kernels
        self._sessions = sessions
        self._contents = contents
        self._policy = policy

    def config(self) -> ConfigAnswer:
        """Return the limits in force, the formats of an output, and versions."""
        versions = {name: metadata.version(name) for name in _VERSIONS}
        return ConfigAnswer(limits=asdict(self._policy), formats=formats(), versions=versions)

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

    def _open(self, session: dict[str, Any], owner: str | None) -> OpenNotebook:
        path = session["path"]
        return OpenNotebook(
            path=path,
            name=session["name"] or Path(path).name,
            item_id=self._contents.item_id(path),
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
    """Ask the kernel's own interpreter; None where there is none here that can tell."""
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
