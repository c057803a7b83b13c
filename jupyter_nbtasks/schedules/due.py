"""A schedule at a moment when something is to become of it, and what that makes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..jobs.model import Job
from .deciding import Decision, ScheduleStatus, unfired
from .model import Occurrence, Outcome, Schedule, State


@dataclass(frozen=True, kw_only=True)
class FiringResult:
    """A schedule as it *was* and is now, its fresh occurrences, and the jobs of these.

    With *assumes_idle* it does not hold if any job of the schedule but *cancelled* runs.
    """

    schedule: Schedule
    was: Schedule
    occurrences: Sequence[Occurrence] = ()
    jobs: Sequence[Job] = ()
    assumes_idle: bool = False
    cancelled: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class DueSchedule:
    """A *schedule*, how it stands *at* this moment, and the *last* of its jobs that completed."""

    schedule: Schedule
    status: ScheduleStatus
    at: datetime
    last: Job | None = None

    @property
    def has_failed_too_often(self) -> bool:
        """Whether its jobs failed so often in a row that it is to be paused."""
        return self.schedule.gives_up_after(self.status.failures)

    def fired(
        self, decision: Decision, occurrences: Sequence[Occurrence], jobs: Sequence[Job]
    ) -> FiringResult:
        """It did as *decision* says."""
        schedule = replace(
            self.schedule,
            state=State.ENDED if decision.next_run_at is None else State.ACTIVE,
            next_run_at=decision.next_run_at,
            occurrences=self.schedule.occurrences + decision.count,
            message=decision.message or self.schedule.message,
        )
        if jobs:
            item_id = jobs[-1].item_id or schedule.item_id
            schedule = replace(schedule, notebook=str(jobs[-1].notebook), item_id=item_id)
        return FiringResult(
            schedule=schedule.next_version(self.at),
            was=self.schedule,
            occurrences=occurrences,
            jobs=jobs,
            assumes_idle=decision.assumes_idle,
            cancelled=self.status.open_jobs if decision.cancels else (),
        )

    def refused(self, decision: Decision, why: str) -> FiringResult:
        """Its notebook or its values are no longer what can be run: it waits for a person."""
        occurrences = [
            replace(one, state=Outcome.SKIPPED, why=why)
            if one.state in (Outcome.SUBMITTED, Outcome.QUEUED)
            else one
            for one in decision.occurrences
        ]
        return self._paused(why, occurrences, decision.count)

    def paused(self, message: str | None, why: str) -> FiringResult:
        """It is paused, and what was due and not fired is missed."""
        if self.schedule.next_run_at is None:
            return self._paused(message, (), 0)
        decision = unfired(self.schedule, self.status, why, self.at)
        return self._paused(message, decision.occurrences, decision.count)

    def broken(self, why: str) -> FiringResult:
        """It cannot be understood: it is paused as it is."""
        return self._paused(why, (), 0)

    def _paused(
        self, message: str | None, occurrences: Sequence[Occurrence], count: int
    ) -> FiringResult:
        total = self.schedule.occurrences + count
        schedule = replace(self.schedule.paused(message), occurrences=total).next_version(self.at)
        return FiringResult(schedule=schedule, was=self.schedule, occurrences=occurrences)
