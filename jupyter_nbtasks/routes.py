"""All addresses of the extension, with the parts that their handlers are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .arcgis import handlers as arcgis_handlers
from .arcgis.admin.running_kernels import RunningKernels
from .arcgis.files.snippet_library import SnippetLibrary
from .arcgis.jobs.default_template import DefaultTemplate
from .arcgis.tasks.cron_fields import Numbering
from .assembly.assembly import Assembly
from .contents.files import Files
from .jobs import handlers as job_handlers
from .kernels.check import KernelChecker
from .rest.access import Access
from .rest.handlers import PREFIX, NbTasksHandler, UnknownAddress
from .schedules import handlers as schedule_handlers
from .server import handlers as server_handlers
from .server.service import ServerService
from .settings import Settings
from .snapshots import handlers as snapshot_handlers
from .tools import handlers as tool_handlers
from .webhooks import handlers as webhook_handlers

_ROOMS = (
    snapshot_handlers,
    job_handlers,
    schedule_handlers,
    webhook_handlers,
    tool_handlers,
    server_handlers,
)

Route = tuple[str, type[NbTasksHandler], dict[str, Any]]


def routes(
    settings: Settings, assembly: Assembly, server: Any, app_ready: Callable[[], Awaitable[None]]
) -> list[Route]:
    """Return the addresses, for a Jupyter *server*, of what *parts* can do.

    *app_ready* is awaited before each request is served.
    """
    native = [route for room in _ROOMS for route in room.ROUTES]
    policy = settings.policy()
    given: dict[str, Any] = {
        "access": Access(server.identity_provider, server.authorizer),
        "app_ready": app_ready,
        "snapshots": assembly.snapshots.service,
        "jobs": assembly.jobs.service,
        "schedules": assembly.schedules.service,
        "webhooks": assembly.calls.webhooks,
        "max_body_bytes": policy.max_body_bytes,
        "max_payload_bytes": settings.max_payload_bytes,
        "tools": assembly.calls.tools,
        "calling": assembly.calls.tool_caller,
        "max_tool_wait": settings.max_tool_wait,
        "following": assembly.jobs.follower,
        "server": ServerService(
            assembly.ground.kernels, server.session_manager, assembly.ground.contents, policy
        ),
        "api_routes": native,
        "contents": assembly.ground.contents,
        **_for_arcgis(settings, assembly, server),
    }
    unknown = (rf"{PREFIX}(?:/.*)?", UnknownAddress)
    served = [*native, unknown, *arcgis_handlers.ROUTES]
    return [(pattern, handler, given) for pattern, handler in served]


def _for_arcgis(settings: Settings, assembly: Assembly, server: Any) -> dict[str, Any]:
    """Return the parts that nobody but the ArcGIS surface has addresses for."""
    files, policy = Files(server.contents_manager), settings.policy()
    template = Path(settings.data_dir) / "template.ipynb"
    return {
        "arcgis": arcgis_handlers.TREE,
        "numbering": Numbering(settings.arcgis_day_numbers),
        "most_snapshots": settings.arcgis_max_snapshots or None,
        "site_id": str(uuid5(NAMESPACE_URL, settings.root_name)),
        "files": files,
        "library": SnippetLibrary(files),
        "default_template": DefaultTemplate(template, max_bytes=policy.max_notebook_bytes),
        "running": RunningKernels(
            server.kernel_manager, server.session_manager, assembly.jobs.service
        ),
        "kernel_checker": KernelChecker(assembly.ground.kernels, policy.kernel_start_timeout),
    }
