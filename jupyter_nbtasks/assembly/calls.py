"""How the ways in which other systems run notebooks are put together: webhooks and tools."""

from __future__ import annotations

from dataclasses import dataclass

from ..tools.caller import ToolCaller
from ..tools.publisher import ToolPublisher
from ..tools.service import ToolService
from ..tools.store import ToolStore
from ..webhooks.delivery_runner import DeliveryRunner
from ..webhooks.service import WebhookService
from ..webhooks.store import ReceiverStore
from .ground import Ground
from .jobs import Jobs
from .snapshots import Snapshots


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What takes signed requests and calls of tools, and makes jobs of them."""

    webhooks: WebhookService
    tools: ToolService
    tool_caller: ToolCaller


def assemble_calls(ground: Ground, snapshots: Snapshots, jobs: Jobs) -> Calls:
    """Put together what makes *jobs* of signed requests and of calls of tools."""
    root = ground.root or ""
    runner = DeliveryRunner(jobs.submission, jobs.service)
    receivers = ReceiverStore(ground.database, ground.root)
    tools = ToolStore(ground.database, ground.root)
    publisher = ToolPublisher(jobs.submission, snapshots.keeper, ground.blobs)
    return Calls(
        webhooks=WebhookService(receivers, runner, root, ground.now),
        tools=ToolService(tools, publisher, root, ground.now),
        tool_caller=ToolCaller(tools, publisher, jobs.service, jobs.follower),
    )
