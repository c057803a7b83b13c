"""Whether a kernel may be forked, and from which interpreter."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping

Interpreter = tuple[str, ...]

_MODULE = "ipykernel_launcher"
_PYTHON = re.compile(r"python[\d.t]*")
# Read by the interpreter at its start, or by libraries when they are imported.
_READ_EARLY = re.compile(
    r"""
    (PYTHON|LD_|LC_|MALLOC_|OMP_|GOMP_|KMP_|MKL_|OPENBLAS_|GOTO_|BLIS_|VECLIB_|NUMEXPR_|NUMBA_
    |NPY_|MPL|IPYTHON|JUPYTER|TRAITLETS|PYDEVD|DEBUGPY|CUDA|NVIDIA_|TORCH|TF_|XLA_|JAX_|RAYON_|POLARS_|ARROW_
    |OPENSSL_|GLIBC_TUNABLES$|LANG$|HOME$|XDG_|VIRTUAL_ENV$|CONDA_PREFIX$|DISPLAY$|NO_COLOR$).*
    """,
    re.VERBOSE,
)


class NotForked(Exception):
    """A kernel is not forked; the text says why."""


def interpreter_of(command: list[str], env: Mapping[str, str]) -> Interpreter:
    """Return the executable and its options that *command* starts ipykernel with.

    Raises NotForked if it starts something else, or in a way that a fork could not repeat.
    """
    if not (sys.platform == "linux" and hasattr(os, "pidfd_open")):
        raise NotForked("kernels are forked on Linux only")
    at = command.index("-m") if "-m" in command else 0
    options = command[1:at]
    if command[at + 1 : at + 2] != [_MODULE] or not all(o.startswith("-") for o in options):
        raise NotForked("it is not started as ipykernel's own")
    if not _PYTHON.fullmatch(os.path.basename(command[0])):
        raise NotForked(f"{command[0]} is not an interpreter of Python")
    executable = shutil.which(command[0], path=env.get("PATH"))
    if executable is None:
        raise NotForked(f"there is no {command[0]}")
    if not all(map(os.path.isabs, env.get("PYTHONPATH", "/").split(os.pathsep))):
        raise NotForked("PYTHONPATH has a relative folder")
    return (os.path.abspath(executable), *options)


def read_early(env: Mapping[str, str]) -> dict[str, str]:
    """Return what of *env* has its effect at the start and at imports."""
    return {name: value for name, value in env.items() if _READ_EARLY.fullmatch(name)}


def check_environment(env: Mapping[str, str], base: Mapping[str, str]) -> None:
    """Raise NotForked if *env* would have had other effects on what *base* had them on."""
    ours, theirs = read_early(env), read_early(base)
    for name in sorted({*ours, *theirs}):
        if ours.get(name) != theirs.get(name):
            raise NotForked(f"the job has another {name}")
