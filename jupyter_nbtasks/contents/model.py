"""What the server's files are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file or a folder below the root; a folder's *name* ends in a slash, its *size* is None."""

    name: str
    size: int | None
    modified: datetime
    created: datetime

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.name.endswith("/")
