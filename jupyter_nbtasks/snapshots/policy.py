"""What is kept of notebooks unasked, and how much; app.py fills it from its settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SnapshotPolicy:
    """Both limits are of one notebook, None for none: of asked for and of automatic snapshots."""

    max_snapshots: int | None = None
    max_automatic_snapshots: int | None = 50
    before_update: bool = True
    before_restore: bool = True
    scheduled: bool = True
