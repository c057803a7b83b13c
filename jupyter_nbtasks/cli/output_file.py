"""A file that a command writes a document to: whole or not at all, and over nothing by accident."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidRequest
from ..storage.atomic_write import atomic_write

if TYPE_CHECKING:
    from ..jobs.rendering import Document

FORMATS = {
    ".ipynb": "ipynb",
    ".html": "html",
    ".md": "markdown",
    ".rst": "rst",
    ".tex": "latex",
    ".pdf": "pdf",
    ".py": "script",
}
# The programs that nbconvert calls for these.
_PROGRAMS = {"rst": ("pandoc",), "latex": ("pandoc",), "pdf": ("pandoc", "xelatex")}


class OutputFile:
    """A file for a document; its ending says in which format."""

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in FORMATS:
            msg = f"The output's name must end in one of {', '.join(FORMATS)}, not {path.name!r}."
            raise InvalidRequest(msg)
        if not path.parent.is_dir():
            msg = f"There is no folder {str(path.parent)!r} for the output."
            raise InvalidRequest(msg)
        if not os.access(path.parent, os.W_OK):
            msg = f"The folder {str(path.parent)!r} cannot be written to."
            raise InvalidRequest(msg)
        self._path = path
        self.format = FORMATS[path.suffix.lower()]
        missing = [each for each in _PROGRAMS.get(self.format, ()) if shutil.which(each) is None]
        if missing:
            msg = (
                f"For {path.name!r} the program {missing[0]} is needed, which is not installed. "
                "Choose .html, or install it."
            )
            raise InvalidRequest(msg)

    def write(self, document: Document, *, replace: bool = True) -> Path:
        """Write it whole or not at all; return where: without *replace*, under a free name."""
        path = self._path
        if document.extension == ".zip":
            path = path.with_name(f"{path.name}.zip")
        if not replace:
            path = _free(path)
        # What a link leads to is replaced, not the link.
        atomic_write(Path(os.path.realpath(path)), document.content)
        return path


def _free(path: Path) -> Path:
    """Make an empty file *path*, or beside it if that is there already, and return which."""
    free, number = path, 0
    while True:
        with suppress(FileExistsError):
            free.touch(exist_ok=False)
            return free
        number += 1
        free = path.with_name(f"{path.stem}{number}{path.suffix}")
