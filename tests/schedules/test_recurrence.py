"""When a schedule is due, on the days when clocks are changed and on all others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.schedules.recurrence import Cron, Interval, Timing, first_change, zone_of

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
LORD_HOWE, CASABLANCA = "Australia/Lord_Howe", "Africa/Casablanca"
SAO_PAULO = "America/Sao_Paulo"

# Zone, cron, the day before the clocks are changed, and what the clock on the wall then shows.
CHANGES = [
    # 2:00 to 3:00
    (BERLIN, "30 2 * * *", "2026-03-28", ["28 02:30+1", "29 03:00+2", "30 02:30+2"]),
    (BERLIN, "0 3 * * *", "2026-03-28", ["28 03:00+1", "29 03:00+2", "30 03:00+2"]),
    (BERLIN, "0,30 2 * * 0", "2026-03-28", ["29 03:00+2", "05 02:00+2", "05 02:30+2"]),
    (BERLIN, "*/30 2 * * *", "2026-03-29", ["30 02:00+2", "30 02:30+2", "31 02:00+2"]),
    (BERLIN, "0 */2 29 3 *", "2026-03-28", ["29 00:00+1", "29 04:00+2", "29 06:00+2"]),
    # 3:00 to 2:00
    (BERLIN, "30 2 * * *", "2026-10-24", ["24 02:30+2", "25 02:30+2", "26 02:30+1"]),
    (BERLIN, "0 3 * * *", "2026-10-24", ["24 03:00+2", "25 03:00+1", "26 03:00+1"]),
    (BERLIN, "*/30 2 25 * *", "2026-10-24", ["25 02:00+2", "25 02:30+2", "25 02:00+1"]),
    (BERLIN, "@hourly", "2026-10-25", ["25 00:00+2", "25 01:00+2", "25 02:00+2", "25 02:00+1"]),
    (NEW_YORK, "30 2 * * *", "2026-03-07", ["07 02:30-5", "08 03:00-4", "09 02:30-4"]),
    (NEW_YORK, "30 1 * * *", "2026-10-31", ["31 01:30-4", "01 01:30-4", "02 01:30-5"]),
    (NEW_YORK, "0 * 1 11 *", "2026-10-31", ["01 00:00-4", "01 01:00-4", "01 01:00-5"]),
    # 2:00 to 2:30, and 2:00 to 1:30
    (LORD_HOWE, "15 2 * * *", "2026-10-03", ["03 02:15+10.5", "04 02:30+11", "05 02:15+11"]),
    (LORD_HOWE, "*/20 2 4 * *", "2026-10-03", ["04 02:40+11", "04 02:00+11"]),
    (LORD_HOWE, "*/10 3 4 * *", "2026-10-03", ["04 03:00+11", "04 03:10+11"]),
    (LORD_HOWE, "45 1 * * *", "2026-04-04", ["04 01:45+11", "05 01:45+11", "06 01:45+10.5"]),
    (LORD_HOWE, "*/15 1 5 4 *", "2026-04-05", ["05 01:00+11", "05 01:15+11", "05 01:30+11",
                                               "05 01:45+11", "05 01:30+10.5"]),
    # From the summer's +1 to +0 for Ramadan, and back
    (CASABLANCA, "30 2 * * *", "2026-02-14", ["14 02:30+1", "15 02:30+1", "16 02:30+0"]),
    (CASABLANCA, "30 2 * * *", "2026-03-21", ["21 02:30+0", "22 03:00+1", "23 02:30+1"]),
    # 0:00 to 1:00, and 0:00 to 23:00 of the day before
    (SAO_PAULO, "0 0 * * *", "2018-11-03", ["03 00:00-3", "04 01:00-2", "05 00:00-2"]),
    (SAO_PAULO, "*/30 * 4 11 0", "2018-11-03", ["04 01:00-2", "04 01:30-2"]),
    (SAO_PAULO, "30 23 * * *", "2018-02-16", ["16 23:30-2", "17 23:30-2", "18 23:30-3"]),
    (SAO_PAULO, "*/30 23 17 2 *", "2018-02-16", ["17 23:00-2", "17 23:30-2", "17 23:00-3"]),
]  # fmt: skip
WRONG = [
    ("", "must have five fields"),
    ("0 9 * *", "must have five fields"),
    ("0 0 9 * * *", "must have five fields"),
    ("@reboot", "must have five fields"),
    ("0 0 30 2 *", "bad day-of-month"),
    ("0 0 31 4,6 *", "bad day-of-month"),
    ("60 * * * *", "bad minute"),
    ("* 24 * * *", "bad hour"),
    ("* * * 13 *", "bad month"),
    ("* * * * 8", "bad day-of-week"),
    ("*/0 * * * *", "bad minute"),
    ("5-1 * * * *", "bad minute"),
    ("\u0663 * * * *", "bad minute"),
    ("* * * * L", "bad day-of-week"),
    ("? * * * *", "bad minute"),
]
WORDS = [
    ("0 9 * * 1-5", "At 09:00 on Monday through Friday"),
    ("@daily", "At 00:00 every day"),
    ("@HOURLY", "At the start of every hour"),
    ("*/15 * * * *", "Every 15th minute of every hour"),
    ("0 0 L * *", "At 00:00 on the last day of every month"),
]
INTERVALS = [(1, "Every second"), (900, "Every 15 minutes"), (3600, "Every hour")]
INTERVALS += [(90, "Every 90 seconds"), (86400 * 2, "Every 2 days"), (5400, "Every 90 minutes")]


def shown(moment, zone):
    """Day, clock and offset in hours, as in the table."""
    local = moment.astimezone(zone)
    return f"{local:%d %H:%M}{local.utcoffset() / timedelta(hours=1):+g}"


@pytest.mark.parametrize(("name", "cron", "day", "expected"), CHANGES)
def test_a_schedule_is_due_as_debian_has_it_when_clocks_are_changed(name, cron, day, expected):
    zone = zone_of(name)
    moment = datetime.fromisoformat(day).replace(tzinfo=zone) - timedelta(seconds=1)
    found = []
    for _ in expected:
        moment = Cron(cron, zone).after(moment)
        found.append(shown(moment, zone))
    assert found == expected


@pytest.mark.parametrize(("cron", "said"), WRONG)
def test_what_is_not_a_cron_expression_or_never_due_is_refused(cron, said):
    with pytest.raises(ValueError, match=said):
        Cron(cron, ZoneInfo("UTC"))


@pytest.mark.parametrize(("cron", "words"), WORDS)
def test_cron_is_said_in_words(cron, words):
    assert Cron(cron, ZoneInfo("UTC")).description == words


@pytest.mark.parametrize(("seconds", "words"), INTERVALS)
def test_an_interval_is_said_in_words(seconds, words):
    assert Interval(seconds, datetime(2026, 1, 1, tzinfo=UTC)).description == words


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "America", "/etc/localtime"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(ValueError, match="must be an IANA time zone"):
        zone_of(name)


def test_the_end_of_the_calendar_is_the_end():
    last = datetime(9999, 12, 31, 23, 59, 30, tzinfo=UTC)
    for rule in (Cron("* * * * *", ZoneInfo("UTC")), Cron("0 0 * * *", zone_of(BERLIN))):
        assert rule.after(last) is None
    assert Interval(60, datetime(2026, 1, 1, tzinfo=UTC)).after(last) is None


def test_start_and_end_are_included():
    nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    timing = Timing(rule=Cron("0 9 * * *", ZoneInfo("UTC")), start=nine, end=nine + DAY)

    assert timing.after(nine - 99 * DAY) == nine
    assert timing.between(nine, nine + 9 * DAY, 99) == [nine, nine + DAY]
    assert timing.after(nine + DAY) is None


def test_an_interval_begins_with_its_anchor():
    anchor = datetime(2026, 3, 2, 9, 0, 7, tzinfo=UTC)
    rule = Interval(60, anchor)

    assert rule.after(anchor - DAY) == anchor
    assert rule.after(anchor) == anchor + MINUTE
    assert rule.after(anchor + MINUTE - timedelta(microseconds=1)) == anchor + MINUTE


def test_a_change_of_the_clocks_is_found_to_the_second():
    begin = datetime(2026, 1, 1, tzinfo=UTC)

    assert first_change(zone_of(BERLIN), begin, begin + 365 * DAY) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )
    assert first_change(ZoneInfo("UTC"), begin, begin + 365 * DAY) is None


def numbers(low, high):
    """A cron field of numbers from *low* to *high*, as text."""
    number = st.integers(low, high)
    # cronsim reads 5-5/2 as 5/2, from five on.
    pair = st.tuples(number, number).filter(lambda pair: pair[0] < pair[1])
    span = pair.map("{0[0]}-{0[1]}".format)
    step = st.integers(1, high - low + 1)
    stepped = st.builds("{}/{}".format, st.one_of(st.just("*"), span), step)
    term = st.one_of(number.map(str), span, stepped)
    return st.one_of(st.just("*"), term, st.lists(term, min_size=2, max_size=3).map(",".join))


CRONS = st.builds(
    "{} {} {} {} {}".format, numbers(0, 59), st.one_of(numbers(0, 4), numbers(0, 23)),
    st.one_of(st.just("*"), numbers(1, 31)), st.just("*"), st.one_of(st.just("*"), numbers(0, 7)),
)  # fmt: skip
ZONES = (BERLIN, NEW_YORK, LORD_HOWE, CASABLANCA, SAO_PAULO)


def changes():
    """Zone and moment of each change of the clocks in two years of each zone."""
    for name in ZONES:
        at = datetime(2017, 1, 1, tzinfo=UTC)
        while at := first_change(ZoneInfo(name), at, datetime(2019, 1, 1, tzinfo=UTC)):
            yield name, at


NEAR = st.builds(
    lambda change, seconds: (change[0], change[1] + timedelta(seconds=seconds)),
    st.sampled_from(list(changes())), st.integers(-7200, 7200),
)  # fmt: skip
ANYWHERE = st.tuples(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1975, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
PLACES = st.one_of(NEAR, NEAR, ANYWHERE)


def members(field, low, high):
    """The numbers that a field of *numbers* means."""
    found = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        first, last = (low, high) if span == "*" else (span.split("-") * 2)[:2]
        found |= set(range(int(first), int(last) + 1, int(step or 1)))
    return found


def matcher(cron):
    """Whether a wall clock's time is one of *cron*."""
    fields = cron.split()
    minutes, hours = members(fields[0], 0, 59), members(fields[1], 0, 23)
    days, weekdays = members(fields[2], 1, 31), {day % 7 for day in members(fields[4], 0, 7)}
    both = fields[2].startswith("*") or fields[4].startswith("*")

    def matches(wall):
        if wall.minute not in minutes or wall.hour not in hours:
            return False
        of_month, of_week = wall.day in days, wall.isoweekday() % 7 in weekdays
        return (of_month and of_week) if both else (of_month or of_week)

    return matches


