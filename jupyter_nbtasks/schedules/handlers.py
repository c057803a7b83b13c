"""The REST API of schedules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from jupyter_server.utils import url_path_join

from ..jobs.answers import JobAnswer
from ..jobs.handlers import JobServices, JobsHandler
from ..kernels.answers import EnvironmentAnswer
from ..rest.brevity import short_values
from ..rest.handlers import PREFIX, Routes, operation
from .answers import (
    LastJobAnswer,
    OccurrenceAnswer,
    OccurrencePage,
    OutcomeAnswer,
    PreviewAnswer,
    ScheduleAnswer,
    SchedulePage,
)
from .history import History
from .model import Occurrence, Schedule
from .requests import (
    OccurrencesQuery,
    PreviewRequest,
    ScheduleChange,
    ScheduleQuery,
    ScheduleRequest,
)
from .service import ScheduleService

_ID = r"(?P<id>\w+)"


class ScheduleServices(JobServices, Protocol):
    """What these handlers need."""

    @property
    def schedules(self) -> ScheduleService: ...


class SchedulesHandler(JobsHandler):
    """What the handlers of schedules share."""

    services: ScheduleServices

    async def answer_schedule(self, schedule: Schedule, *, status: int = 200) -> None:
        """Answer *schedule* with what it did last."""
        [shown] = await self.shown_schedules([schedule])
        await self.answer(shown, status=status)

    async def shown_schedules(self, several: Sequence[Schedule]) -> list[ScheduleAnswer]:
        """Return each of *several* with what it did last, as it is answered."""
        histories = await self.services.schedules.histories(several)
        told = await self.services.environments.answers(one.environment for one in several)
        return [
            _schedule(one, history, told.get(one.environment))
            for one, history in zip(several, histories, strict=True)
        ]


class ScheduleListHandler(SchedulesHandler):
    """``schedules``."""

    @operation("write", body=ScheduleRequest, answer=ScheduleAnswer, status=201)
    async def post(self, request: ScheduleRequest) -> None:
        """Make a schedule: run a notebook again and again."""
        caller = await self.caller()
        schedule = await self.services.schedules.create(request, caller.name)
        here = url_path_join(self.base_url, PREFIX, "schedules", schedule.id)
        self.set_header("Location", here)
        await self.answer_schedule(schedule, status=201)

    @operation("read", query=ScheduleQuery, answer=SchedulePage)
    async def get(self, query: ScheduleQuery) -> None:
        """List schedules, newest first, without values that are long."""
        page, cursor = await self.services.schedules.page(query, await self.caller())
        items = [_brief(shown) for shown in await self.shown_schedules(page)]
        await self.answer(SchedulePage(items=items, next=cursor))


class ScheduleHandler(SchedulesHandler):
    """``schedules/<id>``."""

    @operation("read", answer=ScheduleAnswer)
    async def get(self, id: str) -> None:
        """Show a schedule."""
        await self.answer_schedule(await self.services.schedules.get(id, await self.caller()))

    @operation("write", body=ScheduleChange, answer=ScheduleAnswer)
    async def patch(self, change: ScheduleChange, id: str) -> None:
        """Change what is given."""
        changed = await self.services.schedules.change(id, change, await self.caller())
        await self.answer_schedule(changed)

    @operation("write", status=204)
    async def delete(self, id: str) -> None:
        """Remove a schedule; its jobs stay."""
        await self.services.schedules.delete(id, await self.caller())
        self.set_status(204)
        self.finish()


class PauseHandler(SchedulesHandler):
    """``schedules/<id>/pause``."""

    @operation("write", answer=ScheduleAnswer)
    async def post(self, id: str) -> None:
        """Let a schedule be due no more."""
        await self.answer_schedule(await self.services.schedules.pause(id, await self.caller()))


class ResumeHandler(SchedulesHandler):
    """``schedules/<id>/resume``."""

    @operation("write", answer=ScheduleAnswer)
    async def post(self, id: str) -> None:
        """Let a schedule be due again, from now on."""
        await self.answer_schedule(await self.services.schedules.resume(id, await self.caller()))


class RunNowHandler(SchedulesHandler):
    """``schedules/<id>/run``."""

    @operation("execute", answer=JobAnswer, status=201)
    async def post(self, id: str) -> None:
        """Submit a job of a schedule now; it is not one of its occurrences."""
        await self.created(await self.services.schedules.run(id, await self.caller()))


class OccurrencesHandler(SchedulesHandler):
    """``schedules/<id>/occurrences``."""

    @operation("read", query=OccurrencesQuery, answer=OccurrencePage)
    async def get(self, query: OccurrencesQuery, id: str) -> None:
        """List what became of the occurrences of a schedule, newest first."""
        page, cursor = await self.services.schedules.occurrences(id, query, await self.caller())
        items = [OccurrenceAnswer.model_validate(one) for one in page]
        await self.answer(OccurrencePage(items=items, next=cursor))


class PreviewHandler(SchedulesHandler):
    """``schedules/preview``."""

    @operation("read", body=PreviewRequest, answer=PreviewAnswer)
    async def post(self, request: PreviewRequest) -> None:
        """Say a rule in words, and when it would be due; nothing is stored."""
        await self.answer(await self.services.schedules.preview(request))


def _schedule(
    schedule: Schedule, history: History, environment: EnvironmentAnswer | None
) -> ScheduleAnswer:
    facts: dict[str, Any] = dict.fromkeys(ScheduleAnswer.model_fields)
    facts |= {"parameters": {}, "env": {}, "tags": [], "left_out": []}
    facts |= {**schedule.request, **vars(schedule)}
    last = history.last_job
    return ScheduleAnswer(
        **{name: facts[name] for name in ScheduleAnswer.model_fields}
        | {
            "description": _description(schedule),
            "environment": environment,
            "failures_in_a_row": history.failures,
            "last_job": None if last is None else LastJobAnswer.model_validate(last),
            "recent": [_outcome(one, history) for one in history.recent],
        }
    )


def _brief(shown: ScheduleAnswer) -> ScheduleAnswer:
    """Return *shown* as a list has it."""
    short = {name: short_values(getattr(shown, name)) for name in ("env", "parameters")}
    left_out = [name for name, values in short.items() if values != getattr(shown, name)]
    return shown.model_copy(update={**short, "left_out": left_out})


def _description(schedule: Schedule) -> str:
    try:
        return schedule.timing.rule.description
    except (KeyError, ValueError):
        return ""


def _outcome(occurrence: Occurrence, history: History) -> OutcomeAnswer:
    job = history.jobs.get(occurrence.job_id or "")
    seconds = None
    if job is not None and job.started_at and job.ended_at:
        seconds = (job.ended_at - job.started_at).total_seconds()
    status = None if job is None else job.status
    return OutcomeAnswer(**vars(occurrence), status=status, seconds=seconds)


ROUTES = Routes[ScheduleServices](
    [
        (rf"{PREFIX}/schedules", ScheduleListHandler),
        (rf"{PREFIX}/schedules/preview", PreviewHandler),
        (rf"{PREFIX}/schedules/{_ID}", ScheduleHandler),
        (rf"{PREFIX}/schedules/{_ID}/pause", PauseHandler),
        (rf"{PREFIX}/schedules/{_ID}/resume", ResumeHandler),
        (rf"{PREFIX}/schedules/{_ID}/run", RunNowHandler),
        (rf"{PREFIX}/schedules/{_ID}/occurrences", OccurrencesHandler),
    ]
)
