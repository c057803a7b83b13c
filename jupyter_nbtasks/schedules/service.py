"""What can be done with schedules: make, change, pause, resume, run now, delete, look ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..caller import Caller
from ..errors import Conflict, NotFound, again_while_stale, at_field
from ..ids import new_id
from ..jobs.idempotency import same_request
from ..jobs.model import Job
from ..jobs.requests import NotebookOptions
from ..rest.paging import page_of
from ..storage.digest import digest
from . import planning
from .answers import PreviewAnswer, UpcomingAnswer
from .due import FiringResult
from .events import ScheduleEvents
from .firer import ScheduleFirer
from .history import History
from .job_maker import JobMaker
from .model import Occurrence, Schedule, State
from .preview import daylight_notes, upcoming
from .queries import HistoryQueries
from .requests import (
    OccurrencesQuery,
    PreviewRequest,
    ScheduleChange,
    ScheduleQuery,
    ScheduleRequest,
    ScheduleSlice,
)
from .store import ScheduleStore

_PAUSE = ScheduleChange.model_validate({"state": State.PAUSED.value})
_RESUME = ScheduleChange.model_validate({"state": State.ACTIVE.value})
_HERE = ScheduleChange.model_validate({"use_this_environment": True})
_PAUSED = "The schedule was paused before this was fired."
_CHANGED = "The schedule was changed before this was fired."


class ScheduleService:
    """Schedules, for whoever asks: a caller finds what is theirs, and nothing else.

    *timezone* is for schedules that name none; *wake* is called when something is due earlier.
    """

    def __init__(
        self,
        *,
        store: ScheduleStore,
        queries: HistoryQueries,
        firer: ScheduleFirer,
        new_maker: Callable[[], JobMaker],
        events: ScheduleEvents,
        now: Callable[[], datetime],
        timezone: str,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._queries = queries
        self._firer = firer
        self._new_maker = new_maker
        self._events = events
        self._now = now
        self._timezone = timezone
        self._wake = wake

    async def create(self, request: ScheduleRequest, owner: str) -> Schedule:
        """Store a schedule; raises InvalidRequest for what could never run.

        The same idempotency key gives the first schedule again; raises Conflict if that was made
        by another request.
        """
        now, key = self._now(), request.idempotency_key
        asked = digest(request.model_dump_json().encode())
        first = None if key is None else await self._store.find_key(owner, key)
        if first is not None:
            return same_request(first, asked)
        schedule = Schedule(
            id=new_id(now, "s"),
            root=self._store.root,
            owner=owner,
            name=planning.named(request),
            notebook=request.notebook,
            item_id=None,
            request=planning.settled(request, self._timezone),
            created_at=now,
            updated_at=now,
            since=now,
            idempotency_key=key,
            request_hash=asked,
        )
        schedule = await self._checked(planning.begun(schedule, now), anew=True)
        if request.state == State.PAUSED:
            schedule = schedule.paused()
        stored = await self._store.add(schedule)
        if stored is schedule:
            self._announce(schedule)
        return same_request(stored, asked)

    async def get(self, id: str, caller: Caller) -> Schedule:
        """Return schedule *id*; raises NotFound."""
        return self._new_maker().followed(await self._store.get(id, caller.only))

    async def page(self, query: ScheduleQuery, caller: Caller) -> tuple[list[Schedule], str | None]:
        """Return a page of schedules, newest first, and the cursor of the next one."""
        page, cursor = page_of(await self._store.page(query, caller.only), query.limit)
        return [self._new_maker().followed(schedule) for schedule in page], cursor

    async def slice(self, asked: ScheduleSlice, caller: Caller) -> tuple[list[Schedule], int]:
        """Return a slice of the schedules, oldest first, and how many there are without it."""
        found, total = await self._store.slice(asked, caller.only)
        return [self._new_maker().followed(schedule) for schedule in found], total

    async def histories(self, several: Sequence[Schedule]) -> list[History]:
        """Return what each of *several* schedules did last."""
        return await self._queries.of(several)

    async def occurrences(
        self, id: str, query: OccurrencesQuery, caller: Caller
    ) -> tuple[list[Occurrence], str | None]:
        """Return a page of past occurrences, newest first, and the cursor of the next one."""
        schedule = await self.get(id, caller)
        return page_of(await self._queries.page(schedule, query), query.limit, _cursor)

    async def occurrence(self, id: str, at: datetime, caller: Caller) -> Occurrence:
        """Return what became of the nominal time *at*; raises NotFound."""
        query = OccurrencesQuery(limit=1, cursor=at + timedelta(microseconds=1))
        page, _ = await self.occurrences(id, query, caller)
        if not page or page[0].nominal_time != at:
            msg = f"Schedule {id} has no occurrence at {at.isoformat()}."
            raise NotFound(msg)
        return page[0]

    async def jobs(self, occurrences: Sequence[Occurrence]) -> dict[str, Job]:
        """Return those of the jobs of *occurrences* that are still there, by their ids."""
        return await self._queries.jobs({one.job_id for one in occurrences if one.job_id})

    @again_while_stale
    async def change(self, id: str, change: ScheduleChange, caller: Caller) -> Schedule:
        """Change what is given; raises InvalidRequest, and Conflict where it has ended."""
        was = await self._store.get(id, caller.only)
        schedule = await asyncio.to_thread(self._changed, was, change)
        anew = change.use_this_environment or self._is_elsewhere(was, schedule)
        if anew or _runs_otherwise(was, schedule):
            schedule = await self._checked(schedule, anew=anew)
        fired = await self._settled(was, schedule)
        await self._store.save(fired.schedule, was=was, missed=fired.occurrences)
        self._announce(fired.schedule)
        return fired.schedule

    async def put(self, request: ScheduleRequest, was: Schedule) -> Schedule | None:
        """Change what *was* to be as *request* says; None if it is that already."""
        asked = planning.settled(request, self._timezone)
        is_paused = was.state is State.PAUSED
        before = (was.request, was.name, was.notebook, is_paused)
        after = (asked, planning.named(request), request.notebook, request.state == State.PAUSED)
        if before == after:
            return None
        change = ScheduleChange.model_validate(request.model_dump(exclude={"idempotency_key"}))
        return await self.change(was.id, change, Caller(was.owner, sees_all=False))

    async def pause(self, id: str, caller: Caller) -> Schedule:
        """Let it be due no more; raises Conflict if it has ended."""
        return await self.change(id, _PAUSE, caller)

    async def resume(self, id: str, caller: Caller) -> Schedule:
        """Let it be due again, from now on; raises Conflict if it has ended."""
        return await self.change(id, _RESUME, caller)

    async def move(self, id: str, caller: Caller) -> Schedule:
        """Run it from now on in the environment of this server; raises InvalidRequest."""
        return await self.change(id, _HERE, caller)

    async def run(self, id: str, caller: Caller) -> Job:
        """Submit a job now, which is not an occurrence; raises InvalidRequest."""
        schedule = await self._store.get(id, caller.only)
        return await self._firer.run_now(schedule)

    async def delete(self, id: str, caller: Caller) -> None:
        """Remove a schedule and the record of its occurrences; its jobs stay."""
        schedule = await self._store.get(id, caller.only)
        await self._store.delete(schedule)
        self._events.deleted(schedule)

    async def preview(self, request: PreviewRequest) -> PreviewAnswer:
        """Return when what is asked for would be due; nothing is stored."""
        return await asyncio.to_thread(self._preview, request)

    def _preview(self, request: PreviewRequest) -> PreviewAnswer:
        now = self._now()
        timing, zone = planning.timing_from(request, self._timezone, now)
        following = upcoming(timing, now, request.count)
        return PreviewAnswer(
            description=timing.rule.description,
            timezone=zone.key,
            next=[
                UpcomingAnswer(utc=at, local=at.astimezone(zone).isoformat()) for at in following
            ],
            notes=daylight_notes(timing, zone, now) if following else [],
        )

    def _changed(self, was: Schedule, change: ScheduleChange) -> Schedule:
        request = planning.merged(was, change)
        schedule = replace(
            was,
            name=planning.named(request),
            notebook=request.notebook,
            item_id=was.item_id if request.notebook == was.notebook else None,
            request=planning.settled(request, self._timezone),
        )
        if request.state == State.ACTIVE:
            return planning.resumed(was, schedule, self._now())
        if was.state is State.ENDED:
            msg = "This schedule has ended; there is nothing to pause."
            raise Conflict(msg, reason="has_ended")
        return schedule.paused(None if change.use_this_environment else was.message)

    async def _settled(self, was: Schedule, schedule: Schedule) -> FiringResult:
        """Return the changed *schedule* with what it *was* due for and has not fired."""
        now = self._now()
        if was.state is not State.ACTIVE or schedule.next_run_at == was.next_run_at:
            return FiringResult(schedule=schedule.next_version(now), was=was)
        [due] = await self._queries.due([was], now)
        why = _PAUSED if schedule.state is State.PAUSED else _CHANGED
        fired = await asyncio.to_thread(due.paused, None, why)
        total = fired.schedule.occurrences
        schedule = replace(schedule, occurrences=total).next_version(now)
        return FiringResult(schedule=schedule, was=was, occurrences=fired.occurrences)

    async def _checked(self, schedule: Schedule, *, anew: bool) -> Schedule:
        """Return *schedule* with its notebook's id; raises InvalidRequest as a submission does.

        With *anew* it is to run in the environment of this server from now on.
        """
        if anew:
            schedule = replace(schedule, environment=None)
        maker, at = self._new_maker(), schedule.next_run_at or self._now()
        with at_field("notebook"):
            source = await maker.source(schedule)
            await source.parsed()
        environment = await maker.check(schedule, source, at)
        if anew or schedule.environment is not None:
            schedule = replace(schedule, environment=environment)
        return replace(schedule, notebook=str(source.path), item_id=source.item_id)

    def _is_elsewhere(self, was: Schedule, schedule: Schedule) -> bool:
        """Whether it is to run on another kernel, or to run another notebook."""
        if was.request.get("kernel_name") != schedule.request.get("kernel_name"):
            return True
        # One that was only moved is the same.
        there = was if schedule.notebook == was.notebook else self._new_maker().followed(was)
        return schedule.notebook != there.notebook

    def _announce(self, schedule: Schedule) -> None:
        self._events.announce(schedule)
        self._wake()


def _cursor(last: Occurrence) -> str:
    # Written as Z, because the + of "+00:00" would be a blank in a query.
    return last.nominal_time.isoformat().replace("+00:00", "Z")


def _runs_otherwise(was: Schedule, schedule: Schedule) -> bool:
    """Whether something else is to run, or what runs is told something else."""
    names = [*NotebookOptions.model_fields, "timezone"]
    before, after = was.request, schedule.request
    is_same = all(before.get(name) == after.get(name) for name in names)
    return not is_same or (was.notebook, was.name) != (schedule.notebook, schedule.name)
