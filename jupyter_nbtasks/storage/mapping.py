"""A file as if it was in memory, of which little is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from typing import IO

# Between two of these moments no more is read than a disk and a hash are fast.
_FORGET_EVERY = 0.01  # seconds


@contextmanager
def mapped(file: IO[bytes]) -> Iterator[mmap]:
    """Give the bytes of *file*, which is not empty and does not change.

    What was read of them would count as this process's memory until others need it; it is given
    back at once. Raises OSError.
    """
    document = mmap(file.fileno(), 0, access=ACCESS_READ)
    is_over = threading.Event()

    def forget() -> None:
        while not is_over.wait(_FORGET_EVERY):
            document.madvise(MADV_DONTNEED)

    forgetting = threading.Thread(target=forget, daemon=True)
    forgetting.start()
    try:
        yield document
    finally:
        is_over.set()
        forgetting.join()
