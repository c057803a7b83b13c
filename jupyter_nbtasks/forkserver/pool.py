"""A pool of kernels that wait for a job, so that a job need not wait for its kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Generic, TypeVar

Kind = TypeVar("Kind")
Kernel = TypeVar("Kernel")


class KernelPool(Generic[Kind, Kernel]):
    """At most *most* kernels that wait, of the kinds that were used last; each is for one job.

    *on_idle* is called when none was made or taken for *seconds*. Kernels that a method returns
    are not in the pool any more: whoever called it uses them or ends them.
    """

    def __init__(self, most: int, seconds: float, on_idle: Callable[[], None]) -> None:
        self._most = most
        self._seconds = seconds
        self._on_idle = on_idle
        self._waiting: list[tuple[Kind, Kernel]] = []
        self._making = 0
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Kernel]:
        """Go through those that wait, the oldest first."""
        return iter([kernel for _, kernel in self._waiting])

    def has_room(self, kind: Kind) -> bool:
        """Whether one more of *kind* is wanted, besides those that are being made."""
        alike = sum(kind == each for each, _ in self._waiting)
        return alike + self._making < self._most

    def take(self, kind: Kind) -> Kernel | None:
        """Return one of *kind*, None if none waits."""
        for place, (each, kernel) in enumerate(self._waiting):
            if each == kind:
                del self._waiting[place]
                self._restart_timer()
                return kernel
        return None

    async def make(self, kind: Kind, start: Callable[[], Awaitable[Kernel]]) -> list[Kernel]:
        """Add the kernel of *kind* that *start* returns, if there is room for it.

        Return the oldest, which have to go if others fill the room. Raises what *start* raises.
        """
        if not self.has_room(kind):
            return []
        self._making += 1
        try:
            kernel = await start()
        finally:
            self._making -= 1
        self._waiting.append((kind, kernel))
        self._restart_timer()
        return self._all_but(self._most)

    def remove(self, kernel: Kernel) -> bool:
        """Take *kernel* out; return whether it was there."""
        before = len(self._waiting)
        self._waiting = [each for each in self._waiting if each[1] is not kernel]
        return len(self._waiting) < before

    def empty(self) -> list[Kernel]:
        """Return all that wait."""
        self._stop_timer()
        return self._all_but(0)

    def close(self) -> list[Kernel]:
        """Return all that wait, and have room for no more."""
        self._most = 0
        return self.empty()

    def _all_but(self, newest: int) -> list[Kernel]:
        count = max(0, len(self._waiting) - newest)
        oldest, self._waiting = self._waiting[:count], self._waiting[count:]
        return [kernel for _, kernel in oldest]

    def _restart_timer(self) -> None:
        self._stop_timer()
        if self._most:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._on_idle)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
