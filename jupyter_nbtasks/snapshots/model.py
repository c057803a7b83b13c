"""What a snapshot is, and which notebook it is of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath

# With room for the moment and a number in a name of 200 characters.
_STEM = 150


class SnapshotKind(StrEnum):
    """Why a snapshot was made. Values are part of the REST API and the database."""

    MANUAL = "manual"
    RESTORE = "restore"
    UPDATE = "update"
    SCHEDULE = "schedule"
    TOOL = "tool"


AUTOMATIC = frozenset(SnapshotKind) - {SnapshotKind.MANUAL}
# Kept once, however often the same bytes come by.
VERSIONS = frozenset({SnapshotKind.UPDATE, SnapshotKind.SCHEDULE})
_OCCASIONS = {
    SnapshotKind.MANUAL: "",
    SnapshotKind.RESTORE: " before a restore",
    SnapshotKind.UPDATE: " before an update",
    SnapshotKind.SCHEDULE: " as scheduled",
    SnapshotKind.TOOL: " as a tool",
}


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A notebook as it was at one moment; *size* is in bytes.

    *path* is where the notebook was last seen, *key* what tells notebooks apart for ever.
    """

    id: str
    root: str
    key: str
    path: str
    item_id: str | None
    name: str
    description: str
    owner: str
    hash: str
    size: int
    kernel_name: str | None
    private: bool
    kind: SnapshotKind
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook file; *former* are the ids of files that were at its path and are nowhere now."""

    path: str
    item_id: str | None = None
    former: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What tells it from other notebooks and stays when it is renamed."""
        return self.item_id or f"/{self.path}"


def default_name(path: str, kind: SnapshotKind, local: datetime) -> str:
    """Return the name of a snapshot that nobody named; *local* is the moment it is made."""
    stem = PurePosixPath(path).stem[:_STEM]
    return f"{stem}{_OCCASIONS[kind]} {local:%Y-%m-%d %H:%M:%S}"
