"""The OpenAPI 3.1 document of one tool: what it takes, and how it answers. Pure."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from .answers import CallAnswer
from .fields import schema_of
from .model import Tool

_REFERENCE = "#/components/schemas/{model}"
_ANSWER = {"schema": {"$ref": _REFERENCE.format(model="CallAnswer")}}


def document(tool: Tool, url: str) -> dict[str, Any]:
    """Return the OpenAPI document of *tool*, whose address is *url*."""
    _, schemas = models_json_schema([(CallAnswer, "serialization")], ref_template=_REFERENCE)
    ended, accepted = "The job is over: look at its status.", "The job has yet to end."
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": tool.title, "version": tool.snapshot_id, "description": _told(tool)},
        "servers": [{"url": url}],
        "security": [{"token": []}],
        "paths": {
            "/call": {"post": _call("call", {"200": ended, "202": accepted}, _waiting(tool))},
            "/run": {"post": _call("run", {"201": accepted}, _asked(tool))},
            "/jobs/{id}": {
                "parameters": [id],
                "get": {"operationId": "job", "responses": _answers({"200": "The job."})},
            },
            "/jobs/{id}/cancel": {
                "parameters": [id],
                "post": {"operationId": "cancel", "responses": _answers({"202": accepted})},
            },
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "Authorization"}
            },
        },
    }


def _told(tool: Tool) -> str:
    results = [f"- `{one.name}`: {one.description or one.title}" for one in tool.outputs]
    return "\n".join([tool.description, *(["", "Results:", *results] if results else [])])


def _asked(tool: Tool) -> dict[str, Any]:
    fields = schema_of(tool.inputs)
    return {
        "type": "object",
        "properties": {"parameters": fields, "idempotency_key": {"type": "string"}},
        "required": ["parameters"] if fields["required"] else [],
        "additionalProperties": False,
    }


def _waiting(tool: Tool) -> dict[str, Any]:
    asked = _asked(tool)
    wait = {"type": "number", "minimum": 0, "description": "Seconds."}
    return asked | {"properties": asked["properties"] | {"wait": wait}}


def _call(name: str, said: dict[str, str], schema: dict[str, Any]) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": schema}}, "required": True}
    return {"operationId": name, "requestBody": body, "responses": _answers(said)}


def _answers(said: dict[str, str]) -> dict[str, Any]:
    content = {"application/json": _ANSWER}
    return {code: {"description": text, "content": content} for code, text in said.items()}
