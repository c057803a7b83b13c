"""Text that grows beyond what is kept of it in memory."""

from __future__ import annotations

import tempfile

import pytest

from jupyter_nbtasks.storage.growing_text import GrowingText
from jupyter_nbtasks.storage.long_text import LongText, Mark, slices, tail

# Characters of one to four bytes, and half of one.
PARTS = ["a" * 999_999, "é" * 700_001, "\u20ac" * 900_000, "\N{SNAKE}" * 500_003, "\ud83d", "b\r\n"]


@pytest.fixture
def text():
    return GrowingText()


def fill(text, parts=PARTS):
    for part in parts:
        text.append(part)
    return "".join(parts)


def test_long_text_is_read_as_it_was_given(text):
    whole = fill(text)
    found = text.since(Mark())

    assert isinstance(found, LongText)
    assert str(found) == whole
    assert len(found) == len(whole)
    assert max(map(len, slices(found))) <= 1_000_000
    for count in (0, 1, 3, 5, 100_000, 1_600_003, 10**9):
        assert tail(found, count) == whole[len(whole) - min(count, len(whole)) :]


def test_short_text_is_in_memory(text):
    whole = fill(text, ["a", "é", "\ud83d"])

    assert text.since(Mark()) == whole
    assert "".join(slices(whole)) == whole
    assert [tail(whole, count) for count in (0, 2, 9)] == ["", whole[1:], whole]


def test_what_was_read_stays_and_what_follows_is_read_on(text):
    before = fill(text)
    first, mark = text.since(Mark()), text.end
    assert text.since(mark) == ""

    after = fill(text)

    assert str(first) == before
    assert str(text.since(mark)) == after
    assert len(text.since(mark)) == len(after)


def test_without_room_on_the_disk_it_stays_in_memory(text, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    whole = fill(text)
    assert text.since(Mark()) == whole