def scan(cron, zone, at, days):
    """Look at every minute: the first one later than *at* when *cron* is due."""
    matches = matcher(cron)
    is_fixed = not any(field.startswith("*") for field in cron.split()[:2])
    moment = at.replace(second=0, microsecond=0)
    before = moment.astimezone(zone).replace(tzinfo=None)
    for _ in range(days * 1440):
        moment += MINUTE
        local = moment.astimezone(zone)
        wall = local.replace(tzinfo=None, fold=0)
        skipped = max(0, round((wall - before) / MINUTE) - 1)
        if is_fixed and any(matches(before + n * MINUTE) for n in range(1, skipped + 1)):
            return moment
        if matches(wall) and not (is_fixed and local.fold):
            return moment
        before = wall
    return None


@settings(max_examples=300, deadline=None)
@given(cron=CRONS, place=PLACES)
def test_the_next_occurrence_is_what_a_look_at_every_minute_finds(cron, place):
    zone, at = zone_of(place[0]), place[1]
    try:
        rule = Cron(cron, zone)
    except ValueError:
        assert all(int(n) > 29 for n in members(cron.split()[2], 1, 31))
        return

    expected = scan(cron, zone, at, days=2)

    found = rule.after(at)
    if expected is None:
        assert found is None or found > at + 2 * DAY - MINUTE
    else:
        assert found == expected


@settings(max_examples=150, deadline=None)
@given(cron=CRONS, place=PLACES, seconds=st.integers(1, 10**7))
def test_the_next_occurrence_is_always_later(cron, place, seconds):
    name, at = place
    try:
        rule = Cron(cron, zone_of(name))
    except ValueError:
        rule = Interval(seconds, at)
    for _ in range(20):
        after = rule.after(at)
        assert after > at
        assert after.tzinfo is UTC
        at = after


@settings(max_examples=300)
@given(cron=st.one_of(st.text(max_size=20), st.text("0159*/,-#LW @", max_size=20)))
def test_any_text_is_a_cron_expression_or_is_refused(cron):
    try:
        assert Cron(cron, ZoneInfo("UTC")).description
    except ValueError as error:
        said = str(error)
        assert said.startswith(("must have", "cannot be"))
