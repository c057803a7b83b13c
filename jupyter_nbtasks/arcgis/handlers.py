"""All addresses of the surface, as the server registers them."""

from __future__ import annotations

from typing import Protocol

from ..rest.handlers import Routes
from . import openapi, sharing, site, unsupported
from .admin import configuration, containers, runtimes, templates
from .admin.kernels import KernelServices
from .files import handlers as files
from .files import snippets, workspaces
from .files.base import FileServices
from .jobs import execute, notebooks, opening
from .jobs import handlers as jobs
from .receivers import handlers as receivers
from .services import geoprocessing
from .services import handlers as services
from .snapshots import handlers as snapshots
from .surface.rest import UnknownAddress
from .surface.tree import EVERYTHING, Tree
from .tasks import handlers as tasks
from .tasks import runs

_ROOMS = (
    configuration,
    containers,
    execute,
    files,
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


class SurfaceServices(
    execute.ExecuteServices,
    FileServices,
    geoprocessing.GeoprocessingServices,
    jobs.JobServices,
    KernelServices,
    configuration.LimitServices,
    opening.OpeningServices,
    receivers.ReceiverServices,
    runtimes.RuntimeServices,
    sharing.SharingServices,
    site.SiteServices,
    snapshots.SnapshotServices,
    snippets.SnippetServices,
    tasks.TaskServices,
    templates.TemplateServices,
    Protocol,
):
    """All that the surface needs of the server."""


ROUTES = Routes[SurfaceServices]((route.pattern, route.handler) for route in TREE.routes)
