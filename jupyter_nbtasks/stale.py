"""What to do when another writer was faster. Pure."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

from .errors import Stale

P = ParamSpec("P")
T = TypeVar("T")


def again_while_stale(change: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Let *change*, which reads and then saves, begin anew where others have saved in between."""

    @functools.wraps(change)
    async def changed(*args: P.args, **kwargs: P.kwargs) -> T:
        while True:
            with suppress(Stale):
                return await change(*args, **kwargs)

    return changed
