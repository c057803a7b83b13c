"""What is kept of notebooks unasked, and how much; settings.py fills it in."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class SnapshotPolicy:
    """How many manual and how many automatic snapshots a notebook may have; None: no limit."""

    max_snapshots: int | None = None
    max_automatic_snapshots: int | None = 50
    before_update: bool = True
    before_restore: bool = True
    scheduled: bool = True

    def limited(self, at_most: int | None) -> SnapshotPolicy:
        """The same with *at_most* so many manual snapshots, where that is fewer."""
        limits = [one for one in (self.max_snapshots, at_most) if one is not None]
        return replace(self, max_snapshots=min(limits, default=None))
