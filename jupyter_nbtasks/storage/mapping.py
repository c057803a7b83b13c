"""A file as if it was in memory, of which little is."""

from __future__ import annotations

import mmap
from typing import IO, Any

# So much of a document is read at a time before its memory is given back.
STEP = 10_000_000
_DONTNEED = getattr(mmap, "MADV_DONTNEED", None)


def mapped(file: IO[bytes]) -> mmap.mmap:
    """Return the bytes of *file*, which is not empty and does not change; raises OSError."""
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def forget(document: Any) -> None:
    """Give back the memory of what was read of *document*, or of what it is a view of, if mapped.

    It would count as this process's until others need it, and is read again where it is needed.
    """
    whole = document.obj if isinstance(document, memoryview) else document
    if isinstance(whole, mmap.mmap) and _DONTNEED is not None:
        whole.madvise(_DONTNEED)
