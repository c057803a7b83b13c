"""The entry to the surface, and what the admin API says of the server."""

from __future__ import annotations

from typing import Any, Protocol

from ..rest.handlers import Routes, operation
from .surface.base import ArcgisServices
from .surface.rest import Folder, Resource

# The version of ArcGIS Notebook Server whose answers these are.
VERSION = "11.4.0"


class SiteServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def site_id(self) -> str: ...


class AdminHandler(Resource):
    """``admin``."""

    services: SiteServices

    @operation("read")
    async def get(self) -> None:
        """Show the version of the API, and what is below."""
        await self.answer({**self.listing(), "siteId": self.services.site_id, "version": VERSION})


class AdminInfoHandler(Resource):
    """``admin/info``."""

    @operation("read")
    async def get(self) -> None:
        """Show who is asking, and the versions of the API."""
        caller = await self.caller()
        await self.answer(
            {
                "fullVersion": VERSION,
                "currentversion": VERSION,
                "loggedInUser": caller.name,
                "loggedInUserPrivilege": "ADMINISTER" if caller.sees_all else "PUBLISH",
            }
        )


class RestInfoHandler(Resource):
    """``rest/info``."""

    @operation(None)
    async def get(self) -> None:
        """Say how to get a token."""
        await self.answer({"currentVersion": 11.4, "fullVersion": VERSION, **token_info(self)})


def token_info(handler: Resource) -> dict[str, Any]:
    """Return what clients read to learn where tokens come from."""
    where = handler.url("sharing", "rest", "generateToken")
    return {"authInfo": {"isTokenBasedSecurity": True, "tokenServicesUrl": where}}


ROUTES = Routes[SiteServices](
    [
        ("", Folder),
        ("admin", AdminHandler),
        ("admin/info", AdminInfoHandler),
        ("admin/system", Folder),
        ("rest", Folder),
        ("rest/info", RestInfoHandler),
    ]
)
