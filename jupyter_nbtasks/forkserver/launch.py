"""Starts the process of a fork server, with a private channel to it, and sees that it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .safety import Interpreter

_HERE = Path(__file__).parent
_END_SECONDS = 2.0
# It is loaded from our folder under a name of its own: the environment has nothing of ours.
_BOOT = f"""
import sys
if sys.path[0] == "":
    del sys.path[0]
from importlib import util
spec = util.spec_from_file_location(
    "_nbtasks", {str(_HERE / "__init__.py")!r}, submodule_search_locations=[{str(_HERE)!r}])
sys.modules["_nbtasks"] = util.module_from_spec(spec)
from _nbtasks.serving import main
main()
"""


@dataclass(frozen=True, kw_only=True)
class ForkSettings:
    """What fork servers import besides ipykernel, how many spares each has, limits in seconds."""

    preload: tuple[str, ...] = ()
    spares: int = 1
    idle: float = 600.0
    start: float = 60.0
    answer: float = 5.0


def launch(
    interpreter: Interpreter, env: Mapping[str, str], settings: ForkSettings
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Return the process and our end of its channel, non-blocking; raises OSError."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    arguments = json.dumps({"preload": settings.preload, "idle": settings.idle})
    try:
        with theirs:
            process = subprocess.Popen(
                [*interpreter, "-c", _BOOT, str(theirs.fileno()), arguments],
                pass_fds=[theirs.fileno()],
                env=env,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
    except OSError:
        ours.close()
        raise
    ours.setblocking(False)
    return process, ours


def reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end, which the end of the channel makes, but not for long."""
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        # It is importing, or stuck in that.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
