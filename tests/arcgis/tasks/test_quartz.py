"""A Quartz expression becomes a cron expression that is due at the same times, or is refused."""

from __future__ import annotations

import calendar
import itertools
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.arcgis.tasks.cron_fields import Numbering
from jupyter_nbtasks.arcgis.tasks.quartz import FIELDS, from_cron, to_cron
from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.schedules.recurrence import Cron

ZONE = ZoneInfo("UTC")
DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
BOUNDS = {
    "minute": (0, 59), "hour": (0, 23), "dayOfMonth": (1, 31), "month": (1, 12),
    "dayOfWeek": (1, 7),
}  # fmt: skip
NAMES = {"month": MONTHS, "dayOfWeek": DAYS}

# Fields of Quartz, the same in cron, and the first two times from 2026-01-01 on.
SAID = [
    ("0 23-22/2 * * ?", "0 23,1,3,5,7,9,11,13,15,17,19,21 * * *",
     ["2026-01-01 01:00", "2026-01-01 03:00"]),
    ("0 4 ? * 7", "0 4 * * 6", ["2026-01-03 04:00", "2026-01-10 04:00"]),
    ("*/1 * * * ?", "*/1 * * * *", ["2026-01-01 00:01", "2026-01-01 00:02"]),
    ("*/15 * ? * 1,2,3,4,5,6,7", "*/15 * * * 0,1,2,3,4,5,6",
     ["2026-01-01 00:15", "2026-01-01 00:30"]),
    ("0/20 9 * * *", "0/20 9 * * *", ["2026-01-01 09:00", "2026-01-01 09:20"]),
    ("/20 9 * * *", "*/20 9 * * *", ["2026-01-01 09:00", "2026-01-01 09:20"]),
    ("0 0 LW * ?", "0 0 LW * *", ["2026-01-30 00:00", "2026-02-27 00:00"]),
    ("0 0 L 2 ?", "0 0 L 2 *", ["2026-02-28 00:00", "2027-02-28 00:00"]),
    ("0 0 ? * 5#3", "0 0 * * 4#3", ["2026-01-15 00:00", "2026-02-19 00:00"]),
    ("0 0 ? * MON#5", "0 0 * * 1#5", ["2026-03-30 00:00", "2026-06-29 00:00"]),
    ("0 0 ? * 6L", "0 0 * * 5L", ["2026-01-30 00:00", "2026-02-27 00:00"]),
    ("0 0 ? * sunl", "0 0 * * 0L", ["2026-01-25 00:00", "2026-02-22 00:00"]),
    ("0 0 ? * L", "0 0 * * 6", ["2026-01-03 00:00", "2026-01-10 00:00"]),
    ("0 0 ? * FRI-MON", "0 0 * * FRI-SAT,SUN-MON", ["2026-01-02 00:00", "2026-01-03 00:00"]),
    ("0 0 ? * MON-SUN", "0 0 * * MON-SAT,SUN", ["2026-01-02 00:00", "2026-01-03 00:00"]),
    ("0 0 ? * 6-2", "0 0 * * 5-6,0-1", ["2026-01-02 00:00", "2026-01-03 00:00"]),
    ("0 0 ? * 2/2", "0 0 * * 1,3,5", ["2026-01-02 00:00", "2026-01-05 00:00"]),
    ("0 0 ? * 6/2", "0 0 * * 5", ["2026-01-02 00:00", "2026-01-09 00:00"]),
    ("0 0 ? NOV-FEB SAT", "0 0 * NOV-DEC,JAN-FEB SAT", ["2026-01-03 00:00", "2026-01-10 00:00"]),
    ("0 22-2 ? * *", "0 22-23,0-2 * * *", ["2026-01-01 01:00", "2026-01-01 02:00"]),
    ("0 22-4/3 * * *", "0 22,1,4 * * *", ["2026-01-01 01:00", "2026-01-01 04:00"]),
    ("5-5/2 9 * * *", "5 9 * * *", ["2026-01-01 09:05", "2026-01-02 09:05"]),
    ("00 09 01 01 ?", "0 9 1 1 *", ["2026-01-01 09:00", "2027-01-01 09:00"]),
    ("0 0 30-2 * ?", "0 0 30-31,1-2 * *", ["2026-01-02 00:00", "2026-01-30 00:00"]),
    ("0 0 29 FEB ?", "0 0 29 FEB *", ["2028-02-29 00:00", "2032-02-29 00:00"]),
    # What the client makes of "weekly": 0 is not a day of Quartz, so it can only be Unix' Sunday.
    ("0 0 * * 0", "0 0 * * 0", ["2026-01-04 00:00", "2026-01-11 00:00"]),
]  # fmt: skip
UNIX = [
    ("0 0 * * 1-5", "0 0 * * 1-5", "0 0 ? * 1-5"),
    ("0 0 * * 0,6", "0 0 * * 0,6", "0 0 ? * 0,6"),
    ("0 0 * * 5-7", "0 0 * * 5-6,0", "0 0 ? * 5-6,0"),
    ("0 0 * * 0-7", "0 0 * * 0-6,0", "0 0 ? * 0-6,0"),
    ("0 0 * * 7", "0 0 * * 0", "0 0 ? * 0"),
    ("0 0 * * 1/2", "0 0 * * 1,3,5", "0 0 ? * 1,3,5"),
    ("0 0 * * 5L", "0 0 * * 5L", "0 0 ? * 5L"),
    ("0 0 * * 7#1", "0 0 * * 0#1", "0 0 ? * 0#1"),
    ("0 0 * * MON-FRI", "0 0 * * MON-FRI", "0 0 ? * MON-FRI"),
]
REFUSED = [
    ("60 0 * * ?", "minute", "must be of 0 to 59, not '60'"),
    ("x 0 * * ?", "minute", "must be numbers, ranges"),
    ("? 0 * * ?", "minute", "must be numbers, ranges"),
    ("0/60 0 * * ?", "minute", "cannot have the step 60: steps are 1 to 59"),
    ("0/0 0 * * ?", "minute", "cannot have the step 0"),
    ("\u0663 0 * * ?", "minute", "must be numbers, ranges"),
    ("1,,2 0 * * ?", "minute", "must be numbers, ranges"),
    ("0 24 * * ?", "hour", "must be of 0 to 23, not '24'"),
    ("0 1-2-3 * * ?", "hour", "must be numbers, ranges"),
    ("0 0 0 * ?", "dayOfMonth", "must be of 1 to 31, not '0'"),
    ("0 0 15W * ?", "dayOfMonth", "the nearest working day. Write 15, or LW"),
    ("0 0 L-3 * ?", "dayOfMonth", "28 for months 1,3,5,7,8,10,12, 27 for 4,6,9,11, 25 for 2"),
    ("0 0 L-3W * ?", "dayOfMonth", "another day in each length of month"),
    ("0 0 1,L * ?", "dayOfMonth", "L and LW stand alone"),
    ("0 0 5C * ?", "dayOfMonth", "Leave the C out"),
    ("0 0 30 2 ?", "dayOfMonth", "never meet"),
    ("0 0 * 13 ?", "month", "must be of 1 to 12 or JAN to DEC, not '13'"),
    ("0 0 * JAN/2 ?", "month", "cannot mix names and numbers"),
    ("0 0 ? * 8", "dayOfWeek", "must be of 1 to 7 or SUN to SAT, not '8'"),
    ("0 0 ? * 0,6", "dayOfWeek", "Sunday is 1 here. Write names, as in SUN or MON-FRI"),
    ("0 0 ? * 0-6", "dayOfWeek", "Sunday is 1 here"),
    ("0 0 ? * 2#6", "dayOfWeek", "write 1 to 5 after #"),
    ("0 0 ? * 2#1,3", "dayOfWeek", "L and # are for one day alone"),
    ("0 0 ? * 6L,2", "dayOfWeek", "L and # are for one day alone"),
    ("0 0 ? * MON-6", "dayOfWeek", "cannot mix names and numbers"),
    ("0 0 ? * FUN", "dayOfWeek", "must be of 1 to 7 or SUN to SAT, not 'FUN'"),
    ("0 0 ? * ?", "dayOfWeek", "cannot both be '?'"),
    ("0 0 15 * MON", "dayOfWeek", "cannot both choose days. Write '?' in one of them"),
]
SHOWN = [
    ("0 9 * * 1-5", "0 9 ? * 2-6"),
    ("0 9 * * *", "0 9 * * ?"),
    ("0 9 1 * *", "0 9 1 * ?"),
    ("@weekly", "0 0 ? * 1"),
    ("0 0 * * 5-7", "0 0 ? * 6-7,1"),
    ("0 0 * * 7", "0 0 ? * 1"),
    ("0 0 * * 1/3", "0 0 ? * 2,5,1"),
    ("0 0 * * 5-5/2", "0 0 ? * 6,1"),
    ("0 0 * * mon-5", "0 0 ? * 2-6"),
    ("0 0 * * */2", "0 0 ? * */2"),
    ("0 0 * * 5L", "0 0 ? * 6L"),
    ("0 0 * * MON#2,0#1", "0 0 ? * MON#2,1#1"),
    # Either day: this is what Quartz cannot say.
    ("0 0 13 * 5", "0 0 13 * 6"),
]


