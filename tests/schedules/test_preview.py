"""What a timing will do, told before anything is saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jupyter_nbtasks.schedules.preview import daylight_notes, upcoming
from jupyter_nbtasks.schedules.recurrence import Cron, Interval, Timing, zone_of

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
BERLIN = ("Europe/Berlin", "2026-03-29", "from 02:00 to 03:00", "2026-10-25", "from 03:00 to 02:00")
LORD_HOWE = (
    "Australia/Lord_Howe", "2026-10-04", "from 02:00 to 02:30", "2026-04-05", "from 02:00 to 01:30",
)  # fmt: skip
NOTES = [
    (BERLIN, "30 2 * * *", "what is due at 02:30 runs at 03:00",
     "what is due at 02:30 runs once, the first time"),
    (BERLIN, "*/5 * * * *", "nothing is due in the time that is skipped",
     "it is due in both passages of the repeated time"),
    (BERLIN, "0 9 * * *", None, None),
    (BERLIN, "30 2 * * 1", None, None),
    (LORD_HOWE, "15 2 * * *", "what is due at 02:15 runs at 02:30", None),
    (LORD_HOWE, "45 1 * * *", None, "what is due at 01:45 runs once, the first time"),
]  # fmt: skip


def by_cron(cron, zone, **bounds):
    return Timing(rule=Cron(cron, zone_of(zone)), **bounds)


def test_the_next_occurrences_are_told():
    timing = by_cron("0 9 * * 1-5", "Europe/Berlin", end=NOW + timedelta(days=5))

    found = upcoming(timing, NOW, 2)

    assert [f"{at:%a %H:%M}" for at in found] == ["Fri 08:00", "Mon 08:00"]
    assert len(upcoming(timing, NOW, 50)) == 3
    assert upcoming(timing, NOW + timedelta(days=9), 5) == []


@pytest.mark.parametrize(("place", "cron", "in_gap", "in_fold"), NOTES)
def test_what_a_change_of_the_clocks_does_is_noted(place, cron, in_gap, in_fold):
    zone, gap, forward, fold, back = place
    expected = {
        f"On {day} the clocks in {zone} go {way}: {said}."
        for day, way, said in ((gap, forward, in_gap), (fold, back, in_fold))
        if said
    }

    assert set(daylight_notes(by_cron(cron, zone), zone_of(zone), NOW)) == expected


def test_a_change_outside_start_and_end_is_not_noted():
    zone = zone_of("Europe/Berlin")

    early = by_cron("30 2 * * *", zone.key, end=NOW + timedelta(days=30))
    late = by_cron("30 2 * * *", zone.key, start=NOW + timedelta(days=365))

    assert daylight_notes(early, zone, NOW) == []
    assert all("On 2027-" in note for note in daylight_notes(late, zone, NOW))
    assert len(daylight_notes(late, zone, NOW)) == 2


def test_an_interval_of_hours_says_that_it_is_of_real_time():
    zone = zone_of("Europe/Berlin")

    daily = daylight_notes(Timing(rule=Interval(86400, NOW)), zone, NOW)

    assert [note.endswith("; the interval is of real time.") for note in daily] == [True, True]
    assert daylight_notes(Timing(rule=Interval(60, NOW)), zone, NOW) == []
    assert daylight_notes(Timing(rule=Interval(86400, NOW)), zone_of("UTC"), NOW) == []
