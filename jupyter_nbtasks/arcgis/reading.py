"""Reads what was sent: the query, a form, a multipart body and a JSON body are all the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from ..errors import InvalidRequest, invalid_field
from .forms import Upload

_FORMATS = ("html", "json", "pjson")


async def read_values(request: Any) -> dict[str, Any]:
    """Return each parameter of a tornado *request*: a text, an `Upload`, or what its JSON has.

    Of several by one name the last counts, and one in the body before one in the query. Raises
    InvalidRequest.
    """
    arguments = request.query_arguments | request.body_arguments
    texts = {name: _text(name, sent[-1]) for name, sent in arguments.items()}
    files = {
        name: Upload(name=sent[-1].filename, content=sent[-1].body)
        for name, sent in request.files.items()
    }
    return texts | files | await _json(request)


def read_format(values: Mapping[str, Any], accepted: str) -> str:
    """Return what *values* ask for; else HTML where it is *accepted*; raises InvalidRequest."""
    asked = values.get("f")
    if not asked:
        return "html" if "text/html" in accepted else "json"
    if asked not in _FORMATS:
        msg = f"'f' must be one of {', '.join(_FORMATS)}."
        raise invalid_field("f", msg)
    return str(asked)


async def _json(request: Any) -> dict[str, Any]:
    if "json" not in request.headers.get("Content-Type", ""):
        return {}
    try:
        body = await asyncio.to_thread(json.loads, request.body or b"{}")
    except (ValueError, RecursionError) as error:
        msg = "The body is not valid JSON."
        raise InvalidRequest(msg) from error
    if not isinstance(body, dict):
        msg = "The body must be a JSON object."
        raise InvalidRequest(msg)
    return body


def _text(name: str, sent: bytes) -> str:
    try:
        return sent.decode()
    except UnicodeDecodeError:
        msg = f"'{name}' must be text in UTF-8."
        raise invalid_field(name, msg) from None
