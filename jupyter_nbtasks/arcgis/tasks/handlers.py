"""Tasks of the sharing API: our schedules."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from ...caller import Caller
from ...contents.notebook_files import Contents
from ...errors import NotFound
from ...jobs.service import JobService
from ...rest.handlers import Routes, operation
from ...schedules.model import Schedule, State
from ...schedules.requests import ScheduleChange, ScheduleRequest
from ...schedules.service import ScheduleService
from ..jobs import items
from ..jobs.execute import with_dates
from ..surface.base import ArcgisServices
from ..surface.rest import ArcgisHandler, Operation, Resource
from .answers import TYPE, UNLIMITED, task
from .cron_fields import Numbering
from .forms import NewTaskForm, TaskChangeForm, TasksForm
from .schedules import changed_schedule, in_their_words, new_schedule, slice_of

S = TypeVar("S", ScheduleRequest, ScheduleChange)

TASKS = "sharing/rest/community/users/<username>/tasks"
_PAGE = 100


class TaskServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def jobs(self) -> JobService: ...

    @property
    def numbering(self) -> Numbering: ...

    @property
    def schedules(self) -> ScheduleService: ...


class TasksHandler(ArcgisHandler):
    """What the handlers of tasks share."""

    services: TaskServices

    async def owner(self, username: str) -> Caller:
        """Return whose tasks these are; raises NotFound if they are not to be seen."""
        caller = await self.caller()
        if username != caller.name and not caller.sees_all:
            msg = f"There is no user {username!r}."
            raise NotFound(msg)
        return Caller(self.services.access.sole_owner or username, sees_all=False)

    async def shown(self, schedules: Sequence[Schedule]) -> list[dict[str, Any]]:
        """Return *schedules* as tasks."""
        histories = await self.services.schedules.histories(schedules)
        pairs = zip(schedules, histories, strict=True)
        return await asyncio.to_thread(
            lambda: [task(*pair, self.services.numbering) for pair in pairs]
        )

    async def dated(self, asked: S, path: str) -> S:
        """Return what is *asked* with milliseconds as dates where the notebook wants dates."""
        if not asked.parameters:
            return asked
        _, _, inspection = await self.services.jobs.parameters_of(path)
        values = with_dates(asked.parameters, inspection.parameters or [])
        return asked.model_copy(update={"parameters": values})

    async def done(self, schedule: Schedule) -> None:
        """Answer that a task was changed, and when it runs next."""
        [said] = await self.shown([schedule])
        names = ("nextStart", "cronDescription", "timeZone")
        echoed = {name: said[name] for name in names if name in said}
        await self.answer({"success": True, "taskId": schedule.id, **echoed})


class TaskListHandler(TasksHandler, Resource):
    """``tasks``."""

    @operation("read", query=TasksForm)
    async def get(self, form: TasksForm, username: str) -> None:
        """List the tasks of a user, oldest first."""
        owner, num = await self.owner(username), min(form.num, _PAGE)
        found, total = await self.services.schedules.slice(slice_of(form, num), owner)
        if form.types is not None and TYPE not in form.types:
            found, total = [], 0
        following = form.start + num
        await self.answer(
            {
                "total": total,
                "start": form.start,
                "num": num,
                "nextStart": following if following <= total else -1,
                "activeTasksAvailable": UNLIMITED,
                "tasks": await self.shown(found),
                **self.listing(),
            }
        )


class CreateTaskHandler(TasksHandler, Operation):
    """``tasks/createTask``."""

    @operation("write", body=NewTaskForm)
    async def post(self, form: NewTaskForm, username: str) -> None:
        """Make a task: run a notebook again and again, by the five fields of Quartz."""
        owner = await self.owner(username)
        path = items.path_of(self.services.contents, form.item_id)
        request = await self.dated(new_schedule(form, path, self.services.numbering), path)
        with in_their_words():
            schedule = await self.services.schedules.create(request, owner.name)
        await self.done(schedule)


class TaskHandler(TasksHandler, Resource):
    """``tasks/<id>``."""

    @operation("read")
    async def get(self, username: str, id: str) -> None:
        """Show a task."""
        schedule = await self.services.schedules.get(id, await self.owner(username))
        [said] = await self.shown([schedule])
        await self.answer({**said, **self.listing()})


class UpdateTaskHandler(TasksHandler, Operation):
    """``tasks/<id>/update``."""

    @operation("write", body=TaskChangeForm)
    async def post(self, form: TaskChangeForm, username: str, id: str) -> None:
        """Change what is given, for the runs to come."""
        owner = await self.owner(username)
        was = await self.services.schedules.get(id, owner)
        # A notebook that is sent as it was shown may be gone: perhaps the task is being stopped.
        is_same = form.item_id in (None, was.item_id, was.notebook)
        notebook = None if is_same else items.path_of(self.services.contents, str(form.item_id))
        change = changed_schedule(form, notebook, was, self.services.numbering)
        change = await self.dated(change, notebook or was.notebook)
        with in_their_words():
            await self.done(await self.services.schedules.change(id, change, owner))


class EnableTaskHandler(TasksHandler, Operation):
    """``tasks/<id>/enable``."""

    @operation("write")
    async def post(self, username: str, id: str) -> None:
        """Let a task run again, from now on."""
        await self.done(await self.services.schedules.resume(id, await self.owner(username)))


class DisableTaskHandler(TasksHandler, Operation):
    """``tasks/<id>/disable``."""

    @operation("write")
    async def post(self, username: str, id: str) -> None:
        """Let a task run no more; one that has ended does so anyway."""
        owner = await self.owner(username)
        schedule = await self.services.schedules.get(id, owner)
        if schedule.state is not State.ENDED:
            schedule = await self.services.schedules.pause(id, owner)
        await self.done(schedule)


class DeleteTaskHandler(TasksHandler, Operation):
    """``tasks/<id>/delete``."""

    @operation("write")
    async def post(self, username: str, id: str) -> None:
        """Remove a task and the record of its runs; their jobs stay."""
        await self.services.schedules.delete(id, await self.owner(username))
        await self.answer({"success": True, "taskId": id})


TASK = f"{TASKS}/<id>"

ROUTES = Routes[TaskServices](
    [
        (TASKS, TaskListHandler),
        (f"{TASKS}/createTask", CreateTaskHandler),
        (TASK, TaskHandler),
        (f"{TASK}/update", UpdateTaskHandler),
        (f"{TASK}/enable", EnableTaskHandler),
        (f"{TASK}/disable", DisableTaskHandler),
        (f"{TASK}/delete", DeleteTaskHandler),
    ]
)
