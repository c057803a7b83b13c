"""Bodies that no client would send: each address refuses them in words, whatever it is for."""

from __future__ import annotations

import re
from types import SimpleNamespace
from urllib.parse import urlencode

import nbformat
import pytest

from jupyter_nbtasks.arcgis.handlers import ROUTES as ARCGIS_ROUTES

from ..webhooks.conftest import SECRET
from ..webhooks.conftest import deliver as deliver
from .test_auth import ROUTES as EVERY_ROUTE
from .test_auth import verbs

DEEP = 100_000
HOSTILE = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "brackets": b'{"parameters": ' + b"[" * DEEP,
    "brackets, closed": b'{"parameters": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "braces": b'{"x":' * DEEP + b"1" + b"}" * DEEP,
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "half a character": b'{"name": "\\ud800"}',
    "digits": b'{"priority": ' + b"9" * 5000 + b"}",
    "too large a number": b'{"timeout": 1e400}',
    "no number": b'{"timeout": NaN}',
    "minus infinity": b'{"parameters": {"x": [-Infinity]}}',
    "one key twice": b'{"name": "x", "name": 5}',
    "NUL": b'{"name": "\\u0000"}',
}
NATIVE = [route for route in EVERY_ROUTE if route not in ARCGIS_ROUTES]
KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


def nested(depth):
    """JSON of that many lists, each inside another."""
    return b"[" * depth + b"]" * depth


# These are JSON, and may be refused or kept, as long as it is one of the two.
VALUES = {
    "nested": nested(50),
    "nested deeply": nested(190),
    "nested more deeply": nested(900),
    "a large number": b"1" + b"0" * 400,
    "a number near the largest": b"-1.7e308",
    "too large a number": b"1e400",
    "no number": b"NaN",
    "NUL": b'"\\u0000"',
    "half a character": b'"\\ud800"',
    "a long text": b'"' + b"x" * 300_000 + b'"',
    "a long name": b'{"' + b"x" * 300_000 + b'": 1}',
    "many names": b"{" + b",".join(b'"x%d": %d' % (n, n) for n in range(20_000)) + b"}",
    "one key twice": b'{"x": 1, "x": "2"}',
}


def bodied(routes):
    """Each ``(method, address)`` that takes a body."""
    return [
        (verb.upper(), re.sub(r"\(.*?\)", "x", pattern).removesuffix("/?"))
        for pattern, handler in routes
        for verb, method in verbs(handler).items()
        if method.operation.body is not None
    ]


def complaint(answered, codes):
    """What is wrong with an answer that is to have one of *codes*."""
    if answered.code not in codes:
        return f"{answered.code} {answered.body[:200]}"
    return "a traceback" if b"Traceback" in answered.body else None


@pytest.fixture
def idle(app, api, jp_asyncio_loop):
    """The client of a server that takes no jobs."""
    jp_asyncio_loop.run_until_complete(app.assembly.jobs.worker.stop())
    return api


async def test_every_address_that_takes_a_body_refuses_what_is_none(idle):
    wrong = []
    assert len(bodied(NATIVE)) >= 15
    for method, address in bodied(NATIVE):
        for name, body in HOSTILE.items():
            answered = await idle.raw(method, address.removeprefix("/nbtasks/api/"), body)
            # Nothing may be enough, and a tool's values are looked at only once it is there.
            codes = (400, 404, 201) if name == "nothing" or "tools/" in address else (400,)
            if found := complaint(answered, codes):
                wrong.append((method, address, name, found))
    assert wrong == []


async def test_every_address_of_arcgis_survives_it_as_json_and_as_a_form(
    idle, jp_serverapp, http_server_client, jp_base_url, jp_auth_header
):
    wrong = []
    for method, address in bodied(ARCGIS_ROUTES):
        url = f"{jp_base_url.rstrip('/')}{address}?f=json"
        for name, body in HOSTILE.items():
            for kind in KINDS if method == "POST" else KINDS[:1]:
                headers = {**jp_auth_header, "Content-Type": kind}
                sent = {"method": method, "body": body, "headers": headers}
                answered = await http_server_client.fetch(url, raise_error=False, **sent)
                if found := complaint(answered, range(200, 500)):
                    wrong.append((method, address, name, kind, found))
    # A kernel whose port another has taken would hold up the end of the server if asked politely.
    await jp_serverapp.kernel_manager.shutdown_all(now=True)
    assert wrong == []


