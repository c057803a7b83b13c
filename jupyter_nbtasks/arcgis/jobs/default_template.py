"""The notebook that a new one begins as: an empty one, or what an administrator has put there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ...errors import InvalidRequest
from ...notebooks import ipynb
from ...storage.atomic_write import atomic_write

_EMPTY = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


class DefaultTemplate:
    """Kept in the file *path*, so that all servers of its folder have it, also after a restart."""

    def __init__(self, path: Path, *, max_bytes: int) -> None:
        self._path = path
        self._max_bytes = max_bytes

    async def read(self) -> bytes:
        """Return the notebook as JSON."""
        try:
            return await asyncio.to_thread(self._path.read_bytes)
        except FileNotFoundError:
            return _EMPTY

    async def replace(self, data: bytes) -> None:
        """Let new notebooks begin as *data*, without its outputs; raises InvalidRequest."""
        if len(data) > self._max_bytes:
            msg = f"The notebook is larger than {self._max_bytes:,} bytes, which is the limit here."
            raise InvalidRequest(msg, reason="too_large")
        await asyncio.to_thread(self._write, data)

    async def restore(self) -> None:
        """Let new notebooks begin empty again."""
        await asyncio.to_thread(self._path.unlink, missing_ok=True)

    def _write(self, data: bytes) -> None:
        notebook, _repairs = ipynb.parse(data)
        atomic_write(self._path, ipynb.write(notebook), 0o600)
