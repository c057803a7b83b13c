"""Texts that name the occurrence."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.schedules.recurrence import zone_of
from jupyter_nbtasks.schedules.templates import TemplateFields, fill_path, fill_values

NINE = datetime(2026, 11, 21, 9, tzinfo=zone_of("Europe/Berlin"))
PLACES = TemplateFields(nominal_time=NINE, schedule_id="s1", name="weekly")
FILLED = [
    ("{nominal_time:%Y-%m-%d}", "2026-11-21"),
    ("{nominal_time}", "2026-11-21T09:00:00+01:00"),
    ("{nominal_time:%-d. %B, 100 %%}", "21. November, 100 %"),
    ("{schedule_id}/{name}", "s1/weekly"),
    ("{{nominal_time}} {{}}", "{nominal_time} {}"),
    ("plain", "plain"),
]
REFUSED = [
    ("{nominal_time.year}", "cannot use {nominal_time.year}"),
    ("{name.__class__}", "cannot use {name.__class__}"),
    ("{name[0]}", "cannot use {name[0]}"),
    ("{0}", "cannot use {0}"),
    ("{}", "cannot use {}"),
    ("{region}", "cannot use {region}"),
    ("{name!r}", "has a conversion"),
    ("{name:>9}", "has a format for {name}"),
    ("{nominal_time:%99999999Y}", "has a format that is not one of a time"),
    ("{nominal_time:{name}}", "has a format that is not one of a time"),
    ("{nominal_time:%}", "has a format that is not one of a time"),
    ('{"a": 1}', 'cannot use {"a"}'),
    ("{", "has a brace that opens or closes nothing"),
    ("}", "has a brace that opens or closes nothing"),
    ("{name" + "x" * 10_000 + "}", "is longer than"),
]


@pytest.mark.parametrize(("text", "filled"), FILLED)
def test_places_are_filled_in(text, filled):
    values = {"a": text, "deep": [{"b": text}], "n": 3, "none": None}

    assert fill_values(values, PLACES) == {
        "a": filled, "deep": [{"b": filled}], "n": 3, "none": None,
    }  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_cannot_be_filled_in_is_refused_with_the_parameter_named(text, said):
    with pytest.raises(InvalidRequest) as refused:
        fill_values({"fine": "{name}", "wrong": text}, PLACES)

    [error] = refused.value.errors
    assert error.field == "parameters.wrong"
    assert error.message.startswith(f"'wrong' {said}")


@given(st.text("{}!:.[]%nameominal_time YdH0", max_size=30))
def test_no_text_does_anything_but_that(text):
    try:
        filled = fill_values({"a": text}, PLACES)["a"]
    except InvalidRequest:
        return
    assert isinstance(filled, str)
    assert len(filled) < 500


def test_in_a_path_the_places_of_a_job_are_left_to_it():
    path = "out/{name}-{date}-{region}-{nominal_time:%Y/%m}-{schedule_id}.ipynb"

    assert fill_path(path, PLACES) == "out/{name}-{date}-{region}-2026-11-s1.ipynb"


def test_a_wrong_format_in_a_path_is_refused():
    with pytest.raises(InvalidRequest) as refused:
        fill_path("{nominal_time:%9Y}.ipynb", PLACES)

    assert refused.value.errors[0].field == "output_path"