def fields_of(text):
    return dict(zip(FIELDS, text.split(), strict=True))


def values_of(field, text):
    """The numbers that a list of Quartz means: numbers, names, ranges, steps."""
    low, high = BOUNDS[field]
    names = NAMES.get(field, [])
    found = set()
    for term in text.split(","):
        span, _, step = term.partition("/")
        first, _, last = span.partition("-")
        begin = low if first in ("*", "") else number(first, names, low)
        end = number(last, names, low) if last else begin
        if first in ("*", "") or (step and not last):
            end = high
        if end < begin:
            end += high - low + 1
        members = range(begin, end + 1, int(step or 1))
        found |= {(one - low) % (high - low + 1) + low for one in members}
    return found


def number(text, names, low):
    return names.index(text) + low if text in names else int(text)


def is_day(fields, day):
    """Whether Quartz runs on *day*: each of its fields must agree, and ``?`` always does."""
    of_month, of_week = fields["dayOfMonth"], fields["dayOfWeek"]
    return (
        day.month in values_of("month", fields["month"])
        and (of_month == "?" or is_day_of_month(of_month, day))
        and (of_week == "?" or is_day_of_week(of_week, day))
    )


def is_day_of_month(text, day):
    last = calendar.monthrange(day.year, day.month)[1]
    if text == "LW":
        working = [one for one in range(1, last + 1) if day.replace(day=one).weekday() < 5]
        return day.day == working[-1]
    return day.day == last if text == "L" else day.day in values_of("dayOfMonth", text)


