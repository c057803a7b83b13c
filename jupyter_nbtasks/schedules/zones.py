"""Which time zone this machine is in."""

from __future__ import annotations

import os
from pathlib import Path

from .recurrence import zone_of

_LOCALTIME = Path("/etc/localtime")


def local_zone() -> str:
    """Return the IANA name of the machine's time zone; UTC where it does not tell one."""
    named = os.environ.get("TZ", "").lstrip(":")
    linked = str(_LOCALTIME.resolve()).partition("zoneinfo/")[2]
    for name in (named, linked):
        try:
            return zone_of(name).key
        except ValueError:
            continue
    return "UTC"
