"""All addresses of the surface, as the server registers them."""

from __future__ import annotations

from ..rest import NbTasksHandler
from . import runs, site, tasks, unsupported
from .rest import UnknownAddress
from .tree import EVERYTHING, Tree

TREE = Tree(
    [*site.ROUTES, *tasks.ROUTES, *runs.ROUTES, *unsupported.ROUTES, (EVERYTHING, UnknownAddress)]
)

ROUTES: list[tuple[str, type[NbTasksHandler]]] = [
    (route.pattern, route.handler) for route in TREE.routes
]
