"""Paths of the server's files: below its root, and such as a disk can keep. Pure."""

from __future__ import annotations

import os

from ..errors import InvalidRequest

# Of a file or a folder, on most disks.
NAME_BYTES = 255


def clean(path: str) -> str:
    """Return *path* as Contents knows it; raises InvalidRequest if it can lead outside the root."""
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
        msg = f"{path!r} is not a path below the server's root. Give it relative, without '..'."
        raise InvalidRequest(msg, reason="path_outside_root")
    cleaned = "/".join(part for part in parts if part not in ("", "."))
    if not cleaned:
        msg = "Name a notebook: its path below the server's root."
        raise InvalidRequest(msg, reason="not_a_notebook")
    return cleaned


def is_too_long(name: str) -> bool:
    """Whether a file or a folder cannot be called *name*, as it has more than NAME_BYTES bytes."""
    return len(os.fsencode(name)) > NAME_BYTES


def has_control(text: str) -> bool:
    """Whether there are control characters in *text*."""
    return any(ord(character) < 32 or ord(character) == 127 for character in text)


def folders_of(path: str) -> list[str]:
    """Return the folders in which *path* is, the outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]
