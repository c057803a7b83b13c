"""Reads what was sent: the query, a form, a multipart body and a JSON body are all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InvalidRequest, invalid_field
from ...rest.schemas import parse_json
from .forms import Upload


async def read_values(request: Any, *, has_form: bool = True) -> dict[str, Any]:
    """Return each parameter of a tornado *request*: a text, an `Upload`, or what its JSON has.

    The last of several with one name counts, and one in the body goes before one in the query;
    without *has_form* the body is not looked at. Raises InvalidRequest.
    """
    if not has_form:
        return {name: _text(name, sent[-1]) for name, sent in request.query_arguments.items()}
    arguments = request.query_arguments | request.body_arguments
    texts = {name: _text(name, sent[-1]) for name, sent in arguments.items()}
    files = {
        name: Upload(name=sent[-1].filename, content=sent[-1].body)
        for name, sent in request.files.items()
    }
    return texts | files | await _json(request)


def read_format(values: Mapping[str, Any], accepted: str, formats: Sequence[str]) -> str:
    """Return which of *formats* the *values* ask for; raises InvalidRequest.

    Where they ask for none, it is HTML if that is *accepted*, and otherwise the first of them.
    """
    asked = values.get("f")
    if not asked:
        return "html" if "text/html" in accepted else formats[0]
    if asked not in formats:
        msg = f"'f' must be one of {', '.join(sorted(formats))}."
        raise invalid_field("f", msg)
    return str(asked)


async def _json(request: Any) -> dict[str, Any]:
    if "json" not in request.headers.get("Content-Type", ""):
        return {}
    body = await asyncio.to_thread(parse_json, request.body or b"{}")
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
