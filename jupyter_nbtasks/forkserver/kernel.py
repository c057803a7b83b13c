"""In a forked process: makes it the kernel that a fresh interpreter would have become.

Runs in the kernel's own environment, where nothing of ours is installed: standard library only.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .preload import changed, stamp

# <sys/prctl.h>
_PR_SET_PDEATHSIG = 1
# What modules of the standard library remember of the machine, and how it is before they ask.
_FOUND_AT_FIRST_USE: dict[str, dict[str, Any]] = {
    "platform": {"_uname_cache": None},
    "tempfile": {"tempdir": None},
}


@dataclass(frozen=True)
class InterpreterState:
    """How the interpreter was before its imports: signal handlers and mask, and environment."""

    handlers: dict[int, Any]
    mask: set[Any]
    env: dict[str, str]

    @classmethod
    def now(cls) -> InterpreterState:
        """Return how it is at present."""
        handlers = {int(number): signal.getsignal(number) for number in signal.valid_signals()}
        return cls(handlers, signal.pthread_sigmask(signal.SIG_BLOCK, []), dict(os.environ))

    def restore_signals(self) -> None:
        """Put back what has changed since."""
        for number, handler in self.handlers.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)

    def imported(self) -> dict[str, str]:
        """Return the variables that imports have set since."""
        return dict(os.environ.items() - self.env.items())


@dataclass(frozen=True, kw_only=True)
class Birth:
    """What a forked process is given: descriptors, and the *initial* state of the interpreter.

    *job* can be read from as JSON: `argv`, `connection_file`, `env`, `cwd`, `umask`, `limits`,
    `oom_score_adj`, of a spare `ports`.
    *ready* is written to once the kernel has its sockets. *foreign* belong to the fork server,
    and so do *modules*, by their names. With *waiting*, *job* is that of a spare: what it is to
    become comes over that socket, as another *job*, once it is known.
    """

    job: int
    stdout: int
    stderr: int
    ready: int
    foreign: list[int]
    modules: list[str]
    initial: InterpreterState
    parent: int
    waiting: socket.socket | None = None


def live(birth: Birth) -> None:
    """Be the kernel until it ends; call it from the outermost frame."""
    os.setsid()
    _die_with(birth.parent)
    for descriptor in birth.foreign:
        os.close(descriptor)
    job = _read(birth.job)
    _take_streams(birth)
    birth.initial.restore_signals()
    imported = birth.initial.imported()
    _take_surroundings(job, imported)
    _forget_what_was_shared()
    # To look through all the names there are would copy the memory that each lies in.
    for name in birth.modules:
        del sys.modules[name]
    _take_arguments(job)
    _start(birth, job, imported)


def _start(birth: Birth, job: dict[str, Any], imported: dict[str, str]) -> None:
    from ipykernel.kernelapp import IPKernelApp

    # Its default is read from the environment at import, which was the fork server's.
    app: Any = IPKernelApp.instance(parent_handle=os.getppid())
    if birth.waiting is not None:
        # The first of its steps that runs what is the user's own: extensions, then startup files.
        then = app.init_extensions
        app.init_extensions = _waiting(birth.waiting, job["ports"], imported, app, then)
    try:
        app.initialize()
    except Exception:
        # Such as that a port was taken: at its exit it would wait for its sockets, for ever.
        traceback.print_exc()
        os._exit(1)
    os.write(birth.ready, b"1")
    os.close(birth.ready)
    app.start()


def _waiting(
    channel: socket.socket,
    ports: dict[str, int],
    imported: dict[str, str],
    app: Any,
    then: Callable[[], None],
) -> Callable[[], None]:
    """Return a step of *app*, which has *ports*, that waits until the job is known, then *then*."""
    before = dict(os.environ)

    def wait() -> None:
        if any(getattr(app, name) != port for name, port in ports.items()):
            sys.exit("A kernel that was to wait for its job has other ports than it was given.")
        # The first cell of all takes several times as long as the next.
        app.shell.run_cell("pass", store_history=False, silent=True)
        app.shell.last_execution_result = None
        settings = {path: stamp(path) for path in _config_files(app)}
        os.unlink(app.abs_connection_file)
        with channel:
            _, [descriptor], _, _ = socket.recv_fds(channel, 1, 1)
        if path := changed(settings):
            # Whoever waits for it has a kernel started afresh.
            sys.exit(f"A kernel that waited for its job had read {path} before it changed.")
        made = dict(os.environ.items() - before.items())
        job = _read(descriptor)
        _take_surroundings(job, imported)
        os.environ.update(made)
        _take_arguments(job)
        app.connection_file = job["connection_file"]
        app.shell.starting_dir = os.getcwd()
        # The history of folders begins with the folder at the reset.
        app.shell.history_manager.reset(new_session=False)
        then()

    return wait


def _config_files(app: Any) -> list[str]:
    """Return the files that *app* has its settings from, or would have if they were there."""
    names = {"ipython_config.py", "ipython_kernel_config.py", app.config_file_name}
    stems = sorted({os.path.splitext(name)[0] for name in names})
    files = [stem + suffix for stem in stems for suffix in (".py", ".json")]
    return [os.path.join(folder, file) for folder in app.config_file_paths for file in files]


def _read(descriptor: int) -> dict[str, Any]:
    with open(descriptor) as file:
        job: dict[str, Any] = json.load(file)
    return job


def _take_arguments(job: dict[str, Any]) -> None:
    sys.argv = [_launcher(), *job["argv"][job["argv"].index("-m") + 2 :]]
    sys.orig_argv = job["argv"]


def _launcher() -> str:
    """Return what a fresh interpreter would have as its first argument."""
    spec = importlib.util.find_spec("ipykernel_launcher")
    assert spec is not None
    assert spec.origin is not None
    return spec.origin


def _die_with(parent: int) -> None:
    """Be killed when *parent* ends, however busy we are."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _take_streams(birth: Birth) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, birth.stdout, birth.stderr)):
        os.dup2(descriptor, number)
        os.close(descriptor)


def _take_surroundings(job: dict[str, Any], imported: dict[str, str]) -> None:
    """Environment, folder and limits, as the Jupyter server has them or the job asks for them."""
    os.environ.clear()
    os.environ.update(imported | job["env"], JPY_PARENT_PID=str(os.getppid()))
    time.tzset()
    for name, values in _FOUND_AT_FIRST_USE.items():
        if name in sys.modules:
            vars(sys.modules[name]).update(values)
    if "gettext" in sys.modules:
        vars(sys.modules["gettext"]).get("_translations", {}).clear()
    os.umask(job["umask"])
    for name, limits in job["limits"].items():
        number = getattr(resource, name)
        if resource.getrlimit(number) != tuple(limits):
            resource.setrlimit(number, tuple(limits))
    with open("/proc/self/oom_score_adj", "r+") as file:
        if file.read().strip() != job["oom_score_adj"]:
            file.write(job["oom_score_adj"])
    os.chdir(job["cwd"])


def _forget_what_was_shared() -> None:
    """Make anew what is drawn at import; random, uuid and ssl see to themselves."""
    # It may be in the middle of an import that failed.
    if hasattr(sys.modules.get("numpy.random"), "seed"):
        sys.modules["numpy.random"].seed()
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].current_process().authkey = os.urandom(32)
