"""The OpenAPI 3.1 document, made from the routes and from what their verbs take and give."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .. import __version__
from ..rest import PREFIX, NbTasksHandler, Operation

_VERBS = ("get", "post", "patch", "put", "delete")
_REFERENCE = "#/components/schemas/{model}"
_PART = re.compile(r"\(\?P<(\w+)>[^)]*\)")

Routes = list[tuple[str, type[NbTasksHandler]]]

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


def document(routes: Routes, base_url: str) -> dict[str, Any]:
    """Return the OpenAPI document for *routes* of a server at *base_url*."""
    operations = [
        (pattern, verb, handler, operation)
        for pattern, handler in routes
        for verb in _VERBS
        if (operation := getattr(getattr(handler, verb), "operation", None))
    ]
    paths: dict[str, dict[str, Any]] = {}
    for pattern, verb, handler, operation in operations:
        path = _PART.sub(r"{\1}", pattern).removeprefix(PREFIX)
        paths.setdefault(path, {})[verb] = _operation(pattern, verb, handler, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter_nbtasks",
            "version": __version__,
            "description": "Run, parameterise and observe notebooks as jobs.",
        },
        "servers": [{"url": f"{base_url.rstrip('/')}{PREFIX}"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas([operation for *_, operation in operations]),
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "Authorization"}
            },
        },
    }


def _operation(
    pattern: str, verb: str, handler: type[NbTasksHandler], operation: Operation
) -> dict[str, Any]:
    summary = (getattr(handler, verb).__doc__ or "").strip()
    described: dict[str, Any] = {
        "summary": summary,
        "operationId": f"{verb}_{handler.__name__.removesuffix('Handler').lower()}",
        "parameters": [*_path_parameters(pattern), *_query_parameters(operation)],
        "responses": {str(operation.status): _answer(operation), "default": _refusal()},
    }
    if operation.body is not None:
        schema = {"$ref": _REFERENCE.format(model=operation.body.__name__)}
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return described


def _path_parameters(pattern: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PART.findall(pattern)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.status == 204:
        return {"description": "Done; nothing to say."}
    schema: dict[str, Any] = {}
    if operation.answer is not None:
        schema = {"$ref": _REFERENCE.format(model=operation.answer.__name__)}
    content = {kind: {"schema": schema} for kind in operation.content_types}
    return {"description": "As asked.", "content": content}


def _refusal() -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model="Error")}
    return {"description": "Refused.", "content": {"application/json": {"schema": schema}}}


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    bodies = {op.body for op in operations if op.body is not None}
    answers = {op.answer for op in operations if op.answer is not None}
    asked: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in bodies]
    given: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in answers]
    ordered = sorted([*asked, *given], key=lambda entry: entry[0].__name__)
    _, schemas = models_json_schema(ordered, ref_template=_REFERENCE, by_alias=True)
    return {**schemas.get("$defs", {}), "Error": _ERROR}
