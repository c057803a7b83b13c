"""The one door to Jinja: an answer as a page to read, with links onward and forms to fill in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader

from .dialect import camel, moment
from .forms import Asked, fields
from .tree import Route, Tree

_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text()
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_pages = Environment(loader=FileSystemLoader(_HERE), autoescape=True)
_pages.filters["moment"] = lambda value: f"{moment(value):%Y-%m-%d %H:%M:%S} UTC"

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)

Link = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class OperationForm:
    """A form for an operation, open where it is all that the page is about."""

    name: str
    href: str
    about: str
    fields: Sequence[Asked]
    is_open: bool = False

    @property
    def has_file(self) -> bool:
        """Whether a file is asked for."""
        return any(field.kind == "file" for field in self.fields)


@dataclass(frozen=True, kw_only=True)
class Breadcrumbs:
    """Where a page is: its *path* without the server's *base_url*."""

    tree: Tree
    base_url: str
    path: str

    def links(self) -> dict[str, Any]:
        """Return the way there, and what is below, as parts of a `Page`."""
        route = self.tree.at(self.path)
        below = [one for one in self.tree.below(route) if one.key is None]
        asked = [one for one in below if one.is_operation]
        if route is not None and route.is_operation:
            asked = [route]
        return {
            "trail": [(name, self._full(path)) for name, path in self.tree.trail(self.path)],
            "about": route.about if route else "",
            "resources": [(one.name, self._at(one)) for one in below if not one.is_operation],
            "operations": [
                OperationForm(
                    name=one.name,
                    href=self._full(self.path) if one is route else self._at(one),
                    about=one.about,
                    fields=fields(one.handler.post.operation.body),
                    is_open=one is route,
                )
                for one in asked
            ],
        }

    def entries(self, body: Mapping[str, Any]) -> list[Link]:
        """Return links to what is listed in *body* and has a page of its own."""
        keys = [one.key for one in self.tree.below(self.tree.at(self.path)) if one.key]
        listed = [one for value in body.values() if isinstance(value, list) for one in value]
        named = [
            one[camel(k)]
            for one in listed
            if isinstance(one, dict)
            for k in keys
            if camel(k) in one
        ]
        return [
            (str(name), f"{self._full(self.path)}/{quote(str(name), safe='')}") for name in named
        ]

    def _at(self, route: Route) -> str:
        return f"{self._full(self.path)}/{route.name}"

    def _full(self, path: str) -> str:
        return self.base_url.rstrip("/") + path.rstrip("/")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a page shows: the way to it, links as ``(name, address)``, forms, and the answer."""

    trail: Sequence[Link]
    about: str = ""
    messages: Sequence[str] = ()
    entries: Sequence[Link] = ()
    resources: Sequence[Link] = ()
    operations: Sequence[OperationForm] = ()
    answer: Mapping[str, Any] | None = None
    has_json: bool = False

    def render(self, xsrf: str) -> str:
        """Return the HTML; *xsrf* is the field that lets a form of this page be sent."""
        return _pages.get_template("page.html").render(**vars(self), style=_STYLE, xsrf=xsrf)
