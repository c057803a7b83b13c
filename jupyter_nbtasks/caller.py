"""Who is asking, and what they may see. Pure."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """Who is asking; *sees_all* says that they see more than what is theirs."""

    name: str
    sees_all: bool

    @property
    def only(self) -> str | None:
        """The owner to whom lists and look-ups are restricted; None for all."""
        return None if self.sees_all else self.name


def local_user() -> str:
    """Return the name of the person whose program this is: the Hub's, else the system's."""
    if name := os.environ.get("JUPYTERHUB_USER"):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid-{os.getuid()}"
