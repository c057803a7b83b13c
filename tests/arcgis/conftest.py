"""What tests of the ArcGIS surface say to it: what its clients send, byte for byte."""

from __future__ import annotations

import json
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httputil import HTTPHeaders

PREFIX = "nbtasks/arcgis/"


@pytest.fixture
def jp_base_url():
    return "/user/jane/"


class Client:
    """Sends what the client for ArcGIS sends; *headers* go with every request."""

    def __init__(self, fetch, root, headers):
        self._fetch = fetch
        self.root = root
        self._headers = {"User-Agent": "Geosaurus/2.4.4", "Referer": "http", **headers}

    async def raw(self, method, address, body=None, headers=None, **query):
        """The response whatever its status; a dict as *body* is sent as a form."""
        sent = {**self._headers, **(headers or {})}
        if isinstance(body, dict):
            body = urlencode(body)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        path = address.removeprefix(self.root)
        url = self.root + path + (f"?{urlencode(query)}" if query else "")
        rules = {"raise_error": False, "follow_redirects": False, "allow_nonstandard_methods": True}
        answered = await self._fetch(
            url, method=method, body=body, headers=HTTPHeaders(sent), **rules
        )
        is_json = "json" in answered.headers.get("Content-Type", "")
        return SimpleNamespace(
            code=answered.code,
            headers=answered.headers,
            body=answered.body,
            text=answered.body.decode(errors="replace"),
            json=json.loads(answered.body) if is_json and answered.body else None,
        )

    async def get(self, address, **query):
        """The JSON of a GET that must succeed."""
        answered = await self.raw("GET", address, f="json", **query)
        assert answered.code == 200, answered.text
        return answered.json

    async def post(self, address, **form):
        """The JSON of a POST that must succeed."""
        answered = await self.raw("POST", address, {"f": "json", **form})
        assert answered.code == 200, answered.text
        return answered.json


@pytest.fixture
def connect(app, http_server_client, jp_base_url, jp_http_port):
    """Make a client that sends these headers."""
    root = f"http://127.0.0.1:{jp_http_port}{jp_base_url}{PREFIX}"
    return lambda **headers: Client(AsyncHTTPClient().fetch, root, headers)


@pytest.fixture
def client(connect, jp_serverapp):
    """A client with the server's token, in the header that it uses."""
    token = jp_serverapp.identity_provider.token
    return connect(**{"X-Esri-Authorization": f"Bearer {token}"})


def multipart(fields, **files):
    """The body and the headers of a form in which each is a part; a file is ``(name, bytes)``."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (filename, content) in files.items():
        disposition = f'form-data; name="{name}"; filename="{filename}"'
        kind = "application/octet-stream"
        head = f"--x\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n"
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + b"--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture
def as_person(connect):
    """Make a client in the name of somebody, on a server with the provider ByHeader."""
    xsrf = {"X-XSRFToken": "x", "Cookie": "_xsrf=x"}
    return lambda name: connect(**{"X-User": name, **xsrf})
