"""Runs of the sharing API: what became of the occurrences of a task's schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Conflict
from ...rest.handlers import Routes, operation
from ...schedules.model import Occurrence, Schedule
from ...schedules.requests import OccurrencesQuery
from ..surface.base import ArcgisServices
from ..surface.rest import Operation, Resource, unsupported
from .answers import nominal_time, run, task
from .forms import RunForm
from .handlers import TASK, TasksHandler

_RUNS = 30


class RunsHandler(TasksHandler):
    """What the handlers of runs share."""

    async def runs_of(
        self, schedule: Schedule, occurrences: Sequence[Occurrence]
    ) -> list[dict[str, Any]]:
        """Return *occurrences* of *schedule* as runs."""
        jobs, of = (
            await self.services.schedules.jobs(occurrences),
            task(schedule, None, self.services.numbering),
        )
        at = ("sharing", "rest", "community", "users", schedule.owner, "tasks", schedule.id, "runs")
        found = []
        for one in occurrences:
            said = run(one, jobs.get(one.job_id or ""), of)
            if said["jobId"] is not None:
                said["jobUrl"] = self.url("admin", "system", "jobs", said["jobId"])
            found.append(said | {"url": self.url(*at, said["runId"])})
        return found

    async def run_of(self, username: str, id: str, run_id: str) -> dict[str, Any]:
        """Return one run of a task; raises NotFound."""
        owner = await self.owner(username)
        schedule = await self.services.schedules.get(id, owner)
        occurrence = await self.services.schedules.occurrence(id, nominal_time(run_id), owner)
        [said] = await self.runs_of(schedule, [occurrence])
        return said


class RunListHandler(RunsHandler, Resource):
    """``tasks/<id>/runs``."""

    @operation("read")
    async def get(self, username: str, id: str) -> None:
        """List the latest runs of a task, newest first."""
        owner = await self.owner(username)
        schedule = await self.services.schedules.get(id, owner)
        query = OccurrencesQuery(limit=_RUNS, cursor=None)
        page, _ = await self.services.schedules.occurrences(id, query, owner)
        await self.answer({"runs": await self.runs_of(schedule, page)})


class RunHandler(RunsHandler, Resource):
    """``tasks/<id>/runs/<run_id>``."""

    @operation("read")
    async def get(self, username: str, id: str, run_id: str) -> None:
        """Show a run."""
        said = await self.run_of(username, id, run_id)
        await self.answer({**said, **self.listing()})


class UpdateRunHandler(RunsHandler, Operation):
    """``tasks/<id>/runs/<run_id>/update``."""

    @operation("write", body=RunForm)
    async def post(self, form: RunForm, username: str, id: str, run_id: str) -> None:
        """Report how a run stands; that of its job counts, so nothing else is taken."""
        _check(form, await self.run_of(username, id, run_id))
        await self.answer({"success": True, "taskId": id, "runId": run_id})


def _check(form: RunForm, said: Mapping[str, Any]) -> None:
    """Refuse a report that contradicts what is *said* of a run; raises Conflict."""
    for name in ("status", "result"):
        reported = getattr(form, name)
        if reported is not None and reported != said[name]:
            msg = (
                f"The {name} of this run is {said[name]!r}. It follows from the job that the run "
                "submitted, and nobody else sets it: cancel that job, or wait for its end."
            )
            raise Conflict(msg, reason="follows_from_job")


ROUTES = Routes[ArcgisServices](
    [
        (f"{TASK}/runs", RunListHandler),
        (f"{TASK}/runs/<run_id>", RunHandler),
        (f"{TASK}/runs/<run_id>/update", UpdateRunHandler),
        unsupported(f"{TASK}/runs/<run_id>/delete", "runs are removed with their task."),
    ]
)
