"""What the ArcGIS REST API has and a Jupyter server has not, with the reason."""

from __future__ import annotations

from typing import Any

from .rest import unsupported

_MACHINES = "it manages machines and sites of ArcGIS, and this is one Jupyter server."
_SECURITY = "the server's own identity provider and authorizer say who may do what."
_VOLUMES = "notebooks lie in the server's Contents, which need no storage volumes."

ROUTES: list[tuple[str, Any]] = [
    unsupported("admin/clusters", _MACHINES),
    unsupported("admin/data", "data stores are part of ArcGIS Enterprise."),
    unsupported("admin/logs", "the server's log is where its operator sends it."),
    unsupported("admin/machines", _MACHINES),
    unsupported("admin/mode", _MACHINES),
    unsupported("admin/notebooks/snippets", "JupyterLab has no snippets to import them into."),
    unsupported("admin/notebooks/workspaces", _VOLUMES),
    unsupported("admin/security", _SECURITY),
    unsupported("admin/usagereports", "see the usage of jobs under nbtasks/api/usage."),
    unsupported("sharing/rest/oauth2", "send the server's token, or use generateToken."),
]
