"""How what keeps snapshots is put together."""

from __future__ import annotations

from dataclasses import dataclass

from ..snapshots.events import SnapshotEvents
from ..snapshots.keeper import Keeper
from ..snapshots.policy import SnapshotPolicy
from ..snapshots.service import SnapshotService
from ..snapshots.store import SnapshotStore
from .ground import Ground


@dataclass(frozen=True, kw_only=True)
class Snapshots:
    """What keeps snapshots."""

    store: SnapshotStore
    keeper: Keeper
    service: SnapshotService


def assemble_snapshots(ground: Ground, events: SnapshotEvents, policy: SnapshotPolicy) -> Snapshots:
    """Put together what keeps snapshots as *policy* says, and tells of them on *events*."""
    store = SnapshotStore(ground.database, ground.root)
    keeper = Keeper(
        store=store,
        blobs=ground.blobs,
        contents=ground.contents,
        events=events,
        policy=policy,
        root=ground.root or "",
        now=ground.now,
    )
    service = SnapshotService(
        store=store, blobs=ground.blobs, contents=ground.contents, events=events, keeper=keeper
    )
    return Snapshots(store=store, keeper=keeper, service=service)
