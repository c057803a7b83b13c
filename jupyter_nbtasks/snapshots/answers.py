"""How snapshots are answered."""

from __future__ import annotations

from ..wire import Answer, Moment
from .model import Kind


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
    kind: Kind
    created_at: Moment
    links: SnapshotLinks


class SnapshotPage(Answer):
    """A page of snapshots, newest first."""

    items: list[SnapshotAnswer]
    next: str | None
