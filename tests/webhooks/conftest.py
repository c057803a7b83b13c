"""A receiver, and what senders deliver to it."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from tornado.httputil import HTTPHeaders

SECRET = "0123456789abcdef0123456789abcdef"
TAKES = "payload: dict = {}\nregion: str = 'EU'"
REFUSED = {
    "message": "The signature is missing or wrong, or there is no such receiver.",
    "reason": "signature_refused",
    "errors": [],
}


def mac(body, secret=SECRET):
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


@pytest.fixture
def make(api, notebook):
    """Make a receiver of a notebook that prints what it was given."""

    async def make(*sources, parameters=TAKES, **fields):
        path = notebook(*(sources or ["print(payload, region)"]), parameters=parameters)
        return await api("POST", "webhooks", {"notebook": path, "secret": SECRET} | fields)

    return make


@pytest.fixture
def deliver(http_server_client, jp_base_url):
    """Send *body* to a receiver as a sender would, who knows nothing of Jupyter."""

    async def deliver(receiver, body, *, secret=SECRET, content_type="application/json", **headers):
        id = receiver if isinstance(receiver, str) else receiver["id"]
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        signature = f"sha256={mac(sent, secret).hex()}"
        given = {"X-Hub-Signature-256": signature, "Content-Type": content_type}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value for name, value in given.items() if value is not None}
        url = f"{jp_base_url}nbtasks/api/webhooks/{id}/deliver"
        fields = {"method": "POST", "body": sent, "headers": HTTPHeaders(given)}
        answered = await http_server_client.fetch(url, raise_error=False, **fields)
        return answered.code, json.loads(answered.body)

    return deliver
