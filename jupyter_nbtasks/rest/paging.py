"""A list in pages, each with the cursor of the next one. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from typing import TypeVar

T = TypeVar("T")


def page_of(
    found: Sequence[T], limit: int, cursor: Callable[[T], str] = attrgetter("id")
) -> tuple[list[T], str | None]:
    """Return the first *limit* of *found*, and the *cursor* of the last of them if there are more.

    A store finds one more than asked for, which tells that there is a next page.
    """
    page = list(found[:limit])
    return page, cursor(page[-1]) if len(found) > limit else None


async def every(look: Callable[[str | None], Awaitable[tuple[list[T], str | None]]]) -> list[T]:
    """Return what is on all pages; *look* takes the cursor of a page, None for the first."""
    everything, cursor = await look(None)
    while cursor is not None:
        page, cursor = await look(cursor)
        everything += page
    return everything