def is_day_of_week(text, day):
    last = calendar.monthrange(day.year, day.month)[1]
    today = day.isoweekday() % 7 + 1
    if text.endswith("L"):
        return today == number(text[:-1] or "7", DAYS, 1) and (text == "L" or day.day + 7 > last)
    if "#" in text:
        which, nth = text.split("#")
        return today == number(which, DAYS, 1) and (day.day - 1) // 7 + 1 == int(nth)
    return today in values_of("dayOfWeek", text)


def run_times(fields, at, years):
    """Look at every day for *years*, and at every minute of those on which Quartz runs."""
    clock = sorted(
        itertools.product(values_of("hour", fields["hour"]), values_of("minute", fields["minute"]))
    )
    for ahead in range(years * 366):
        day = date(at.year, at.month, at.day) + timedelta(days=ahead)
        if is_day(fields, day):
            for hour, minute in clock:
                moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                if moment > at:
                    yield moment


def due(cron, at):
    rule = Cron(cron, ZONE)
    while (at := rule.after(at)) is not None:
        yield at


@pytest.mark.parametrize(("quartz", "cron", "times"), SAID)
def test_quartz_is_said_in_cron(quartz, cron, times):
    assert to_cron(fields_of(quartz), Numbering.QUARTZ) == cron
    found = itertools.islice(due(cron, datetime(2026, 1, 1, tzinfo=UTC) - timedelta(1e-9)), 3)
    shown = [f"{at:%Y-%m-%d %H:%M}" for at in found if f"{at:%Y-%m-%d %H:%M}" >= times[0]]
    assert shown[:2] == times