@pytest.mark.parametrize("nbtasks_config", [{"max_notebook_bytes": 1000}])
async def test_a_body_that_is_too_large_is_refused_before_it_is_looked_at(
    idle, http_server_client, jp_base_url, jp_auth_header
):
    wrong = []
    for method, address in bodied(EVERY_ROUTE):
        headers = {**jp_auth_header, "Content-Type": "application/json"}
        sent = {"method": method, "body": b" " * 1_003_001 + b"{", "headers": headers}
        url = f"{jp_base_url.rstrip('/')}{address}?f=json"
        answered = await http_server_client.fetch(url, raise_error=False, **sent)
        # Some of that API's errors have no such status.
        if answered.code not in (400, 413) or b"more than 1,003,000 bytes" not in answered.body:
            wrong.append((method, address, complaint(answered, (413,))))
    assert wrong == []


@pytest.mark.parametrize("nbtasks_config", [{"max_notebook_bytes": 1000}])
async def test_a_notebook_that_is_sent_may_be_as_large_as_a_file(idle):
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1" * 1000)])
    for address in ("jobs", "parameters"):
        answered = await idle.raw("POST", address, {"content": content})
        assert (answered.code, answered.json["reason"]) == (413, "too_large")


def notebook_with(value):
    """A notebook that has the JSON *value* among its metadata."""
    cell = b'{"cell_type": "code", "id": "a", "metadata": {"x": %s}, "source": "1", ' % value
    cell += b'"outputs": [], "execution_count": null}'
    return b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"x": %s}, "cells": [%s]}' % (
        value,
        cell,
    )


def entrances(value):
    """What is sent with *value* in it, to whom."""
    work = b'"notebook": "work.ipynb", "parameters": {"given": %s}' % value
    inline = b'{"content": %s}' % notebook_with(value)
    return [
        ("jobs", b"{%s}" % work),
        ("jobs", inline),
        ("jobs", b'{"notebook": "work.ipynb", "env": {"X": %s}, "tags": [%s]}' % (value, value)),
        ("parameters", inline),
        ("schedules", b'{%s, "cron": "0 9 * * *"}' % work),
        ("snapshots", b'{"path": "work.ipynb", "content": %s}' % notebook_with(value)),
        ("webhooks", b'{%s, "secret": "%s"}' % (work, SECRET.encode())),
        ("tools/t/run", b'{"parameters": {"given": %s}}' % value),
    ]


@pytest.fixture
def execute(http_server_client, jp_base_url, jp_auth_header):
    """Run ``work.ipynb`` as a client for ArcGIS asks for it, with *value* as a parameter."""

    async def execute(value, kind):
        asked = {"f": "json", "itemId": "work.ipynb"}
        if kind == "application/json":
            body = b'{"notebookParameters": {"given": %s}, "itemId": "work.ipynb"}' % value
        else:
            body = urlencode(asked | {"notebookParameters": b'{"given": %s}' % value})
        url = f"{jp_base_url}nbtasks/arcgis/admin/notebooks/executeNotebook?f=json"
        headers = {**jp_auth_header, "Content-Type": kind}
        sent = {"method": "POST", "body": body, "headers": headers}
        return await http_server_client.fetch(url, raise_error=False, **sent)

    return execute


async def test_a_value_that_no_client_would_send_is_refused_or_kept_and_shown(
    idle, notebook, jp_root_dir, deliver, execute
):
    notebook("print(given)", parameters="given = None\npayload = None")
    await idle("POST", "tools", {"name": "t", "notebook": "work.ipynb"})
    hook = await idle("POST", "webhooks", {"notebook": "work.ipynb", "secret": SECRET})
    wrong, kept = [], set()

    def look(answered, address, name, codes=(200, 201, 202, 400)):
        kept.add((name, address) if answered.code < 300 else None)
        if found := complaint(answered, codes):
            wrong.append((address, name, found))

    for name, value in VALUES.items():
        for address, body in entrances(value):
            look(await idle.raw("POST", address, body), address, name)
        (jp_root_dir / "odd.ipynb").write_bytes(notebook_with(value))
        look(await idle.raw("POST", "jobs", {"notebook": "odd.ipynb"}), "a file", name)
        look(await idle.raw("POST", "snapshots", {"path": "odd.ipynb"}), "its snapshot", name)
        for kind in KINDS[:2]:
            look(await execute(value, kind), kind, name)
        code, _ = await deliver(hook["id"], b'{"x": %s}' % value)
        look(SimpleNamespace(code=code, body=b""), "a delivery", name, (202, 400, 409, 413))
    assert wrong == []
    nested = {"jobs", "schedules", "webhooks", "tools/t/run", "a file", "a delivery", *KINDS[:2]}
    assert {("nested", address) for address in nested} <= kept
    for listed in ("jobs", "schedules", "snapshots", "webhooks", "tools"):
        for one in (await idle("GET", listed, limit="500"))["items"]:
            key = one["name"] if listed == "tools" else one["id"]
            assert (await idle.raw("GET", f"{listed}/{key}")).code == 200
