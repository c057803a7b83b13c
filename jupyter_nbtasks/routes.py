"""All addresses of the extension, with the services that their handlers are given."""

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
from .rest.handlers import PREFIX, HandlerServices, NbTasksHandler, Routes, UnknownAddress
from .schedules import handlers as schedule_handlers
from .server import handlers as server_handlers
from .server.service import ServerService
from .services import Services
from .settings import Settings
from .snapshots import handlers as snapshot_handlers
from .tools import handlers as tool_handlers
from .webhooks import handlers as webhook_handlers

Route = tuple[str, type[NbTasksHandler], dict[str, Any]]

_NATIVE: list[tuple[str, type[NbTasksHandler]]] = [
    *snapshot_handlers.ROUTES,
    *job_handlers.ROUTES,
    *schedule_handlers.ROUTES,
    *webhook_handlers.ROUTES,
    *tool_handlers.ROUTES,
    *server_handlers.ROUTES,
]
_UNKNOWN = Routes[HandlerServices]([(rf"{PREFIX}(?:/.*)?", UnknownAddress)])


def routes(
    settings: Settings, assembly: Assembly, server: Any, ready: Callable[[], Awaitable[None]]
) -> list[Route]:
    """Return the addresses, for a Jupyter *server*, of what *assembly* can do.

    *ready* is awaited before each request is served.
    """
    services = services_of(settings, assembly, server, ready)
    return [
        *snapshot_handlers.ROUTES.served_by(services),
        *job_handlers.ROUTES.served_by(services),
        *schedule_handlers.ROUTES.served_by(services),
        *webhook_handlers.ROUTES.served_by(services),
        *tool_handlers.ROUTES.served_by(services),
        *server_handlers.ROUTES.served_by(services),
        *_UNKNOWN.served_by(services),
        *arcgis_handlers.ROUTES.served_by(services),
    ]


def services_of(
    settings: Settings, assembly: Assembly, server: Any, ready: Callable[[], Awaitable[None]]
) -> Services:
    """Return what handlers are given of *assembly* and of a Jupyter *server*."""
    policy, ground, files = settings.policy(), assembly.ground, Files(server.contents_manager)
    template = Path(settings.data_dir) / "template.ipynb"
    return Services(
        access=Access(server.identity_provider, server.authorizer),
        ready=ready,
        max_body_bytes=policy.max_body_bytes,
        api_routes=_NATIVE,
        contents=ground.contents,
        jobs=assembly.jobs.service,
        follower=assembly.jobs.follower,
        environments=ground.environments,
        schedules=assembly.schedules.service,
        snapshots=assembly.snapshots.service,
        webhooks=assembly.calls.webhooks,
        max_payload_bytes=settings.max_payload_bytes,
        tools=assembly.calls.tools,
        tool_caller=assembly.calls.tool_caller,
        max_tool_wait=settings.max_tool_wait,
        server=ServerService(
            ground.kernels,
            server.session_manager,
            ground.contents,
            assembly.jobs.renderer,
            policy,
        ),
        arcgis=arcgis_handlers.TREE,
        numbering=Numbering(settings.arcgis_day_numbers),
        most_snapshots=settings.arcgis_max_snapshots or None,
        site_id=str(uuid5(NAMESPACE_URL, settings.root_name)),
        files=files,
        library=SnippetLibrary(files),
        default_template=DefaultTemplate(template, max_bytes=policy.max_notebook_bytes),
        running=RunningKernels(
            server.kernel_manager, server.session_manager, assembly.jobs.service
        ),
        kernel_checker=KernelChecker(ground.kernels, policy.kernel_start_timeout),
    )
