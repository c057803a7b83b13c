"""Text of which most is in a file, read piece by piece; and what is done alike with a short one."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

SLICE = 1_000_000  # bytes that are read or written at a time
# A text may have half a surrogate pair, which is not UTF-8.
ERRORS = "surrogatepass"
_WIDEST = 4  # bytes of a character


class Mark(NamedTuple):
    """A place in a text: how many bytes, as UTF-8, and how many characters are before it."""

    size: int = 0
    characters: int = 0


class LongText:
    """Text of *count* characters: what is in *file* at *place*, from one byte up to another, and
    the *rest*.
    """

    def __init__(self, file: Any, place: tuple[int, int], rest: bytes, count: int) -> None:
        self._file = file
        self._begin, self._end = place
        self._rest = rest
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __str__(self) -> str:
        return "".join(self.slices())

    def slices(self) -> Iterator[str]:
        """Yield it all, about a million characters at a time; raises OSError."""
        decoder = codecs.getincrementaldecoder("utf-8")(ERRORS)
        for begin in range(self._begin, self._end, SLICE):
            yield decoder.decode(self._read(begin, min(begin + SLICE, self._end)))
        if rest := decoder.decode(self._rest, final=True):
            yield rest

    def tail(self, count: int) -> str:
        """Return the last *count* characters; raises OSError."""
        size = count * _WIDEST
        begin = max(self._begin, self._end - max(0, size - len(self._rest)))
        data = self._read(begin, self._end) + self._rest
        # It may begin within a character, and no character ends with more than these.
        while data and 0x80 <= data[0] < 0xC0:
            data = data[1:]
        text = data.decode(errors=ERRORS)
        return text[len(text) - min(count, len(text)) :]

    def _read(self, begin: int, end: int) -> bytes:
        return os.pread(self._file.number, end - begin, begin)


def slices(text: str | LongText) -> Iterator[str]:
    """Yield *text*, about a million characters at a time."""
    if isinstance(text, LongText):
        yield from text.slices()
        return
    for begin in range(0, len(text), SLICE):
        yield text[begin : begin + SLICE]


def tail(text: str | LongText, count: int) -> str:
    """Return the last *count* characters of *text*, or all of it."""
    if isinstance(text, LongText):
        return text.tail(count)
    return text[len(text) - min(count, len(text)) :]