@pytest.mark.parametrize(("unix", "cron", "shown"), UNIX)
def test_numbers_of_unix_are_taken_where_that_is_set(unix, cron, shown):
    assert to_cron(fields_of(unix), Numbering.UNIX) == cron
    assert from_cron(Cron(cron, ZONE).fields, Numbering.UNIX) == fields_of(shown)


@pytest.mark.parametrize(("quartz", "field", "said"), REFUSED)
def test_what_cannot_be_said_is_refused_with_what_to_write(quartz, field, said):
    with pytest.raises(InvalidRequest) as refused:
        to_cron(fields_of(quartz), Numbering.QUARTZ)

    [wrong] = refused.value.errors
    assert wrong.field == field
    assert said in wrong.message


def test_each_wrong_field_is_named():
    with pytest.raises(InvalidRequest) as refused:
        to_cron(fields_of("99 99 * 99 ?"), Numbering.QUARTZ)

    assert [wrong.field for wrong in refused.value.errors] == ["minute", "hour", "month"]


@pytest.mark.parametrize(("cron", "quartz"), SHOWN)
def test_cron_is_shown_as_quartz(cron, quartz):
    assert from_cron(Cron(cron, ZONE).fields, Numbering.QUARTZ) == fields_of(quartz)


def lists(field):
    """A Quartz field that is a list, as text."""
    low, high = BOUNDS[field]
    plain = st.integers(low, high).map(str)
    span = st.builds("{}-{}".format, plain, plain)
    step = st.integers(1, high)
    terms = [plain, span, st.builds("{}/{}".format, st.one_of(plain, span, st.just("*")), step)]
    if field in NAMES:
        name = st.sampled_from(NAMES[field])
        terms += [name, st.builds("{}-{}".format, name, name)]
    term = st.one_of(*terms)
    return st.one_of(st.just("*"), term, st.lists(term, min_size=2, max_size=3).map(",".join))


DAY_OF_WEEK = st.one_of(st.integers(1, 7).map(str), st.sampled_from(DAYS))
DAY_FIELDS = st.one_of(
    st.tuples(st.one_of(lists("dayOfMonth"), st.sampled_from(["L", "LW"])), st.just("?")),
    st.tuples(st.just("?"), lists("dayOfWeek")),
    st.tuples(st.just("?"), st.builds("{}L".format, st.one_of(st.just(""), DAY_OF_WEEK))),
    st.tuples(st.just("?"), st.builds("{}#{}".format, DAY_OF_WEEK, st.integers(1, 5))),
)
EXPRESSIONS = st.builds(
    lambda minute, hour, month, days: dict(
        zip(FIELDS, (minute, hour, days[0], month, days[1]), strict=True)
    ),
    lists("minute"), lists("hour"), lists("month"), DAY_FIELDS,
)  # fmt: skip
MOMENTS = st.datetimes(datetime(1999, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=400, deadline=None)
@given(fields=EXPRESSIONS, at=MOMENTS)
def test_cron_is_due_when_quartz_is(fields, at):
    try:
        cron = to_cron(fields, Numbering.QUARTZ)
    except InvalidRequest:
        assert next(run_times(fields, at, years=9), None) is None
        return

    expected = list(itertools.islice(run_times(fields, at, years=9), 12))
    assert list(itertools.islice(due(cron, at), len(expected))) == expected


@settings(max_examples=400, deadline=None)
@given(fields=EXPRESSIONS)
def test_what_is_shown_says_the_same_when_it_is_sent_again(fields):
    try:
        cron = to_cron(fields, Numbering.QUARTZ)
    except InvalidRequest:
        return

    assert to_cron(from_cron(cron.split(), Numbering.QUARTZ), Numbering.QUARTZ) == cron


@settings(max_examples=400)
@given(text=st.one_of(st.text(max_size=12), st.text("0159*/,-#?LWCAN", max_size=8)))
def test_any_text_is_a_field_or_is_refused(text):
    for numbering, name in itertools.product(Numbering, FIELDS):
        with suppress(InvalidRequest):
            cron = to_cron({**fields_of("0 0 * * *"), name: text}, numbering)
            assert next(due(cron, datetime(2026, 1, 1, tzinfo=UTC)))
