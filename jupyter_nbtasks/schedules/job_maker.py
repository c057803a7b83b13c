"""From a schedule to a job that is not stored yet: its notebook, its values, what it is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..jobs.model import Job, Trigger
from ..jobs.requests import MAX_VARIABLE_BYTES, JobOptions
from ..jobs.submission import Source, Submission, Submitter
from ..snapshots.keeper import Keeper, NewSnapshot
from ..snapshots.model import SnapshotKind
from .model import Schedule
from .requests import notebook_options
from .templates import TemplateFields, fill_path, fill_values

_log = logging.getLogger(__name__)


class JobMaker:
    """Makes jobs of schedules; what it has read of a notebook serves all that it makes."""

    def __init__(self, submission: Submission, keeper: Keeper, now: Callable[[], datetime]) -> None:
        self._submission = submission
        self._keeper = keeper
        self._now = now
        self._sources: dict[tuple[str, str | None], Source] = {}
        self._complaints: dict[str, str] = {}

    async def source(self, schedule: Schedule) -> Source:
        """Return the notebook, wherever this server moved it; raises NotFound if it is gone."""
        key = (schedule.notebook, schedule.item_id)
        if key not in self._sources:
            self._sources[key] = await self._submission.find(*key)
        return self._sources[key]

    def followed(self, schedule: Schedule) -> Schedule:
        """Return *schedule* with its notebook where this server moved it."""
        return self._submission.followed(schedule)

    async def check(self, schedule: Schedule, source: Source, at: datetime) -> str | None:
        """Refuse what would be refused at the occurrence *at*; return the environment of its job.

        Raises InvalidRequest.
        """
        options = _options(schedule, at, None)
        return await self._submission.check(options, source, schedule.environment)

    async def job(self, schedule: Schedule, at: datetime | None, last: Job | None) -> Job:
        """Return the job of the occurrence *at*; with None, of none, at the present moment.

        *last* is the last job that completed. Raises NotFound where the notebook is gone, and
        InvalidRequest for what no longer fits it or this server.
        """
        by = Submitter(
            owner=schedule.owner,
            trigger=Trigger(type="schedule", id=schedule.id),
            schedule_id=schedule.id,
            nominal_time=at,
            environment=schedule.environment,
        )
        options = _options(schedule, at or self._now(), last)
        source = await self.source(schedule)
        job = await self._submission.prepare(options, source, by)
        complaints = await self._keep(schedule, source)
        warnings = [*job.warnings, *complaints]
        return replace(job, snapshot_id=source.snapshot_id, warnings=warnings)

    async def _keep(self, schedule: Schedule, source: Source) -> list[str]:
        """Keep the version that is run; if that fails, it runs all the same, with a warning."""
        path = str(source.path)
        if self._keeper.policy.scheduled and not (source.snapshot_id or path in self._complaints):
            new = NewSnapshot(
                path=path, data=source.data, owner=schedule.owner, kind=SnapshotKind.SCHEDULE
            )
            try:
                source.snapshot_id = (await self._keeper.keep_version(new)).id
            except Exception as error:
                # No error here may cost an occurrence.
                _log.warning("No snapshot of %r could be kept", path, exc_info=error)
                self._complaints[path] = f"No snapshot of this version could be kept: {error}"
        return [self._complaints[path]] if path in self._complaints else []


def _options(schedule: Schedule, at: datetime, last: Job | None) -> JobOptions:
    request = schedule.request
    local = at.astimezone(schedule.zone)
    fields = TemplateFields(nominal_time=local, schedule_id=schedule.id, name=schedule.name)
    told = {"NBTASKS_SCHEDULE_ID": schedule.id, "NBTASKS_NOMINAL_TIME": local.isoformat()}
    if last is not None:
        told["NBTASKS_LAST_RESULT"] = _result(last)
    options: dict[str, Any] = {
        **notebook_options(request),
        "name": schedule.name,
        "parameters": fill_values(request["parameters"], fields),
        "env": {**request["env"], **told},
    }
    if request["output_path"] is not None:
        options["output_path"] = fill_path(request["output_path"], fields)
    return JobOptions.model_validate(options)


def _result(job: Job) -> str:
    """Return what *job* handed back; if that is too large, it says so instead."""
    at = None if job.nominal_time is None else job.nominal_time.isoformat()
    said: dict[str, Any] = {"job_id": job.id, "nominal_time": at, "results": job.results}
    text = json.dumps(said)
    if len(text) <= MAX_VARIABLE_BYTES:
        return text
    omitted = f"The results have more than {MAX_VARIABLE_BYTES:,} bytes."
    return json.dumps(said | {"results": None, "results_left_out": omitted})
