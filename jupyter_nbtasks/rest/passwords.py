"""Checks passwords of whoever asks: slowly, few at a time, and not those who guess."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ..errors import TooManyRequests

# A person mistypes; a program that guesses is soon held up.
_WRONG_AT_MOST = 10
_SECONDS = 60.0
_WAITING_AT_MOST = 8
_ADDRESSES_AT_MOST = 10_000

_log = logging.getLogger(__name__)


class PasswordChecker:
    """Does slow checks in one thread of their own, for callers at *addresses* without a login.

    *now* gives seconds. Of each address so many checks may fail in a minute; then it is refused
    unheard until the first of these is a minute old.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="nbtasks-password")
        self._waiting = 0
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    async def check(self, address: str, is_right: Callable[[], bool]) -> bool:
        """Return what *is_right* returns; raises TooManyRequests instead of asking it."""
        self._refuse_guesses(address)
        if self._waiting >= _WAITING_AT_MOST:
            msg = "Too many passwords are being checked at the moment. Try again soon."
            raise TooManyRequests(msg, seconds=1)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._thread, is_right)
        finally:
            self._waiting -= 1
        if not right:
            self._note(address)
        return right

    def _refuse_guesses(self, address: str) -> None:
        wrong = self._wrong.get(address, deque())
        while wrong and wrong[0] <= self._now() - _SECONDS:
            wrong.popleft()
        if len(wrong) >= _WRONG_AT_MOST:
            left = wrong[0] + _SECONDS - self._now()
            msg = "Too many wrong passwords came from your address. Try again in a minute."
            raise TooManyRequests(msg, seconds=int(left) + 1)

    def _note(self, address: str) -> None:
        wrong = self._wrong.setdefault(address, deque(maxlen=_WRONG_AT_MOST))
        self._wrong.move_to_end(address)
        wrong.append(self._now())
        if len(wrong) == _WRONG_AT_MOST:
            _log.warning("%d wrong passwords came from %s within a minute", len(wrong), address)
        if len(self._wrong) > _ADDRESSES_AT_MOST:
            self._wrong.popitem(last=False)
