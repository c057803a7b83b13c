"""How snapshots are answered."""

from __future__ import annotations

import json
from typing import Any

from ..rest.schemas import Answer, Moment
from .comparing import Comparison
from .model import SnapshotKind


class SnapshotLinks(Answer):
    """Where to go on."""

    self: str
    content: str
    diff: str


class SnapshotAnswer(Answer):
    """A snapshot; *size* is in bytes, *hash* the SHA-256 of the notebook."""

    id: str
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
    created_at: Moment
    links: SnapshotLinks


class RestoreAnswer(Answer):
    """Where the notebook is, its SHA-256 now, and the snapshot of how it was before, if any."""

    path: str
    hash: str
    preserved: SnapshotAnswer | None


class SaveAsAnswer(Answer):
    """A new notebook."""

    path: str
    item_id: str | None


class SnapshotPage(Answer):
    """A page of snapshots, newest first."""

    items: list[SnapshotAnswer]
    next: str | None


class SideAnswer(Answer):
    """One of two notebooks that were compared."""

    label: str
    id: str | None
    path: str | None
    hash: str
    created_at: Moment | None


class SummaryAnswer(Answer):
    """Numbers of cells."""

    added: int
    removed: int
    changed: int


class DiffAnswer(Answer):
    """How *remote* differs from *base*.

    *diff*, in nbdime's format, leads from *notebook*, the base as it was compared, to the remote.
    """

    base: SideAnswer
    remote: SideAnswer
    notebook: dict[str, Any]
    diff: list[dict[str, Any]]
    summary: SummaryAnswer
    identical: bool


def comparison_json(comparison: Comparison) -> bytes:
    """Return the JSON of a DiffAnswer; what another process wrote is not read again."""
    sides = {
        name: SideAnswer.model_validate(getattr(comparison, name)).model_dump(mode="json")
        for name in ("base", "remote")
    }
    return json.dumps(sides).encode()[:-1] + b", " + comparison.difference[1:]
