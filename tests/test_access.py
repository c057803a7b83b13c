"""Where a server knows persons, each finds what is theirs; elsewhere all is its one owner's."""

from __future__ import annotations

import hmac
import json

import nbformat
import pytest
from jupyter_server.auth import (
    AllowAllAuthorizer,
    Authorizer,
    IdentityProvider,
    PasswordIdentityProvider,
    User,
)

from jupyter_nbtasks.caller import local_user

from .conftest import Api

JOB = {"content": nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])}
# What can be done with a job that is over, and how its owner is answered.
VERBS = {
    ("GET", ""): 200,
    ("GET", "/output"): 200,
    ("GET", "/input"): 200,
    ("POST", "/cancel"): 409,
    ("POST", "/rerun"): 201,
    ("DELETE", ""): 204,
}


class ByHeader(IdentityProvider):
    """Believes the header X-User, as a proxy in front of a server might set it."""

    def get_user(self, handler):
        name = handler.request.headers.get("X-User")
        return User(username=name) if name else None


class AliceIsAdmin(Authorizer):
    """Allows everybody everything but sight of what is others'."""

    def is_authorized(self, handler, user, action, resource):
        return (action, resource) != ("admin", "nbtasks") or user.username == "alice"


@pytest.fixture
def provider():
    """How the server knows persons; tests override it."""
    return ByHeader


@pytest.fixture
def authorizer():
    """What the server allows them; tests override it."""
    return AllowAllAuthorizer


@pytest.fixture
def jp_server_config(jp_server_config, provider, authorizer):
    known = {"identity_provider_class": provider, "authorizer_class": authorizer}
    jp_server_config["ServerApp"] |= known
    return jp_server_config


@pytest.fixture
def person(app, jp_fetch):
    """A client in the name of somebody."""

    def named(name):
        def fetch(*parts, **sent):
            headers = {"X-User": name, "X-XSRFToken": "x", "Cookie": "_xsrf=x"}
            return jp_fetch(*parts, headers=headers, **sent)

        return Api(fetch, app.assembly)

    return named


async def found(api):
    """The names of the jobs that a client sees."""
    return [job["name"] for job in (await api("GET", "jobs"))["items"]]


async def keys(api):
    """The owners whose usage a client sees."""
    return [row["key"] for row in (await api("GET", "usage", by="owner"))["items"]]


@pytest.mark.parametrize("provider", [IdentityProvider, PasswordIdentityProvider])
async def test_all_who_have_the_token_are_the_one_owner_of_the_server(api, jp_fetch):
    names = [json.loads((await jp_fetch("api", "me")).body)["identity"]["username"] for _ in "12"]
    assert names[0] != names[1]
    job = await api("POST", "jobs", JOB | {"name": "mine"})
    assert job["owner"] == local_user()
    assert await found(api) == ["mine"]
    assert (await api("GET", f"jobs/{job['id']}"))["name"] == "mine"


async def test_what_is_anothers_is_not_there(person):
    alice, bob = person("alice"), person("bob")
    id = (await alice("POST", "jobs", JOB))["id"]
    assert (await alice.ended(id))["owner"] == "alice"
    answers = {what: (await bob.raw(what[0], f"jobs/{id}{what[1]}")).code for what in VERBS}
    assert answers == dict.fromkeys(VERBS, 404)
    hers = {what: (await alice.raw(what[0], f"jobs/{id}{what[1]}")).code for what in VERBS}
    assert hers == VERBS


async def test_lists_and_sums_are_of_ones_own_jobs(person):
    alice, bob = person("alice"), person("bob")
    for one, name in ((alice, "hers"), (bob, "his"), (bob, "his too")):
        await one("POST", "jobs", JOB | {"name": name})
    assert (await found(alice), await keys(alice)) == (["hers"], ["alice"])
    assert (await found(bob), await keys(bob)) == (["his too", "his"], ["bob"])
    assert (await bob("GET", "jobs", owner="alice"))["items"] == []


async def test_an_idempotency_key_is_its_owners(person):
    keyed = JOB | {"idempotency_key": "monday"}
    first = await person("alice")("POST", "jobs", keyed)
    assert (await person("bob")("POST", "jobs", keyed))["id"] != first["id"]
    assert (await person("alice")("POST", "jobs", keyed))["id"] == first["id"]


@pytest.mark.parametrize("authorizer", [AliceIsAdmin])
async def test_an_administrator_sees_and_stops_what_is_anothers(person):
    alice, bob = person("alice"), person("bob")
    his = await bob("POST", "jobs", JOB | {"name": "his"})
    await alice("POST", "jobs", JOB | {"name": "hers"})
    assert (await found(alice), await keys(alice)) == (["hers", "his"], ["alice", "bob"])
    assert (await found(bob), await keys(bob)) == (["his"], ["bob"])
    assert (await alice("POST", f"jobs/{his['id']}/cancel"))["owner"] == "bob"


