"""The next occurrences of a timing, and what a change of the clocks does to them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .recurrence import Cron, Interval, Timing, first_change

# Clocks are changed twice a year where they are; in Morocco around Ramadan.
_AHEAD = timedelta(days=366)
_END = datetime.max.replace(tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def upcoming(timing: Timing, now: datetime, count: int) -> list[datetime]:
    """Return the next *count* occurrences after *now*; fewer if it ends before."""
    first = timing.after(now)
    return [] if first is None else timing.between(first, _END, count)


def daylight_notes(timing: Timing, zone: ZoneInfo, now: datetime) -> list[str]:
    """Return what is to be known of the next change of the clocks in either direction."""
    notes: dict[bool, str] = {}
    for change in _changes(timing, zone, now):
        before, after = _walls(change, zone)
        is_gap = after > before
        if is_gap not in notes and (note := _note(timing, change, zone)):
            notes[is_gap] = note
    return list(notes.values())


def _changes(timing: Timing, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    at = max(now, timing.start or now)
    until = min(at + _AHEAD, timing.end or at + _AHEAD)
    while (change := first_change(zone, at, until)) is not None:
        yield change
        at = change


def _walls(change: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return what the clock would have shown at *change*, and what it shows."""
    last = (change - _SECOND).astimezone(zone).replace(tzinfo=None) + _SECOND
    return last, change.astimezone(zone).replace(tzinfo=None)


def _note(timing: Timing, change: datetime, zone: ZoneInfo) -> str | None:
    before, after = _walls(change, zone)
    said = f"On {after:%Y-%m-%d} the clocks in {zone.key} go from {before:%H:%M} to {after:%H:%M}"
    if isinstance(timing.rule, Interval):
        return f"{said}; the interval is of real time." if timing.rule.seconds >= 3600 else None
    first = timing.rule.wall_after(min(before, after) - _SECOND)
    if first is None or first >= max(before, after):
        return None
    if after > before:
        return f"{said}: {_in_gap(timing.rule, first, after)}."
    return f"{said}: {_in_fold(timing.rule, first)}."


def _in_gap(rule: Cron, first: datetime, after: datetime) -> str:
    if rule.is_fixed:
        return f"what is due at {first:%H:%M} runs at {after:%H:%M}"
    return "nothing is due in the time that is skipped"


def _in_fold(rule: Cron, first: datetime) -> str:
    if rule.is_fixed:
        return f"what is due at {first:%H:%M} runs once, the first time"
    return "it is due in both passages of the repeated time"
