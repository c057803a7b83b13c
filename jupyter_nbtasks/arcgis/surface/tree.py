"""The addresses of the surface as a tree: what is below what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

PREFIX = "/nbtasks/arcgis"

# The last part of an address that stands for itself and all that is below it.
EVERYTHING = "**"

_PART = re.compile(r"<(\w+)>")
_PATH = re.compile(r"<(\w+)\*>")


@dataclass(frozen=True, kw_only=True)
class Route:
    """An address such as ``admin/system/jobs/<job_id>`` and the handler behind it.

    A last part such as ``<path*>`` stands for several, slashes and all.
    """

    address: str
    handler: Any

    @property
    def segments(self) -> list[str]:
        """The parts of the address."""
        return self.address.split("/") if self.address else []

    @property
    def name(self) -> str:
        """The last part."""
        return self.address.rpartition("/")[2]

    @property
    def key(self) -> str | None:
        """What the last part stands for, where it is not fixed: ``job_id``."""
        found = _PART.fullmatch(self.name)
        return found[1] if found else None

    @property
    def is_operation(self) -> bool:
        """Whether something is done there, by POST, and not shown."""
        return bool(self.handler.is_operation)

    @property
    def about(self) -> str:
        """What its verb says of it."""
        verb = getattr(self.handler, "post" if self.is_operation else "get")
        return (verb.__doc__ or "").strip().split("\n")[0]

    @property
    def pattern(self) -> str:
        """The same for tornado; a slash at the end is welcome."""
        path = _PART.sub(r"(?P<\1>[^/]+)", "/".join(["", *self.segments]))
        path = _PATH.sub(r"(?P<\1>.+)", path)
        if self.name == EVERYTHING:
            return PREFIX + path.removesuffix(f"/{EVERYTHING}") + "(?:/.*)?"
        return f"{PREFIX}{path}/?"

    def is_parent_of(self, other: Route) -> bool:
        """Whether *other* is one step below."""
        if not other.segments or other.name == EVERYTHING or _PATH.fullmatch(other.name):
            return False
        return [_PART.sub("<>", s) for s in other.segments[:-1]] == [
            _PART.sub("<>", s) for s in self.segments
        ]


class Tree:
    """All routes; a fixed part goes before one that stands for something."""

    def __init__(self, routes: Iterable[tuple[str, Any]]) -> None:
        made = (Route(address=address, handler=handler) for address, handler in routes)
        self.routes = sorted(made, key=_in_order)

    def at(self, path: str) -> Route | None:
        """Return the route of *path*, which begins with our prefix."""
        return next((r for r in self.routes if re.fullmatch(r.pattern, path)), None)

    def below(self, route: Route | None) -> list[Route]:
        """Return the routes one step below."""
        return [] if route is None else [r for r in self.routes if route.is_parent_of(r)]

    def trail(self, path: str) -> list[tuple[str, str]]:
        """Return ``(name, path)`` of *path* and of all above that are an address."""
        parts = path.removeprefix(PREFIX).strip("/").split("/")
        steps = [(unquote(part), steps_to(parts[: i + 1])) for i, part in enumerate(parts) if part]
        return [("arcgis", PREFIX), *(step for step in steps if self.at(step[1]))]


def _in_order(route: Route) -> list[tuple[bool, bool, str]]:
    return [(part == EVERYTHING, "<" in part, part) for part in route.segments]


def steps_to(parts: Sequence[str]) -> str:
    """Return the path of these parts, which are quoted already."""
    return "/".join([PREFIX, *parts])


def path_of(*parts: str) -> str:
    """Return the path below the server's base URL of an address made of *parts*."""
    return steps_to([quote(part, safe="") for part in parts])
