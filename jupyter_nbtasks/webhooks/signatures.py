"""Whether a delivery was signed with the secret: HMAC-SHA256, in the forms in use. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from .model import Delivery

# Standard Webhooks signs the time too, so that what was recorded cannot be sent again later.
STANDARD = "webhook-signature"
_STANDARD_SECRET = "whsec_"
_TOLERANCE_SECONDS = 300


def is_signed(delivery: Delivery, secret: str, names: Iterable[str], now: datetime) -> bool:
    """Whether one of the headers *names* carries the signature of the delivery by *secret*.

    The signature is the HMAC of the body, in Base64 or in hex digits, with or without
    ``sha256=`` before it. In ``webhook-signature`` it is that of Standard Webhooks, which is good
    for five minutes.
    """
    expected = _mac(secret.encode(), delivery.body)
    found = False
    for name in {name.lower() for name in names}:
        value = delivery.headers.get(name, "")
        if name == STANDARD:
            found |= _is_standard(delivery, secret, value, now)
        else:
            found |= hmac.compare_digest(_decoded(value.strip()), expected)
    return found


def _is_standard(delivery: Delivery, secret: str, value: str, now: datetime) -> bool:
    id, at = (delivery.headers.get(f"webhook-{part}", "") for part in ("id", "timestamp"))
    if not (at.isascii() and at.isdigit() and len(at) < 12):
        return False
    if abs(now.timestamp() - int(at)) > _TOLERANCE_SECONDS:
        return False
    signed = f"{id}.{at}.".encode() + delivery.body
    expected = _mac(_standard_key(secret), signed)
    versions = (signature.partition(",") for signature in value.split())
    given = [_decoded(text) for version, _, text in versions if version == "v1"]
    return any(hmac.compare_digest(one, expected) for one in given)


def _standard_key(secret: str) -> bytes:
    if not secret.startswith(_STANDARD_SECRET):
        return secret.encode()
    return _from_base64(secret.removeprefix(_STANDARD_SECRET)) or secret.encode()


def _decoded(text: str) -> bytes:
    """Return the bytes that *text* writes in hex digits or Base64, none if it does not."""
    if text[:7].lower() == "sha256=":
        text = text[7:]
    if len(text) != 2 * hashlib.sha256().digest_size:
        return _from_base64(text)
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()
