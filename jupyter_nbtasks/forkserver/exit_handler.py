"""How a forked process exits: as an interpreter does, but for what costs and changes nothing.

Runs in the kernel's own environment, where nothing of ours is installed: standard library only.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from typing import Any


class ExitHandler:
    """Called at exit after all other handlers; register it before there can be another.

    The interpreter would then take every module apart, and so copy all the memory that the
    process shares with its fork server. It does nothing in the fork server itself. *status* is
    what the process exits with.
    """

    def __init__(self) -> None:
        self.status: int | None = None

    def __call__(self) -> None:
        """End the process, if it is a forked one, with all that it wrote written."""
        if self.status is None:
            return
        _flush([sys.__stdout__, sys.__stderr__])
        # Those of the fork server are not among them: they are frozen.
        _flush([each for each in gc.get_objects() if issubclass(type(each), io.IOBase)])
        gc.collect()
        os._exit(self.status)


def _flush(files: list[Any]) -> None:
    for file in files:
        # Whatever it raises: nobody is there to be told.
        with suppress(Exception):
            file.flush()
