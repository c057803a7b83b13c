"""What a fork server imports, and whether it is safe to fork after that.

Runs in the kernel's own environment, where nothing of ours is installed: standard library only.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import tempfile
import warnings
from contextlib import suppress

from .startup_files import startup_files

_INLINE = "module://matplotlib_inline.backend_inline"
_UNSHARED = ("socket:", "pipe:", "anon_inode:", "/dev/nvidia", "/dev/kfd", "/dev/dri")
Stamp = tuple[int, int, int]


class Unfit(Exception):
    """It is not safe to fork; *module* is the preload that made it so, if one did."""

    def __init__(self, why: str, module: str | None = None) -> None:
        super().__init__(why)
        self.module = module


def import_kernel() -> None:
    """Import every module that a live ipykernel has imported; raises Unfit."""
    before = _descriptors()
    importlib.import_module("ipykernel.kernelapp")
    for name in _rehearse():
        # Some are made by others, under names that cannot be imported.
        with suppress(Exception):
            importlib.import_module(name)
    if why := _left_behind(before):
        raise Unfit(f"ipykernel leaves {why} behind")


def import_preload(names: list[str]) -> dict[str, str]:
    """Import *names*; return those that cannot be, with why. Raises Unfit."""
    left_out = {}
    # As ipykernel does before the code of a notebook can import matplotlib.
    had_backend = bool(os.environ.get("MPLBACKEND"))
    if not had_backend:
        os.environ["MPLBACKEND"] = _INLINE
    for name in names:
        before = _descriptors()
        try:
            importlib.import_module(name)
        except Exception as error:
            left_out[name] = f"{type(error).__name__}: {error}"
        if why := _left_behind(before):
            raise Unfit(f"{name} leaves {why} behind", name)
    if not had_backend:
        del os.environ["MPLBACKEND"]
    return left_out


def stamps() -> dict[str, Stamp | None]:
    """Return each imported file, and what is read at the start, as it is now."""
    files = [getattr(module, "__file__", None) for module in [*sys.modules.values()]]
    return {path: stamp(path) for path in [*startup_files(), *files] if path}


def changed(before: dict[str, Stamp | None]) -> str | None:
    """Return a file or folder that is not as `stamps` found it."""
    return next((path for path, was in before.items() if stamp(path) != was), None)


def stamp(path: str) -> Stamp | None:
    """Return what tells one state of a file or folder from another; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _rehearse() -> list[str]:
    """Be a kernel, in a child: return what it has imported after its first cell."""
    folder = tempfile.mkdtemp(prefix="nbtasks-")
    reading, writing = os.pipe()
    if (pid := _fork()) == 0:
        try:
            _be_a_kernel(folder, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading) as pipe:
        found = pipe.read()
    os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    if not found:
        msg = "ipykernel does not start in a forked process"
        raise Unfit(msg)
    names: list[str] = json.loads(found)
    return names


def _be_a_kernel(folder: str, writing: int) -> None:
    from ipykernel.kernelapp import IPKernelApp

    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    # Nobody's startup files are run, nor is anything written into their history.
    os.environ["IPYTHONDIR"] = folder
    app = IPKernelApp.instance()
    app.initialize(["-f", f"{folder}/kernel.json", "--HistoryManager.hist_file=:memory:"])
    app.kernel.shell.run_cell("pass")
    with open(writing, "w") as pipe:
        json.dump([name for name in sys.modules if name != "__main__"], pipe)
    os._exit(0)


def _left_behind(before: set[str]) -> str:
    """Say what of the imports would not survive a fork; nothing if all would."""
    if _threads() > 1:
        # A library that is prepared for forks ends its threads before one, as OpenBLAS does.
        if (pid := _fork()) == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    if _threads() > 1:
        return "threads"
    return ", ".join(sorted(_descriptors() - before))


def _fork() -> int:
    with warnings.catch_warnings():
        # Newer versions of Python warn where there are threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))


def _descriptors() -> set[str]:
    """Return what is open that two processes cannot share: connections, pipes, GPUs."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            target = os.readlink(f"/proc/self/fd/{number}")
            if target.startswith(_UNSHARED):
                found.add(target)
    return found
