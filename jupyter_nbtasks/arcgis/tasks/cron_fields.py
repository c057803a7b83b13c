"""The numbers, names, ranges and steps of a Quartz field, said in cron. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
VALUE = r"[0-9]{1,3}|[A-Z]{3}"
TERM = re.compile(rf"(?:\*|({VALUE})(?:-({VALUE}))?)?(?:/([0-9]{{1,3}}))?")


class Numbering(StrEnum):
    """What a number in dayOfWeek means: 1 to 7 from Sunday, or 0 to 7 from Sunday to Sunday."""

    QUARTZ = "quartz"
    UNIX = "unix"


@dataclass(frozen=True)
class Field:
    """Numbers from *low* to *high*, with *names* if they have some.

    *top* may be written as well, and is the largest step; in cron they begin with *base*.
    """

    low: int
    high: int
    top: int
    base: int
    names: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        """Return the number that *text* is or names; raises ValueError."""
        if text in self.names:
            return self.names.index(text) + self.low
        if not text.isdigit() or not self.low <= int(text) <= self.top:
            named = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
            msg = f"must be of {self.low} to {self.top}{named}, not {text!r}"
            raise ValueError(msg)
        return int(text)

    def in_cron(self, number: int) -> int:
        """Return what *number* is in cron; those beyond the last begin again."""
        return (number - self.low) % (self.high - self.low + 1) + self.base

    def terms(self, text: str) -> str:
        """Return the list *text* of numbers, ranges and steps in cron; raises ValueError."""
        return ",".join(self._term(term) for term in text.split(","))

    def _term(self, text: str) -> str:
        match = TERM.fullmatch(text)
        if not text or match is None:
            msg = f"must be numbers, ranges such as 1-5 or steps such as 0/2, not {text!r}"
            raise ValueError(msg)
        first, last, step = match.groups()
        if step is not None and not 1 <= int(step) <= self.top:
            msg = f"cannot have the step {step}: steps are 1 to {self.top}"
            raise ValueError(msg)
        if first is None:
            return "*" if step is None else f"*/{int(step)}"
        begin, end = self.number(first), None if last is None else self.number(last)
        values = self._values(begin, end, step)
        if _is_named(text):
            return runs(values, lambda one: self.names[one - self.base])
        # To cronsim a week has a second Sunday, to which it counts on; and 5-5/2 is 5/2.
        if step and self.names != DAYS and (end is None or begin < end):
            return f"{begin}/{int(step)}" if end is None else f"{begin}-{end}/{int(step)}"
        return runs(values, str)

    def _values(self, first: int, last: int | None, step: str | None) -> list[int]:
        """Return the numbers of a range in cron; one that ends before it begins goes around."""
        if last is None:
            last = max(self.high, first) if step else first
        around = (self.high - self.low + 1) * (last < first)
        return [self.in_cron(one) for one in range(first, last + around + 1, int(step or 1))]


def runs(values: Sequence[int], spelled: Callable[[int], str]) -> str:
    """Return *values*, in their order, as a list of single ones and ranges."""
    found: list[list[int]] = []
    for one in values:
        if found and one == found[-1][-1] + 1:
            found[-1].append(one)
        else:
            found.append([one])
    return ",".join("-".join(map(spelled, dict.fromkeys((run[0], run[-1])))) for run in found)


def _is_named(term: str) -> bool:
    has_names = any(character.isalpha() for character in term)
    if has_names and any(character.isdigit() for character in term):
        msg = f"cannot mix names and numbers, as {term!r} does: write numbers alone"
        raise ValueError(msg)
    return has_names
