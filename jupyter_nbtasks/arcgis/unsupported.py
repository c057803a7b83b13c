"""What the ArcGIS REST API has and a Jupyter server has not, with the reason."""

from __future__ import annotations

from ..rest.handlers import Routes
from .surface.base import ArcgisServices
from .surface.rest import unsupported

_MACHINES = "it manages machines and sites of ArcGIS, and this is one Jupyter server."
_SECURITY = "the server's own identity provider and authorizer say who may do what."
_FOLDERS = "its folders are the settings ServerApp.root_dir and NbTasksApp.data_dir."

ROUTES = Routes[ArcgisServices](
    [
        unsupported("admin/clusters", _MACHINES),
        unsupported("admin/createNewSite", _MACHINES),
        unsupported("admin/data", "data stores are part of ArcGIS Enterprise."),
        unsupported("admin/deleteSite", _MACHINES),
        unsupported("admin/exportSite", _MACHINES),
        unsupported("admin/importSite", _MACHINES),
        unsupported("admin/joinSite", _MACHINES),
        unsupported("admin/logs", "the server's log is where its operator sends it."),
        unsupported("admin/machines", _MACHINES),
        unsupported("admin/mode", _MACHINES),
        unsupported("admin/security", _SECURITY),
        unsupported("admin/site", _MACHINES),
        unsupported("admin/system/directories", _FOLDERS),
        unsupported("admin/system/licenses", "it needs no licence."),
        unsupported("admin/system/webadaptors", "any proxy may stand in front of it."),
        unsupported("admin/usagereports", "see the usage of jobs under nbtasks/api/usage."),
        unsupported("sharing/rest/oauth2", "send the server's token, or use generateToken."),
    ]
)
