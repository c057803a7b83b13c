"""When something recurs: by cron or at an interval. Pure; the one door to cronsim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from cronsim.explain import explain

_ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_FIELDS = 5
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_REMEMBERED = 16
# Any beginning does: what is not due in the fifty years that cronsim looks ahead never is.
_SOME_TIME = datetime(2000, 1, 1)  # noqa: DTZ001


class Cron:
    """A five-field cron expression, or one of ``@hourly`` … ``@yearly``, in *zone*.

    Debian's rules where the clock is changed: a fixed time in a skipped hour comes right after
    it, and in a repeated hour once, the first time; where minute or hour begin with ``*``, the
    wall clock is followed as it goes. Its *fields* are five even of an alias. Raises ValueError
    for what is not one or is never due.
    """

    def __init__(self, expression: str, zone: ZoneInfo) -> None:
        fields = _ALIASES.get(expression.strip().lower(), expression).split()
        if len(fields) != _FIELDS:
            names = ", ".join(sorted(_ALIASES))
            msg = f"must have five fields, as in '0 9 * * 1-5', or be one of {names}"
            raise ValueError(msg)
        self.fields = tuple(fields)
        self._fields = " ".join(fields)
        self._zone = zone
        # Many recur alike: of those that are due together, one is asked, the others are told.
        self._remembered = lru_cache(_REMEMBERED)(self._after)
        self.is_fixed = not (fields[0].startswith("*") or fields[1].startswith("*"))
        try:
            first = self.wall_after(_SOME_TIME)
            self.description = explain(self._fields)
        except (CronSimError, ValueError, TypeError, AssertionError) as error:
            msg = f"cannot be {expression!r}: {str(error).lower() or 'it is not a cron expression'}"
            raise ValueError(msg) from None
        if first is None:
            msg = f"cannot be {expression!r}: it is never due"
            raise ValueError(msg)

    def after(self, at: datetime) -> datetime | None:
        """Return the first moment later than *at*, in UTC; None if there is none."""
        return self._remembered(at.astimezone(UTC))

    def _after(self, at: datetime) -> datetime | None:
        try:
            return self._after_fixed(at) if self.is_fixed else self._after_wall(at)
        except OverflowError:  # The end of the calendar.
            return None

    def wall_after(self, wall: datetime) -> datetime | None:
        """Return the next time after *wall* on a clock that is never changed; both naive."""
        return next(CronSim(self._fields, wall), None)

    def _after_fixed(self, at: datetime) -> datetime | None:
        for local in CronSim(self._fields, at.astimezone(self._zone)):
            # In the repeated hour cronsim gives its first passage again.
            if (moment := local.astimezone(UTC)) > at:
                return moment
        return None

    def _after_wall(self, at: datetime) -> datetime | None:
        begin, wall = at.astimezone(UTC), _wall(at, self._zone)
        while (found := self.wall_after(wall)) is not None:
            offset = _offset(begin, self._zone)
            moment = found.replace(tzinfo=UTC) - offset
            change = first_change(self._zone, begin, moment)
            if change is None:
                return moment
            # From here the wall clock shows something else, and perhaps the same again.
            begin, wall = change, _wall(change, self._zone) - _SECOND
        return None


@dataclass(frozen=True)
class Interval:
    """Every so many *seconds* of real time, counted from *anchor* and beginning with it."""

    seconds: int
    anchor: datetime

    @property
    def description(self) -> str:
        """The rule in words."""
        size, unit = next(pair for pair in _UNITS if self.seconds % pair[0] == 0)
        number = self.seconds // size
        return f"Every {unit}" if number == 1 else f"Every {number} {unit}s"

    def after(self, at: datetime) -> datetime | None:
        """Return the first moment later than *at*, in UTC; None if there is none."""
        step = timedelta(seconds=self.seconds)
        try:
            return self.anchor + max(0, (at - self.anchor) // step + 1) * step
        except OverflowError:
            return None


Rule = Cron | Interval


@dataclass(frozen=True, kw_only=True)
class Timing:
    """A rule from *start* to *end*, both included; None where there is no such bound."""

    rule: Rule
    start: datetime | None = None
    end: datetime | None = None

    def after(self, at: datetime) -> datetime | None:
        """Return the first moment later than *at*, in UTC; None if there is none."""
        if self.start is not None and at < self.start:
            at = self.start - _TICK
        moment = self.rule.after(at)
        return None if moment is None or (self.end and moment > self.end) else moment

    def between(self, first: datetime, last: datetime, limit: int) -> list[datetime]:
        """Return the moments from *first*, which is one, to *last*, but no more than *limit*."""
        moments: list[datetime] = []
        moment: datetime | None = first
        while moment is not None and moment <= last and len(moments) < limit:
            moments.append(moment)
            moment = self.after(moment)
        return moments


def zone_of(name: str) -> ZoneInfo:
    """Return the IANA time zone *name*; raises ValueError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        msg = f"must be an IANA time zone such as Europe/Berlin, not {name!r}"
        raise ValueError(msg) from None


def first_change(zone: ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """Return the first moment in (*after*, *until*] from which the clocks of *zone* differ."""
    offset, before = _offset(after, zone), after
    while before < until:
        day = min(before + _DAY, until)
        if _offset(day, zone) != offset:
            return _bisect(zone, before, day)
        before = day
    return None


def _bisect(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    offset = _offset(before, zone)
    low, high = int(before.timestamp()), -int(-after.timestamp() // 1)
    while high - low > 1:
        middle = (low + high) // 2
        is_same = _offset(datetime.fromtimestamp(middle, UTC), zone) == offset
        low, high = (middle, high) if is_same else (low, middle)
    return datetime.fromtimestamp(high, UTC)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
