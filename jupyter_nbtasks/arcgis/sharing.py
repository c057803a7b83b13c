"""As much of the sharing API as a client needs to begin: portal, user, items, a token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Protocol

from ..caller import Caller
from ..contents.notebook_files import Contents
from ..errors import NotFound
from ..rest.handlers import Routes, operation
from ..tools.service import ToolService
from .jobs import items
from .jobs.forms import TokenForm
from .services.answers import SERVICE, item, tool_id
from .site import token_info
from .surface.base import ArcgisServices
from .surface.dialect import milliseconds
from .surface.rest import Folder, Operation, Resource

# A version of ArcGIS Enterprise; clients read it as numbers separated by a dot.
VERSION = "2024.1"

_PRIVILEGES = [
    "portal:user:createItem",
    "portal:user:viewOrgItems",
    "premium:publisher:createNotebooks",
    "premium:publisher:scheduleNotebooks",
]
_ADMIN_PRIVILEGES = ["portal:admin:viewItems", "portal:admin:viewUsers"]


class SharingHandler(Resource):
    """``sharing/rest``."""

    @operation("read")
    async def get(self) -> None:
        """Show the version, and what is below."""
        await self.answer({"currentVersion": VERSION, **self.listing()})


class InfoHandler(Resource):
    """``sharing/rest/info``."""

    @operation(None)
    async def get(self) -> None:
        """Say how to get a token."""
        await self.answer(token_info(self))


class TokenHandler(Operation):
    """``sharing/rest/generateToken``."""

    @operation(None, body=TokenForm)
    async def post(self, form: TokenForm) -> None:
        """Give the server's token to whoever knows its password."""
        address = str(self.request.remote_ip)
        token = await self.services.access.token_for(form.password, address)
        until = datetime.now(UTC) + timedelta(minutes=form.expiration)
        is_safe = self.request.protocol == "https"
        await self.answer({"token": token, "expires": milliseconds(until), "ssl": is_safe})


class SharingServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def site_id(self) -> str: ...

    @property
    def tools(self) -> ToolService: ...


class PortalHandler(Resource):
    """``sharing/rest/portals/<portal_id>``."""

    services: SharingServices

    @operation("read")
    async def get(self, portal_id: str = "self") -> None:
        """Show the portal: this server, and who is asking."""
        self.check(portal_id)
        await self.answer(
            {
                "id": self.services.site_id.replace("-", ""),
                "name": "Jupyter",
                "portalName": "Jupyter",
                "portalMode": "singletenant",
                "portalHostname": self.url().split("://", 1)[1],
                "allSSL": self.request.protocol == "https",
                "user": user(await self.caller()),
            }
        )

    def check(self, portal_id: str) -> None:
        """Refuse another portal than this one; raises NotFound."""
        if portal_id not in ("self", self.services.site_id.replace("-", "")):
            msg = f"There is no portal {portal_id!r}; this one is 'self'."
            raise NotFound(msg)


class ServersHandler(PortalHandler):
    """``sharing/rest/portals/<portal_id>/servers``."""

    @operation("read")
    async def get(self, portal_id: str = "self") -> None:
        """List the notebook servers: this one."""
        self.check(portal_id)
        here = self.url()
        server = {
            "id": self.services.site_id.replace("-", ""),
            "name": self.request.host,
            "url": here,
            "adminUrl": here,
            "isHosted": False,
            "serverType": "ARCGIS_NOTEBOOK_SERVER",
            "serverRole": "FEDERATED_SERVER",
            "serverFunction": "NotebookServer",
        }
        await self.answer({"servers": [server]})


class UsersHandler(Resource):
    """``sharing/rest/community/users``."""

    @operation("read")
    async def get(self) -> None:
        """List the users that the caller may know: themselves."""
        users = [user(await self.caller())]
        await self.answer({"total": 1, "start": 1, "num": 1, "nextStart": -1, "users": users})


class UserHandler(Resource):
    """``sharing/rest/community/users/<username>``."""

    @operation("read")
    async def get(self, username: str) -> None:
        """Show who is asking."""
        caller = await self.caller()
        if username != caller.name:
            msg = f"There is no user {username!r} here; you are {caller.name!r}."
            raise NotFound(msg)
        await self.answer({**user(caller), **self.listing()})


class ItemHandler(Resource):
    """``sharing/rest/content/items/<item_id>``."""

    services: SharingServices

    @operation("read")
    async def get(self, item_id: str) -> None:
        """Show a notebook or a web tool as an item."""
        if (id := tool_id(item_id)) and self.services.contents.file_ids.path_of(item_id) is None:
            tool = await self.services.tools.by_id(id, await self.caller())
            await self.answer(item(tool, self.url("rest", "services", tool.name, SERVICE)))
            return
        model = await items.describe(self.services.contents, item_id)
        owner = self.services.access.sole_owner or (await self.caller()).name
        path = model["path"]
        await self.answer(
            {
                "id": items.id_of(self.services.contents, path),
                "owner": owner,
                "created": milliseconds(model["created"]),
                "modified": milliseconds(model["last_modified"]),
                "name": path,
                "title": PurePosixPath(path).stem,
                "type": "Notebook",
                "typeKeywords": ["Notebook", "Python"],
                "description": None,
                "snippet": None,
                "tags": [],
                "access": "private",
                "size": model["size"],
                "url": self.notebook_url(path),
            }
        )


def user(caller: Caller) -> dict[str, Any]:
    """Return the caller as a user of the portal."""
    privileges = _PRIVILEGES + (_ADMIN_PRIVILEGES if caller.sees_all else [])
    return {
        "username": caller.name,
        "fullName": caller.name,
        "role": "org_admin" if caller.sees_all else "org_publisher",
        "privileges": privileges,
    }


ROUTES = Routes[SharingServices](
    [
        ("sharing", Folder),
        ("sharing/rest", SharingHandler),
        ("sharing/rest/info", InfoHandler),
        ("sharing/rest/generateToken", TokenHandler),
        ("sharing/rest/portals", Folder),
        ("sharing/rest/portals/self", PortalHandler),
        ("sharing/rest/portals/self/servers", ServersHandler),
        ("sharing/rest/portals/<portal_id>", PortalHandler),
        ("sharing/rest/portals/<portal_id>/servers", ServersHandler),
        ("sharing/rest/community", Folder),
        ("sharing/rest/community/users", UsersHandler),
        ("sharing/rest/community/users/<username>", UserHandler),
        ("sharing/rest/content", Folder),
        ("sharing/rest/content/items", Folder),
        ("sharing/rest/content/items/<item_id>", ItemHandler),
    ]
)
