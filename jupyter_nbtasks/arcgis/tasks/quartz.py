"""Quartz' cron fields, as ArcGIS has them, to and from the cron of our schedules. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from ...errors import FieldError, InvalidRequest, invalid_field
from ...schedules.recurrence import Cron
from .cron_fields import DAYS, MONTHS, TERM, VALUE, Field, Numbering, runs

FIELDS = ("minute", "hour", "dayOfMonth", "month", "dayOfWeek")

_CERTAIN = re.compile(rf"({VALUE})(L|#[0-9]+)")
_FROM_LAST = re.compile(r"L-([0-9]{1,2})W?")
_NEAREST = re.compile(r"([0-9]{1,2})W")
_NTH = {"L", "#1", "#2", "#3", "#4", "#5"}
_ANY = ("*", "?")
_UTC = ZoneInfo("UTC")
_PLAIN = {
    "minute": Field(0, 59, 59, 0),
    "hour": Field(0, 23, 23, 0),
    "dayOfMonth": Field(1, 31, 31, 1),
    "month": Field(1, 12, 12, 1, MONTHS),
}
_WEEKDAY = {
    Numbering.QUARTZ: Field(1, 7, 7, 0, DAYS),
    Numbering.UNIX: Field(0, 6, 7, 0, DAYS),
}


def to_cron(fields: Mapping[str, str], numbering: Numbering) -> str:
    """Return the cron expression that is due when Quartz is at *fields*, and at no other time.

    Raises InvalidRequest that names each field that cron cannot express, and what to write.
    """
    said, wrong = {}, []
    for name in FIELDS:
        try:
            said[name] = _translated(name, fields[name].strip().upper(), numbering)
        except ValueError as error:
            wrong.append(FieldError(name, f"{name!r} {error}."))
    if wrong:
        raise InvalidRequest(" ".join(one.message for one in wrong), errors=wrong)
    _check_days(said["dayOfMonth"], said["dayOfWeek"])
    expression = " ".join("*" if said[name] == "?" else said[name] for name in FIELDS)
    try:
        Cron(expression, _UTC)
    except ValueError:
        msg = "'dayOfMonth' and 'month' never meet: there is no such day in any year."
        raise invalid_field("dayOfMonth", msg) from None
    return expression


def from_cron(cron: Sequence[str], numbering: Numbering) -> dict[str, str]:
    """Return the five fields of a *cron* expression as Quartz has them.

    Where cron chooses days by both of its fields, which Quartz cannot, both are shown.
    """
    fields = dict(zip(FIELDS, (field.upper() for field in cron), strict=True))
    shift = int(numbering is Numbering.QUARTZ)
    terms = fields["dayOfWeek"].split(",")
    fields["dayOfWeek"] = ",".join(_own(term, shift) for term in terms)
    if fields["dayOfWeek"] == "*":
        return fields | {"dayOfWeek": "?"}
    return fields | {"dayOfMonth": "?"} if fields["dayOfMonth"] == "*" else fields


def _translated(name: str, text: str, numbering: Numbering) -> str:
    if name == "dayOfMonth":
        return text if text in ("?", "L", "LW") else _day_of_month(text)
    if name == "dayOfWeek":
        return text if text == "?" else _day_of_week(text, numbering)
    return _PLAIN[name].terms(text)


def _day_of_month(text: str) -> str:
    if "C" in text:
        msg = f"cannot be {text!r}: there is no calendar here for C. Leave the C out"
        raise ValueError(msg)
    if match := _FROM_LAST.fullmatch(text):
        days = [length - int(match[1]) for length in (31, 30, 28)]
        msg = (
            f"cannot be {text!r}, which is another day in each length of month. Make a task for "
            f"each: {days[0]} for months 1,3,5,7,8,10,12, {days[1]} for 4,6,9,11, {days[2]} for 2"
        )
        raise ValueError(msg)
    if match := _NEAREST.fullmatch(text):
        msg = (
            f"cannot be {text!r}, the nearest working day. Write {match[1]}, or LW for the last "
            "working day of the month"
        )
        raise ValueError(msg)
    if "L" in text or "W" in text:
        msg = f"cannot be {text!r}: L and LW stand alone. Make a task for each day"
        raise ValueError(msg)
    return _PLAIN["dayOfMonth"].terms(text)


def _day_of_week(text: str, numbering: Numbering) -> str:
    field = _WEEKDAY[numbering]
    if text in ("L", "0"):
        return "6" if text == "L" else "0"
    if match := _CERTAIN.fullmatch(text):
        if match[2] not in _NTH:
            msg = f"cannot be {text!r}: write 1 to 5 after #, as in 2#1"
            raise ValueError(msg)
        return f"{field.in_cron(field.number(match[1]))}{match[2]}"
    if any(sign in text for sign in "L#C"):
        msg = f"cannot be {text!r}: L and # are for one day alone, as in 6L or 2#1, and C for none"
        raise ValueError(msg)
    try:
        return field.terms(text)
    except ValueError as error:
        if numbering is Numbering.QUARTZ and "0" in re.split(r"[,/-]", text):
            msg = f"{error}: Sunday is 1 here. Write names, as in SUN or MON-FRI"
            raise ValueError(msg) from None
        raise


def _check_days(of_month: str, of_week: str) -> None:
    if of_month == of_week == "?":
        msg = "'dayOfMonth' and 'dayOfWeek' cannot both be '?'. Write '*' in one of them."
    elif of_month not in _ANY and of_week not in _ANY:
        msg = "'dayOfMonth' and 'dayOfWeek' cannot both choose days. Write '?' in one of them."
    else:
        return
    raise invalid_field("dayOfWeek", msg)


def _own(term: str, shift: int) -> str:
    """Return a *term* of cron's days of the week in numbers that begin with *shift*."""
    if match := _CERTAIN.fullmatch(term):
        return match[1] + match[2] if match[1] in DAYS else f"{int(match[1]) % 7 + shift}{match[2]}"
    match = TERM.fullmatch(term)
    if match is None or match[1] is None or term.replace("-", "").isalpha():
        return term
    first, last = _cron_day(match[1]), _cron_day(match[2] or match[1])
    if match[3] and first == last:
        last = 7  # So does cronsim, to a second Sunday.
    values = [one % 7 + shift for one in range(first, last + 1, int(match[3] or 1))]
    return runs(list(dict.fromkeys(values)), str)


def _cron_day(text: str) -> int:
    return DAYS.index(text) if text in DAYS else int(text)
