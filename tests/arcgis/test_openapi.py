"""The document that the surface makes of itself is valid, and has every address."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from jupyter_nbtasks.arcgis.handlers import ROUTES
from jupyter_nbtasks.arcgis.surface.tree import PREFIX

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(client, jp_asyncio_loop):
    """The document, as a client gets it."""
    return jp_asyncio_loop.run_until_complete(client.get("openapi.json"))


def test_it_is_valid_openapi(document):
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_has_every_address_and_every_verb(document, jp_base_url):
    expected = {
        (re.sub(r"\(\?P<(\w+)>.*?\)", r"{\1}", pattern.removesuffix("/?")), verb)
        for pattern, handler in ROUTES
        for verb in METHODS
        if hasattr(getattr(handler, verb), "operation")
    }
    paths = document["paths"]
    assert {((PREFIX + p).rstrip("/"), verb) for p in paths for verb in paths[p]} == expected
    assert [server["url"] for server in document["servers"]] == [jp_base_url.rstrip("/") + PREFIX]


def test_each_verb_has_a_summary_and_a_name_of_its_own(document):
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert sorted(set(names)) == sorted(names)
    assert [one["operationId"] for one in operations if not one["summary"].endswith(".")] == []


def test_it_says_what_a_request_takes_and_what_needs_no_token(document):
    execute = document["paths"]["/admin/notebooks/executeNotebook"]["post"]
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "application/json"):
        assert execute["requestBody"]["content"][kind]["schema"]["$ref"].endswith("/ExecuteForm")
    form = document["components"]["schemas"]["ExecuteForm"]
    assert form["required"] == ["itemId"]
    assert form["properties"]["notebookParameters"]["type"] == "object"
    assert document["paths"]["/sharing/rest/generateToken"]["post"]["security"] == []
    assert "security" not in execute
