"""The surface's own OpenAPI document."""

from __future__ import annotations

from typing import Any

from ..rest.handlers import operation
from ..rest.openapi import Api, document
from .surface.rest import Resource
from .surface.tree import PREFIX

_ADMIN = {
    "type": "object",
    "required": ["status", "messages", "code"],
    "properties": {
        "status": {"const": "error"},
        "messages": {"type": "array", "items": {"type": "string"}},
        "code": {"type": "integer"},
    },
}
_SHARING = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "details": {"type": "array", "items": {"type": "string"}},
            },
        }
    },
}
_API = Api(
    title="jupyter_nbtasks for clients of ArcGIS",
    description="Notebooks, jobs and what is around them, in the dialect of the ArcGIS REST API.",
    prefix=PREFIX,
    error={"oneOf": [_ADMIN, _SHARING]},
    body_types=("application/x-www-form-urlencoded", "multipart/form-data", "application/json"),
)


class OpenApiHandler(Resource):
    """``openapi.json``."""

    @operation("read")
    async def get(self) -> None:
        """Describe all of this (OpenAPI 3.1)."""
        routes = [(route.pattern, route.handler) for route in self.services.arcgis.routes]
        await self.answer(await document(routes, self.base_url, _API))


ROUTES: list[tuple[str, Any]] = [("openapi.json", OpenApiHandler)]
