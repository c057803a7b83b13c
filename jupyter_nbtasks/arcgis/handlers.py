"""All addresses of the surface, as the server registers them."""

from __future__ import annotations

from ..rest.handlers import NbTasksHandler
from . import (
    configuration,
    containers,
    dataaccess,
    execution,
    geoprocessing,
    jobs,
    notebooks,
    openapi,
    opening,
    receivers,
    runs,
    runtimes,
    services,
    sharing,
    site,
    snapshots,
    snippets,
    tasks,
    templates,
    unsupported,
    workspaces,
)
from .rest import UnknownAddress
from .tree import EVERYTHING, Tree

_ROOMS = (
    configuration,
    containers,
    dataaccess,
    execution,
    geoprocessing,
    jobs,
    notebooks,
    openapi,
    opening,
    receivers,
    runs,
    runtimes,
    services,
    sharing,
    site,
    snapshots,
    snippets,
    tasks,
    templates,
    unsupported,
    workspaces,
)

TREE = Tree([*(route for room in _ROOMS for route in room.ROUTES), (EVERYTHING, UnknownAddress)])

ROUTES: list[tuple[str, type[NbTasksHandler]]] = [
    (route.pattern, route.handler) for route in TREE.routes
]
