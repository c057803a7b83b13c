"""What a delivery brings, and how it reaches the notebook. Pure."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from ..errors import InvalidRequest
from ..jobs.requests import MAX_VARIABLE_BYTES, JobOptions, NotebookOptions
from ..rest.schemas import parse_json, read
from ..storage.digest import digest
from .model import PAYLOAD, Delivery, Receiver

_FORM = "application/x-www-form-urlencoded"
_MAX_FIELDS = 1000


def payload_in(delivery: Delivery) -> Any:
    """Return the JSON value that was delivered; raises InvalidRequest.

    A form is a mapping of its fields, a repeated one a list; one with the only field ``payload``
    is the JSON in it, as GitHub sends it.
    """
    if delivery.content_type == _FORM:
        return _form(delivery.body)
    if delivery.content_type == "application/json" or delivery.content_type.endswith("+json"):
        return parse_json(delivery.body)
    msg = f"Send the payload as application/json or {_FORM}, and say so in Content-Type."
    raise InvalidRequest(msg, reason="unsupported_media_type")


def options_for(
    receiver: Receiver, delivery: Delivery, payload: Any, *, is_parameter: bool
) -> JobOptions:
    """Return how the notebook is run for *delivery*; raises InvalidRequest.

    *payload* becomes a parameter where the notebook has one for it; ``NBTASKS_PAYLOAD`` has it as
    JSON unless it is larger than an environment variable can be.
    """
    told = {"NBTASKS_RECEIVER_ID": receiver.id}
    text = json.dumps(payload)
    if len(text) <= MAX_VARIABLE_BYTES:
        told["NBTASKS_PAYLOAD"] = text
    elif not is_parameter:
        msg = (
            f"The payload has more than {MAX_VARIABLE_BYTES:,} bytes. "
            f"Define a parameter {PAYLOAD!r} in the notebook's parameters cell to take it."
        )
        raise InvalidRequest(msg, reason="too_large")
    known = NotebookOptions.model_fields.keys()
    asked = {name: value for name, value in receiver.request.items() if name in known}
    brought = {PAYLOAD: payload} if is_parameter else {}
    options = {
        **asked,
        "name": receiver.name,
        "parameters": asked["parameters"] | brought,
        "env": asked["env"] | told | _named(delivery),
        "idempotency_key": _key(receiver, delivery),
    }
    return read(JobOptions, options)


def _named(delivery: Delivery) -> dict[str, str]:
    """Return what its sender calls *delivery*, as variables of the environment."""
    said = {"NBTASKS_DELIVERY_ID": delivery.id, "NBTASKS_EVENT": delivery.event}
    return {name: value for name, value in said.items() if value}


def _key(receiver: Receiver, delivery: Delivery) -> str | None:
    if not delivery.id:
        return None
    return f"{receiver.id}-{digest(delivery.id.encode())}"


def _form(body: bytes) -> Any:
    try:
        fields = parse_qs(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        msg = f"The body is not a form in UTF-8 of up to {_MAX_FIELDS:,} fields."
        raise InvalidRequest(msg) from None
    if list(fields) == [PAYLOAD] and len(fields[PAYLOAD]) == 1:
        return parse_json(fields[PAYLOAD][0].encode())
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
