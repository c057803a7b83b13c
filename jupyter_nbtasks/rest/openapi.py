"""An OpenAPI 3.1 document, made from routes and from what their verbs take and give."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .handlers import PREFIX, NbTasksHandler, OperationDescription

_VERBS = ("get", "post", "patch", "put", "delete")
_REFERENCE = "#/components/schemas/{model}"
_PART = re.compile(r"\(\?P<(\w+)>[^)]*\)")

_ERROR = {
    "type": "object",
    "required": ["message", "reason", "errors"],
    "properties": {
        "message": {"type": "string"},
        "reason": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Api:
    """An API of ours: its routes begin with *prefix*, *error* is the schema of a refusal."""

    title: str
    description: str
    prefix: str
    error: Mapping[str, Any]
    body_types: tuple[str, ...]


NATIVE = Api(
    title="jupyter_nbtasks",
    description="Run, parameterise and observe notebooks as jobs.",
    prefix=PREFIX,
    error=_ERROR,
    body_types=("application/json",),
)


async def document(
    routes: Sequence[tuple[str, type[NbTasksHandler]]], base_url: str, api: Api = NATIVE
) -> dict[str, Any]:
    """Return the OpenAPI document for *routes* of a server at *base_url*, which is made once."""
    return await asyncio.to_thread(_document, tuple(routes), base_url, api)


@lru_cache(maxsize=4)
def _document(
    routes: tuple[tuple[str, type[NbTasksHandler]], ...], base_url: str, api: Api
) -> dict[str, Any]:
    operations = [
        (pattern, verb, handler, operation)
        for pattern, handler in routes
        for verb in _VERBS
        if (operation := getattr(getattr(handler, verb), "operation", None))
    ]
    paths: dict[str, dict[str, Any]] = {}
    for pattern, verb, handler, operation in operations:
        path = _PART.sub(r"{\1}", pattern).removeprefix(api.prefix).removesuffix("/?") or "/"
        described = _operation(pattern, operation, api)
        described["summary"] = (getattr(handler, verb).__doc__ or "").strip()
        described["operationId"] = f"{verb}_{_name(path, handler, api)}"
        paths.setdefault(path, {})[verb] = described
    for path in paths:
        _link(paths, path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": version("jupyter_nbtasks"),
            "description": api.description,
        },
        "servers": [{"url": f"{base_url.rstrip('/')}{api.prefix}"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {
                **_schemas([operation for *_, operation in operations]),
                "Error": dict(api.error),
            },
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "Authorization"}
            },
        },
    }


def _operation(pattern: str, operation: OperationDescription, api: Api) -> dict[str, Any]:
    answers = {str(status): _answer(operation, status) for status in operation.statuses}
    described: dict[str, Any] = {
        "parameters": [*_path_parameters(pattern), *_query_parameters(operation)],
        "responses": answers | {"default": _refusal()},
    }
    if operation.action is None:
        described["security"] = []
    if operation.body is not None:
        schema = {"$ref": _REFERENCE.format(model=operation.body.__name__)}
        described["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": schema} for kind in api.body_types},
        }
    return described


def _link(paths: dict[str, dict[str, Any]], path: str) -> None:
    """Return what can be done with a thing that a POST to *path* has made."""
    made = paths[path].get("post", {}).get("responses", {}).get("201")
    below = f"{path}/{{id}}"
    links = {
        described["operationId"]: {
            "operationId": described["operationId"],
            "parameters": {"id": "$response.body#/id"},
        }
        for other, verbs in paths.items()
        if other == below or other.startswith(f"{below}/")
        for described in verbs.values()
    }
    if made and links:
        made["links"] = links


def _name(path: str, handler: type[NbTasksHandler], api: Api) -> str:
    """Return what tells the operations of an address from others; handlers may have several."""
    if api is NATIVE:
        return handler.__name__.removesuffix("Handler").lower()
    return "_".join(re.findall(r"\w+", path)) or "root"


def _path_parameters(pattern: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PART.findall(pattern)
    ]


def _query_parameters(operation: OperationDescription) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _answer(operation: OperationDescription, status: int) -> dict[str, Any]:
    if status == 204:
        return {"description": "Done; nothing to say."}
    schema: dict[str, Any] = {}
    if operation.answer is not None:
        schema = {"$ref": _REFERENCE.format(model=operation.answer.__name__)}
    content = {kind: {"schema": schema} for kind in operation.content_types}
    return {"description": "As asked.", "content": content}


def _refusal() -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model="Error")}
    return {"description": "Refused.", "content": {"application/json": {"schema": schema}}}


def _schemas(operations: list[OperationDescription]) -> dict[str, Any]:
    bodies = {op.body for op in operations if op.body is not None}
    answers = {op.answer for op in operations if op.answer is not None}
    asked: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in bodies]
    given: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in answers]
    ordered = sorted([*asked, *given], key=lambda entry: entry[0].__name__)
    _, schemas = models_json_schema(ordered, ref_template=_REFERENCE, by_alias=True)
    return dict(schemas.get("$defs", {}))
