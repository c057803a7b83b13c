"""Tells Jupyter's event bus that a snapshot was made, changed or removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCHEMA_ID = "https://events.jupyter.org/jupyter_nbtasks/snapshot/v1"


class SnapshotEvents:
    """Announces snapshots on *logger*, the server's EventLogger; None where there is no server."""

    def __init__(self, logger: Any | None = None) -> None:
        self._logger = logger
        if logger is not None and SCHEMA_ID not in logger.schemas:
            logger.register_event_schema(Path(__file__).with_name("event.yaml"))

    def created(self, id: str) -> None:
        """Announce that snapshot *id* was made."""
        self._emit(id, "created")

    def announce(self, id: str) -> None:
        """Announce that snapshot *id* has another name, description or privacy."""
        self._emit(id, "changed")

    def deleted(self, id: str) -> None:
        """Announce that snapshot *id* was removed."""
        self._emit(id, "deleted")

    def _emit(self, id: str, action: str) -> None:
        if self._logger is not None:
            self._logger.emit(schema_id=SCHEMA_ID, data={"id": id, "action": action})
