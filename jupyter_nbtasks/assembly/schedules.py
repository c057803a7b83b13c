"""How what fires schedules and answers for them is put together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ..schedules.events import ScheduleEvents
from ..schedules.firer import ScheduleFirer
from ..schedules.job_maker import JobMaker
from ..schedules.occurrence_store import OccurrenceStore
from ..schedules.queries import HistoryQueries
from ..schedules.service import ScheduleService
from ..schedules.store import ScheduleStore
from ..schedules.ticker import Ticker
from .ground import Ground
from .jobs import Jobs
from .snapshots import Snapshots


@dataclass(frozen=True, kw_only=True)
class Schedules:
    """What fires schedules, and what can be done with them."""

    store: ScheduleStore
    occurrences: OccurrenceStore
    queries: HistoryQueries
    firer: ScheduleFirer
    ticker: Ticker
    service: ScheduleService


def assemble_schedules(
    ground: Ground, snapshots: Snapshots, jobs: Jobs, events: ScheduleEvents
) -> Schedules:
    """Put together what makes *jobs* of schedules, and tells of these on *events*."""
    store = ScheduleStore(ground.database, ground.root)
    occurrences = OccurrenceStore(ground.database, ground.root)
    queries = HistoryQueries(ground.database)
    new_maker = partial(JobMaker, jobs.submission, snapshots.keeper, ground.now)
    firer = ScheduleFirer(
        store=store,
        occurrences=occurrences,
        queries=queries,
        jobs=jobs.service,
        new_maker=new_maker,
        events=events,
        now=ground.now,
    )
    ticker = Ticker(firer, jobs.events, ground.now)
    service = ScheduleService(
        store=store,
        queries=queries,
        firer=firer,
        new_maker=new_maker,
        events=events,
        now=ground.now,
        timezone=ground.storage.timezone,
        wake=ticker.wake,
    )
    return Schedules(
        store=store,
        occurrences=occurrences,
        queries=queries,
        firer=firer,
        ticker=ticker,
        service=service,
    )
