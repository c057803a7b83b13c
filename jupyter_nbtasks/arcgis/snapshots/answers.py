"""Snapshots in the words of the ArcGIS REST API. Pure."""

from __future__ import annotations

import re
from typing import Any

from ...errors import NotFound
from ...snapshots.model import Snapshot
from ..surface.dialect import milliseconds

# Ours have 28 hexadecimal digits, theirs 32.
_KEY = re.compile(r"snapshot-0000([0-9a-f]{28})\.json")


def resource_key(snapshot_id: str) -> str:
    """Return the key of a snapshot: ``snapshot-<32 hex>.json``."""
    return f"snapshot-{snapshot_id[1:]:0>32}.json"


def snapshot_id(resource_key: str) -> str:
    """Return the id of the snapshot with this key; raises NotFound."""
    found = _KEY.fullmatch(resource_key)
    if found is None:
        raise unknown(resource_key)
    return f"n{found[1]}"


def unknown(resource_key: str) -> NotFound:
    """Say that the notebook has no such snapshot."""
    return NotFound(f"The notebook has no snapshot {resource_key!r}.")


def shown(snapshot: Snapshot) -> dict[str, Any]:
    """Return what a list has of *snapshot*; clients make attributes of the names."""
    return {
        "resourceKey": resource_key(snapshot.id),
        "created": str(milliseconds(snapshot.created_at)),
        "properties": {
            "name": snapshot.name,
            "description": snapshot.description,
            "runtime": {
                "notebookRuntimeName": snapshot.kernel_name or "",
                "notebookRuntimeVersion": "",
            },
        },
    }
