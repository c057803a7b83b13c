"""Tells Jupyter's event bus, and whoever waits in this process, that a job changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..execution.events import Event
from .model import Job

SCHEMA_ID = "https://events.jupyter.org/jupyter_nbtasks/job/v1"


class JobEvents:
    """Announces jobs on *logger*, the server's EventLogger; None where there is no server."""

    def __init__(self, logger: Any | None = None) -> None:
        self._logger = logger
        self._listeners: list[Callable[[Job], None]] = []
        self._watchers: list[Callable[[Job, Event], None]] = []
        if logger is not None and SCHEMA_ID not in logger.schemas:
            logger.register_event_schema(Path(__file__).with_name("event.yaml"))

    def listen(self, listener: Callable[[Job], None]) -> Callable[[], None]:
        """Call *listener* with every job that changes, until what is returned is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def watch(self, watcher: Callable[[Job, Event], None]) -> None:
        """Call *watcher* with every event of the executions; with outputs only of jobs that are
        executed in this process.
        """
        self._watchers.append(watcher)

    def happened(self, job: Job, event: Event) -> None:
        """Pass on an event of a running job to those who watch in this process."""
        for watcher in self._watchers:
            watcher(job, event)

    def announce(self, job: Job) -> None:
        """Announce *job* as it is now."""
        self._emit(job, str(job.status))
        for listener in [*self._listeners]:
            listener(job)

    def deleted(self, job: Job) -> None:
        """Announce that *job* was removed."""
        self._emit(job, "DELETED")

    def _emit(self, job: Job, status: str) -> None:
        if self._logger is None:
            return
        data = {
            "id": job.id,
            "status": status,
            "attempt": job.attempt,
            "schedule_id": job.schedule_id,
            "progress": asdict(job.progress),
        }
        self._logger.emit(schema_id=SCHEMA_ID, data=data)
