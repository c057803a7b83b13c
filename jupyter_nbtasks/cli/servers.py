"""The servers of this person that run, by the files in which they say so."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
from jupyter_core.paths import jupyter_runtime_dir


def served_folders() -> list[str]:
    """Return the folders on which they run.

    jupyter_server has a function that reads these files, but its import takes seconds.
    """
    folders = []
    for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            server = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # It is being written, or its server has just ended.
            continue
        if "pid" in server and psutil.pid_exists(server["pid"]):
            folders.append(server["root_dir"])
    return folders
