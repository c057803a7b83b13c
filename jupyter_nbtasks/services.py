"""What handlers are given of the server, in one value whose types are checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .arcgis.admin.running_kernels import RunningKernels
from .arcgis.files.snippet_library import SnippetLibrary
from .arcgis.jobs.default_template import DefaultTemplate
from .arcgis.surface.tree import Tree
from .arcgis.tasks.cron_fields import Numbering
from .contents.files import Files
from .contents.notebook_files import Contents
from .jobs.follower import JobFollower
from .jobs.service import JobService
from .kernels.check import KernelChecker
from .kernels.environments import Environments
from .rest.access import Access
from .rest.handlers import NbTasksHandler
from .schedules.service import ScheduleService
from .server.service import ServerService
from .snapshots.service import SnapshotService
from .tools.caller import ToolCaller
from .tools.service import ToolService
from .webhooks.service import WebhookService


@dataclass(frozen=True, kw_only=True)
class Services:
    """All that any handler needs; each module of handlers says which of these it uses.

    *ready* waits until requests can be served. Sizes are in bytes, waits in seconds.
    """

    access: Access
    ready: Callable[[], Awaitable[None]]
    max_body_bytes: int
    api_routes: list[tuple[str, type[NbTasksHandler]]]
    contents: Contents
    jobs: JobService
    follower: JobFollower
    environments: Environments
    schedules: ScheduleService
    snapshots: SnapshotService
    webhooks: WebhookService
    max_payload_bytes: int
    tools: ToolService
    tool_caller: ToolCaller
    max_tool_wait: float
    server: ServerService

    # Only the ArcGIS surface has addresses for these.
    arcgis: Tree
    numbering: Numbering
    most_snapshots: int | None
    site_id: str
    files: Files
    library: SnippetLibrary
    default_template: DefaultTemplate
    running: RunningKernels
    kernel_checker: KernelChecker