# What can be done with a receiver, and how its owner is answered.
RECEIVER_VERBS = {
    ("GET", "", None): 200,
    ("PATCH", "", '{"tags": ["a"]}'): 200,
    ("POST", "/enable", None): 200,
    ("POST", "/disable", None): 200,
    ("POST", "/renew", "{}"): 200,
    ("GET", "/validate", None): 200,
    ("DELETE", "", None): 204,
}


async def answers_to(who, address, verbs):
    """How *who* is answered to each of *verbs*."""
    return {
        (verb, what, body): (await who.raw(verb, address + what, body)).code
        for verb, what, body in verbs
    }


async def test_a_receiver_is_its_owners_and_its_jobs_too(person, notebook, jp_base_url, jp_fetch):
    alice, bob = person("alice"), person("bob")
    asked = {"notebook": notebook("1"), "secret": "0123456789abcdef"}
    made = await alice("POST", "webhooks", asked)
    assert (await bob("GET", "webhooks"))["items"] == []
    address = f"webhooks/{made['id']}"
    signature = hmac.new(b"0123456789abcdef", b"{}", "sha256").hexdigest()
    headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
    parts = ["nbtasks", "api", *address.split("/"), "deliver"]
    await jp_fetch(*parts, method="POST", body="{}", headers=headers)
    assert (await found(alice), await found(bob)) == (["work"], [])

    for who, expected in ((bob, dict.fromkeys(RECEIVER_VERBS, 404)), (alice, RECEIVER_VERBS)):
        assert await answers_to(who, address, RECEIVER_VERBS) == expected


# What can be done with a tool, and how somebody else is answered where it is shared.
TOOL_VERBS = {
    ("GET", "", None): 200,
    ("GET", "/openapi.json", None): 200,
    ("POST", "/run", "{}"): 201,
    ("POST", "/call", "{}"): 200,
    ("PATCH", "", '{"tags": ["a"]}'): 404,
    ("POST", "/overwrite", "{}"): 404,
    ("DELETE", "", None): 404,
}


async def test_a_tool_is_its_owners_until_it_is_shared(person, notebook):
    alice, bob = person("alice"), person("bob")
    await alice("POST", "tools", {"name": "t", "notebook": notebook("1")})
    assert await answers_to(bob, "tools/t", TOOL_VERBS) == dict.fromkeys(TOOL_VERBS, 404)
    assert (await bob("GET", "tools"))["items"] == []

    await alice("PATCH", "tools/t", {"shared": True})
    assert await answers_to(bob, "tools/t", TOOL_VERBS) == TOOL_VERBS
    assert [one["name"] for one in (await bob("GET", "tools"))["items"]] == ["t"]


async def test_a_call_is_seen_by_its_caller_and_by_the_tools_owner(person, notebook):
    alice, bob, carol = person("alice"), person("bob"), person("carol")
    await alice("POST", "tools", {"name": "t", "notebook": notebook("1"), "shared": True})
    keyed = '{"idempotency_key": "k"}'
    id = (await bob("POST", "tools/t/call", keyed))["id"]

    codes = [(await one.raw("GET", f"tools/t/jobs/{id}")).code for one in (alice, bob, carol)]
    assert codes == [200, 200, 404]
    assert (await carol.raw("POST", f"tools/t/jobs/{id}/cancel")).code == 404
    assert (await bob.raw("POST", f"tools/t/jobs/{id}/cancel")).code == 409
    # It is her notebook that ran, and it ran as hers.
    assert (await alice("GET", f"jobs/{id}"))["owner"] == "alice"
    verbs = [(verb, what, None) for verb, what in VERBS]
    assert await answers_to(bob, f"jobs/{id}", verbs) == dict.fromkeys(verbs, 404)
    assert (await bob("POST", "tools/t/call", keyed))["id"] == id
    assert (await carol("POST", "tools/t/call", keyed))["id"] != id

    await alice("PATCH", "tools/t", {"shared": False})
    assert (await bob.raw("GET", f"tools/t/jobs/{id}")).code == 404


async def test_a_name_that_another_has_taken_is_taken(person, notebook):
    path = notebook("1")
    await person("alice")("POST", "tools", {"name": "t", "notebook": path})
    answered = await person("bob").raw("POST", "tools", {"name": "t", "notebook": path})
    assert (answered.code, answered.json["reason"]) == (409, "name_taken")


async def test_a_stranger_is_refused(person):
    assert (await person("").raw("GET", "jobs")).code == 403
