"""Tells Jupyter's event bus that a schedule changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .model import Schedule

SCHEMA_ID = "https://events.jupyter.org/jupyter_nbtasks/schedule/v1"


class ScheduleEvents:
    """Announces schedules on *logger*, the server's EventLogger; None where there is no server."""

    def __init__(self, logger: Any | None = None) -> None:
        self._logger = logger
        if logger is not None and SCHEMA_ID not in logger.schemas:
            logger.register_event_schema(Path(__file__).with_name("event.yaml"))

    def announce(self, schedule: Schedule) -> None:
        """Announce *schedule* as it is now."""
        self._emit(schedule.id, str(schedule.state))

    def deleted(self, schedule: Schedule) -> None:
        """Announce that *schedule* was removed."""
        self._emit(schedule.id, "DELETED")

    def _emit(self, id: str, state: str) -> None:
        if self._logger is not None:
            self._logger.emit(schema_id=SCHEMA_ID, data={"id": id, "state": state})
