"""Web tools as an administrator sees them, and as items of the portal. Pure."""

from __future__ import annotations

import re
from typing import Any

from ...tools.model import Tool
from ..snapshots.answers import resource_key
from ..surface.dialect import milliseconds

SERVICE = "GPServer"
# Ours have 28 hexadecimal digits, theirs 32.
_ID = re.compile(r"0000([0-9a-f]{28})")


def item_id(tool: Tool) -> str:
    """Return the item id of a tool: 32 hexadecimal digits."""
    return f"{tool.id[1:]:0>32}"


def tool_id(item_id: str) -> str | None:
    """Return the id of the tool whose item it is, None if it cannot be a tool's."""
    found = _ID.fullmatch(item_id)
    return f"t{found[1]}" if found else None


def shown(tool: Tool, url: str) -> dict[str, Any]:
    """Return *tool* as a service; *url* is where it is called."""
    return {
        "id": item_id(tool),
        "itemId": item_id(tool),
        "type": SERVICE,
        "provider": "notebooks",
        "serviceName": tool.name,
        "description": tool.description,
        "username": tool.owner,
        "url": url,
        "snapshotResourceKey": resource_key(tool.snapshot_id),
        "jsonProperties": {
            "title": tool.title,
            "notebookId": tool.item_id or tool.notebook,
            "tasks": [{"type": "notebook", "name": tool.name}],
        },
    }


def item(tool: Tool, url: str) -> dict[str, Any]:
    """Return *tool* as an item; *url* is where it is called."""
    return {
        "id": item_id(tool),
        "owner": tool.owner,
        "created": milliseconds(tool.created_at),
        "modified": milliseconds(tool.updated_at),
        "name": tool.name,
        "title": tool.title,
        "type": "Geoprocessing Service",
        "typeKeywords": ["Geoprocessing Service", "Web Tool"],
        "description": tool.description,
        "snippet": None,
        "tags": tool.request["tags"],
        "access": "org" if tool.shared else "private",
        "size": -1,
        "url": url,
    }
