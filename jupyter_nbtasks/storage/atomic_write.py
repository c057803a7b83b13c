"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def atomic_write(path: Path, data: bytes) -> None:
    """Put *data* in the file *path*, which has all of what it had until it has all of that."""
    aside = path.with_name(f".{secrets.token_hex(8)}")
    try:
        aside.write_bytes(data)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
