"""What a document is known by."""

from __future__ import annotations

import hashlib
from mmap import mmap

from .mapping import STEP, forget


def digest(data: bytes | memoryview | mmap) -> str:
    """Return the SHA-256 of *data* in 64 hex digits, as Jupyter's Contents gives it."""
    sha256, view = hashlib.sha256(), memoryview(data)
    for begin in range(0, len(view), STEP):
        sha256.update(view[begin : begin + STEP])
        forget(view)
    return sha256.hexdigest()
