"""Schedules, as the store has them."""

from __future__ import annotations

from pathlib import Path

from ...rest.paging import every, page_of
from ...schedules.model import Schedule
from ...schedules.requests import ScheduleQuery
from ...schedules.store import ScheduleStore
from ..session import me, only_one
from .opening import opened

_PAGE = 500


async def oldest_first(folder: Path | None = None) -> list[Schedule]:
    """Return the schedules of the server on *folder*; without it, those of all roots."""
    async with opened(folder) as (database, root):
        store = ScheduleStore(database, root)

        async def look(cursor: str | None) -> tuple[list[Schedule], str | None]:
            query = ScheduleQuery(limit=_PAGE, cursor=cursor)
            return page_of(await store.page(query, me().only), _PAGE)

        return (await every(look))[::-1]


async def get(beginning: str) -> Schedule:
    """Return the only schedule whose id begins so."""
    async with opened() as (database, root):
        return await _only(ScheduleStore(database, root), beginning)


async def removed(beginning: str) -> Schedule:
    """Remove the only schedule whose id begins so, and return it; its jobs stay."""
    async with opened() as (database, root):
        store = ScheduleStore(database, root)
        schedule = await _only(store, beginning)
        await store.delete(schedule)
        return schedule


async def _only(store: ScheduleStore, beginning: str) -> Schedule:
    id = only_one("schedules", beginning, await store.ids(beginning))
    return await store.get(id, me().only)
