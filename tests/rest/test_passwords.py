"""Passwords that are guessed: slowly, few at a time, and at nobody else's cost."""

from __future__ import annotations

import asyncio
import threading

import pytest

from jupyter_nbtasks.errors import TooManyRequests
from jupyter_nbtasks.rest.passwords import PasswordChecker


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def checker(clock):
    return PasswordChecker(clock)


async def wrong(checker, address, times):
    for _ in range(times):
        assert not await checker.check(address, lambda: False)


async def test_whoever_guesses_is_refused_unheard_and_nobody_else(checker, clock):
    await wrong(checker, "1.2.3.4", 10)
    with pytest.raises(TooManyRequests) as refused:
        await checker.check("1.2.3.4", lambda: pytest.fail("it was asked"))
    assert refused.value.seconds == 61
    assert await checker.check("5.6.7.8", lambda: True)

    clock.now = 60.0
    assert await checker.check("1.2.3.4", lambda: True)


async def test_what_was_right_counts_for_nothing(checker):
    for _ in range(30):
        assert await checker.check("1.2.3.4", lambda: True)


async def test_few_wait_at_a_time_in_a_thread_of_their_own(checker):
    goes_on, threads = threading.Event(), set()

    def is_right():
        threads.add(threading.current_thread().name)
        return goes_on.wait(60)

    checks = [asyncio.ensure_future(checker.check(f"10.0.0.{n}", is_right)) for n in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyRequests):
        await checker.check("10.0.0.9", is_right)

    goes_on.set()
    assert await asyncio.gather(*checks) == [True] * 8
    assert len(threads) == 1
    assert next(iter(threads)).startswith("nbtasks-password")
