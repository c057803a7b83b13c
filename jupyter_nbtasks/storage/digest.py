"""What a document is known by. Pure."""

from __future__ import annotations

import hashlib
from mmap import mmap


def digest(data: bytes | memoryview | mmap) -> str:
    """Return the SHA-256 of *data* in 64 hex digits, as Jupyter's Contents gives it."""
    return hashlib.sha256(data).hexdigest()
