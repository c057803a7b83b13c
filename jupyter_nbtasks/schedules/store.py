"""Keeps schedules: add, find, save if nobody was faster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import compress
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from ..database import Database, of_root, unindexed
from ..errors import NotFound, Stale
from ..jobs.sql import scheduled
from .deciding import PAUSED
from .model import Occurrence, Outcome, Schedule, State
from .requests import ScheduleQuery, ScheduleSlice
from .tables import changes_of, is_queued, occurrences, read, row_of, schedules


class ScheduleStore:
    """The schedules of one *root*; a root of None sees those of every server on this database."""

    def __init__(self, database: Database, root: str | None) -> None:
        self._database = database
        self._in_root = of_root(schedules, root)
        self.root = root or ""

    async def add(self, schedule: Schedule) -> Schedule:
        """Store *schedule*; return the one stored before under its idempotency key, if any."""
        added = insert(schedules).values(row_of(schedule))
        try:
            await self._database.write(lambda db: db.execute(added))
        except IntegrityError:
            first = await self.find_key(schedule.owner, schedule.idempotency_key)
            if first is None:
                raise
            return first
        return schedule

    async def find_key(self, owner: str, key: str | None) -> Schedule | None:
        """Return the schedule that *owner* made under the idempotency *key*."""
        found = select(schedules.c.id).where(
            self._in_root, schedules.c.owner == owner, schedules.c.idempotency_key == key
        )
        return next(iter(await self._read(found)), None)

    async def get(self, id: str, owner: str | None = None) -> Schedule:
        """Return schedule *id*; raises NotFound, also where it is not *owner*'s."""
        found = select(schedules.c.id).where(self._in_root, schedules.c.id == id, *_owned(owner))
        several = await self._read(found)
        if not several:
            msg = f"There is no schedule {id!r}."
            raise NotFound(msg)
        return several[0]

    def needed_jobs(self) -> ColumnElement[bool]:
        """Return the condition for jobs that schedules look back to, of whichever root."""
        return scheduled.is_counted_on(select(schedules.c.id))

    async def ids(self, beginning: str) -> list[str]:
        """Return the first few ids that begin so."""
        # What follows is hexadecimal.
        found = select(schedules.c.id).where(
            self._in_root, schedules.c.id >= beginning, schedules.c.id < f"{beginning}g"
        )
        few = found.order_by(schedules.c.id).limit(5)
        return list(await self._database.read(lambda db: db.execute(few).scalars().all()))

    async def page(self, query: ScheduleQuery, owner: str | None) -> list[Schedule]:
        """Return the schedules of *query*'s page, newest first, and one more if there is one."""
        found = select(schedules.c.id).where(self._in_root, *_of_notebook(query, owner))
        if query.state is not None:
            found = found.where(schedules.c.state == query.state)
        if query.cursor is not None:
            found = found.where(schedules.c.id < query.cursor)
        return await self._read(found.order_by(schedules.c.id.desc()).limit(query.limit + 1))

    async def slice(self, asked: ScheduleSlice, owner: str | None) -> tuple[list[Schedule], int]:
        """Return the schedules of a slice, oldest first, and how many there are without it."""
        meant = select(schedules.c.id).where(self._in_root, *_of_notebook(asked, owner))
        if asked.states is not None:
            meant = meant.where(schedules.c.state.in_(asked.states))
        part = meant.order_by(schedules.c.id).offset(asked.skip).limit(asked.limit)

        def look(db: Connection) -> tuple[list[Schedule], int]:
            total = db.execute(select(func.count()).select_from(meant.subquery())).scalar_one()
            return read(db, db.execute(part).scalars().all()), total

        return await self._database.read(look)

    async def save(
        self, schedule: Schedule, *, was: Schedule, missed: Sequence[Occurrence] = ()
    ) -> None:
        """Store *schedule* and what it *missed*; raises Stale if it is no longer as it *was*."""

        def change(db: Connection) -> None:
            save(db, schedule, was=was)
            add_occurrences(db, missed)

        await self._database.write(change)

    async def delete(self, schedule: Schedule) -> None:
        """Remove *schedule* and its occurrences; its jobs stay."""

        def remove(db: Connection) -> None:
            db.execute(delete(occurrences).where(occurrences.c.schedule_id == schedule.id))
            db.execute(delete(schedules).where(schedules.c.id == schedule.id))

        await self._database.write(remove)

    async def _read(self, found: Select[str]) -> list[Schedule]:
        return await self._database.read(lambda db: read(db, db.execute(found).scalars().all()))


def save(db: Connection, schedule: Schedule, *, was: Schedule) -> None:
    """Store what *schedule* changed on *was*; raises Stale if it is no longer that.

    What waits is skipped if it is PAUSED.
    """
    if not save_several(db, [(schedule, was)])[0]:
        msg = f"Schedule {was.id} was changed or deleted meanwhile. Look at it again."
        raise Stale(msg)


def save_several(db: Connection, pairs: Sequence[tuple[Schedule, Schedule]]) -> list[bool]:
    """Do what `save` does for each pair of a schedule and what it was; return which were saved."""
    ids = [was.id for _, was in pairs]
    found = select(schedules.c.id, schedules.c.version).where(schedules.c.id.in_(ids))
    versions = {row.id: row.version for row in db.execute(found.with_for_update())}
    saved = [versions.get(was.id) == was.version for _, was in pairs]
    # Those that change the same columns are one statement, which the database reads once.
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for schedule, was in compress(pairs, saved):
        changes = changes_of(schedule, was)
        alike.setdefault(tuple(changes), []).append({"of": was.id, **changes})
    for rows in alike.values():
        db.execute(update(schedules).where(schedules.c.id == bindparam("of")), rows)
    for schedule, _ in compress(pairs, saved):
        if schedule.state is State.PAUSED:
            give_up(db, schedule.id, schedule.updated_at)
    return saved


def give_up(db: Connection, schedule_id: str, now: datetime) -> None:
    """Skip what waits of a schedule that is paused."""
    waiting = update(occurrences).where(occurrences.c.schedule_id == schedule_id, is_queued)
    db.execute(waiting.values(state=Outcome.SKIPPED, why=PAUSED, decided_at=now))


def add_occurrences(db: Connection, fresh: Sequence[Occurrence]) -> None:
    """Store *fresh* occurrences; raises IntegrityError if one of them is decided already."""
    if fresh:
        db.execute(insert(occurrences), [vars(one) for one in fresh])


def _of_notebook(
    query: ScheduleQuery | ScheduleSlice, owner: str | None
) -> list[ColumnElement[bool]]:
    given = {
        name: value
        for name in ("notebook", "item_id")
        if (value := getattr(query, name)) is not None
    }
    same = [schedules.c[name] == value for name, value in given.items()]
    if owner is not None and same:
        return [*same, unindexed(schedules.c.owner) == owner]
    return [*same, *_owned(owner)]


def _owned(owner: str | None) -> list[ColumnElement[bool]]:
    return [] if owner is None else [schedules.c.owner == owner]
