"""Text that only grows: in memory while it is short, in a file without a name once it is long."""

from __future__ import annotations

import os
from tempfile import mkstemp

from .long_text import ERRORS, SLICE, LongText, Mark

# So much of a text is in memory; a job may have hundreds of texts, and a file is open for each
# that is longer.
_IN_MEMORY = 4_000_000  # bytes


class _File:
    """The open file *number*, closed once nobody refers to it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.close(self.number)


class GrowingText:
    """Text that grows at its end; what `since` returns stays as it is."""

    def __init__(self) -> None:
        self._file: _File | None = None
        self._stored = 0
        self._count = 0
        self._rest = bytearray()
        self._room = _IN_MEMORY

    @property
    def end(self) -> Mark:
        """Where what comes next will begin."""
        return Mark(self._stored + len(self._rest), self._count)

    def append(self, text: str) -> None:
        """Take what comes next."""
        self._rest += text.encode(errors=ERRORS)
        self._count += len(text)
        if len(self._rest) >= self._room:
            self._store()

    def since(self, mark: Mark) -> str | LongText:
        """Return what came after *mark*, which was an `end`; a LongText if it is in a file."""
        if mark.size >= self._stored:
            return self._rest[mark.size - self._stored :].decode(errors=ERRORS)
        count = self._count - mark.characters
        return LongText(self._file, (mark.size, self._stored), bytes(self._rest), count)

    def _store(self) -> None:
        try:
            if self._file is None:
                self._file = _unnamed()
            with memoryview(self._rest) as rest:
                written = 0
                while written < len(rest):
                    part = rest[written : written + SLICE]
                    written += os.pwrite(self._file.number, part, self._stored + written)
        except OSError:
            # Without room on the disk it stays in memory; looking again at once would be slow.
            self._room = 2 * len(self._rest)
            return
        self._stored += len(self._rest)
        self._rest, self._room = bytearray(), SLICE


def _unnamed() -> _File:
    number, path = mkstemp()
    file = _File(number)
    os.unlink(path)
    return file
