"""From a kernelspec to what starts it: which program, with which variables, of which version."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from .model import VARIABLES, KernelSpec, Pairs

# What jupyter_client takes to mean the interpreter of the server.
_OWN = {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info[:2])}


def resolve(name: str, entry: Mapping[str, Any], *, is_local: bool) -> KernelSpec:
    """Return the kernel *name*, which a KernelSpecManager describes in *entry*.

    *is_local* says that this server would start it itself.
    """
    spec, folder = entry["spec"], str(entry.get("resource_dir", ""))
    argv, variables = tuple(map(str, spec.get("argv", ()))), None
    versions: Pairs = ()
    if is_local and argv:
        argv = tuple(_filled(part, folder) for part in argv)
        if program := _program(argv[0]):
            argv, variables = (program, *argv[1:]), _variables()
            versions = _versions(program, argv)
    return KernelSpec(
        name=name,
        display_name=spec.get("display_name", name),
        language=str(spec.get("language", "")),
        argv=argv,
        env=tuple(sorted(spec.get("env", {}).items())),
        folder=folder,
        interrupt_mode=spec.get("interrupt_mode", "signal"),
        metadata=json.dumps(spec.get("metadata", {}), sort_keys=True),
        variables=variables,
        versions=versions,
    )


def environ_of(spec: KernelSpec) -> dict[str, str]:
    """Return the variables that a kernel of *spec* gets beside its own: the server's, mostly."""
    if spec.variables is None:
        return dict(os.environ)
    others = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return others | dict(spec.variables)


def is_gone(spec: KernelSpec) -> bool:
    """Whether *spec* is an environment whose program is not here, or not any more."""
    return spec.is_environment and shutil.which(spec.program) is None


def place_of(spec: KernelSpec) -> str:
    """Return the program of *spec*, with the home folder as ~."""
    program, home = Path(spec.program), Path.home()
    return f"~/{program.relative_to(home)}" if program.is_relative_to(home) else str(program)


def _program(named: str) -> str | None:
    """Return the path of a program; a link is not followed, as a virtual environment's is one."""
    program = sys.executable if named in _OWN else shutil.which(named)
    if not program or shutil.which(program) is None:
        return None
    return os.path.abspath(program)


def _filled(part: str, folder: str) -> str:
    """Return *part* of a command line with what another server would fill in otherwise."""
    return part.replace("{prefix}", sys.prefix).replace("{resource_dir}", folder)


def _variables() -> Pairs:
    return tuple((name, os.environ[name]) for name in sorted(VARIABLES) if name in os.environ)


def _versions(program: str, argv: tuple[str, ...]) -> Pairs:
    """Return the versions of Python and of the kernel, where that costs nothing: in our own."""
    if program != os.path.abspath(sys.executable):
        return ()
    module = argv[argv.index("-m") + 1] if "-m" in argv[:-1] else ""
    return (("Python", platform.python_version()), *_version(module.removesuffix("_launcher")))


@lru_cache
def _version(package: str) -> Pairs:
    try:
        return ((package, metadata.version(package)),) if package else ()
    except metadata.PackageNotFoundError:
        return ()
