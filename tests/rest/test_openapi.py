"""The document that the server makes of itself is valid, complete, and what it answers."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from openapi_spec_validator import OpenAPIV31SpecValidator

from jupyter_nbtasks import __version__
from jupyter_nbtasks.jobs.handlers import ROUTES as JOB_ROUTES
from jupyter_nbtasks.rest.handlers import PREFIX
from jupyter_nbtasks.schedules.handlers import ROUTES as SCHEDULE_ROUTES
from jupyter_nbtasks.server.handlers import ROUTES as SERVER_ROUTES
from jupyter_nbtasks.snapshots.handlers import ROUTES as SNAPSHOT_ROUTES
from jupyter_nbtasks.tools.handlers import ROUTES as TOOL_ROUTES
from jupyter_nbtasks.webhooks.handlers import ROUTES as WEBHOOK_ROUTES

METHODS = ("get", "post", "put", "patch", "delete")
SOURCE = {"source": "year: int = 2026  # of the report\nregion: str", "language": "python"}


@pytest.fixture
def document(api, jp_asyncio_loop):
    """The document, as a client gets it."""
    return jp_asyncio_loop.run_until_complete(api("GET", "openapi.json"))


@pytest.fixture
def faults(api, document):
    """Send a request; return where the answer differs from what the document says of it."""

    # Exactly what is described, and nothing besides.
    closed = {
        name: {"additionalProperties": False, **schema}
        for name, schema in document["components"]["schemas"].items()
        if "properties" in schema
    }
    components = {"schemas": document["components"]["schemas"] | closed}

    async def check(method, at, body=None, id="", **query):
        address = at.format(id=id, name=id).removeprefix("/")
        answered = await api.raw(method.upper(), address, body, **query)
        responses = document["paths"][at][method]["responses"]
        said = responses.get(str(answered.code), responses["default"])
        schema = said["content"]["application/json"]["schema"]
        found = Draft202012Validator(schema | {"components": components})
        return [f"{fault.json_path}: {fault.message}" for fault in found.iter_errors(answered.json)]

    return check


def test_it_is_valid_openapi(document):
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    for schema in document["components"]["schemas"].values():
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["version"] == __version__


def test_it_has_every_address_and_every_verb(document, jp_base_url):
    expected = {
        (re.sub(r"\(\?P<(\w+)>.*?\)", r"{\1}", pattern), verb)
        for pattern, handler in [
            *SNAPSHOT_ROUTES,
            *JOB_ROUTES,
            *SCHEDULE_ROUTES,
            *WEBHOOK_ROUTES,
            *TOOL_ROUTES,
            *SERVER_ROUTES,
        ]
        for verb in METHODS
        if hasattr(getattr(handler, verb), "operation")
    }
    paths = document["paths"]
    assert {(PREFIX + path, verb) for path in paths for verb in paths[path]} == expected
    assert [server["url"] for server in document["servers"]] == [
        f"{jp_base_url.rstrip('/')}{PREFIX}"
    ]


def test_each_verb_has_a_summary_and_a_name_of_its_own(document):
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert sorted(set(names)) == sorted(names)
    assert [one["operationId"] for one in operations if not one["summary"].endswith(".")] == []


async def test_a_job_is_answered_as_it_says(api, notebook, faults):
    path = notebook("1 / 0", parameters="year: int = 2026")
    body = {"notebook": path, "parameters": {"year": 2027}, "tags": ["a"], "timeout": 60}
    assert await faults("post", "/jobs", body) == []
    job = (await api("GET", "jobs"))["items"][0]
    ended = await api.ended(job["id"])
    assert ended["error"]["traceback"]
    assert await faults("get", "/jobs/{id}", id=job["id"]) == []
    assert await faults("get", "/jobs") == []
    assert await faults("post", "/jobs/{id}/rerun", {}, id=job["id"]) == []
    assert await faults("get", "/usage", by="notebook") == []


async def test_a_schedule_is_answered_as_it_says(api, notebook, faults):
    path = notebook("1")
    body = {"notebook": path, "interval": 1, "max_occurrences": 1, "tags": ["a"]}
    assert await faults("post", "/schedules", body) == []
    [made] = (await api("GET", "schedules"))["items"]
    while not (jobs := (await api("GET", "jobs"))["items"]):
        await api.next_change()
    await api.ended(jobs[0]["id"])
    assert await faults("get", "/schedules") == []
    assert await faults("get", "/schedules/{id}", id=made["id"]) == []
    assert await faults("get", "/schedules/{id}/occurrences", id=made["id"]) == []
    change = {"cron": "0 9 * * 1-5", "max_occurrences": None}
    assert await faults("patch", "/schedules/{id}", change, id=made["id"]) == []
    for verb in ("pause", "resume", "run"):
        assert await faults("post", f"/schedules/{{id}}/{verb}", id=made["id"]) == []
    assert await faults("post", "/schedules/preview", {"cron": "30 2 * * *"}) == []


async def test_a_snapshot_is_answered_as_it_says(api, notebook, faults):
    notebook("1")
    assert await faults("post", "/snapshots", {"path": "work.ipynb", "name": "a"}) == []
    [made] = (await api("GET", "snapshots"))["items"]
    notebook("2")
    assert await faults("get", "/snapshots", path="work.ipynb") == []
    assert await faults("get", "/snapshots/{id}", id=made["id"]) == []
    assert await faults("get", "/snapshots/{id}/diff", id=made["id"]) == []
    assert await faults("patch", "/snapshots/{id}", {"private": True}, id=made["id"]) == []
    for _ in range(2):
        assert await faults("post", "/snapshots/{id}/restore", {}, id=made["id"]) == []
    path = {"path": "new.ipynb"}
    assert await faults("post", "/snapshots/{id}/save-as", path, id=made["id"]) == []


async def test_a_receiver_is_answered_as_it_says(api, notebook, faults):
    assert await faults("post", "/webhooks", {"notebook": notebook("1"), "tags": ["a"]}) == []
    assert await faults("get", "/webhooks") == []
    [made] = (await api("GET", "webhooks"))["items"]
    assert await faults("get", "/webhooks/{id}", id=made["id"]) == []
    assert await faults("get", "/webhooks/{id}/validate", id=made["id"]) == []
    assert await faults("patch", "/webhooks/{id}", {"timeout": 60}, id=made["id"]) == []
    for verb in ("enable", "disable", "renew"):
        body = {} if verb == "renew" else None
        assert await faults("post", f"/webhooks/{{id}}/{verb}", body, id=made["id"]) == []
    assert await faults("post", "/webhooks/{id}/deliver", {}, id=made["id"]) == []


async def test_a_tool_is_answered_as_it_says(api, notebook, faults):
    source = "region: str = 'EU'\nlimit: int = 3"
    result = {"name": "rows", "type": "Long"}
    body = {"name": "t", "notebook": notebook("1", parameters=source), "results": [result]}
    assert await faults("post", "/tools", body) == []
    assert await faults("get", "/tools") == []
    assert await faults("get", "/tools/{name}", id="t") == []
    assert await faults("patch", "/tools/{name}", {"tags": ["a"]}, id="t") == []
    assert await faults("post", "/tools/{name}/overwrite", {}, id="t") == []
    assert await faults("post", "/tools/{name}/run", {}, id="t") == []
    for wait in (0, 60):
        assert await faults("post", "/tools/{name}/call", {"wait": wait}, id="t") == []


def test_only_a_delivery_needs_no_login(document):
    verbs = [(path, one) for path, verbs in document["paths"].items() for one in verbs.values()]
    public = [path for path, one in verbs if one.get("security") == []]
    assert public == ["/webhooks/{id}/deliver"]


async def test_what_is_read_of_the_server_is_answered_as_it_says(api, notebook, faults, jp_fetch):
    path = notebook("1", parameters=SOURCE["source"])
    session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    await jp_fetch("api", "sessions", method="POST", body=json.dumps(session))
    assert await faults("get", "/parameters", path=path) == []
    assert await faults("post", "/parameters", SOURCE) == []
    assert await faults("get", "/notebooks") == []
    assert await faults("get", "/runtimes") == []
    assert await faults("get", "/runtimes/{name}", id="python3") == []
    assert await faults("get", "/config") == []


async def test_an_error_is_answered_as_it_says(faults):
    assert await faults("post", "/jobs", {"colour": "red"}) == []
    assert await faults("get", "/jobs/{id}", id="x") == []
    assert await faults("get", "/config", colour="red") == []
