"""Two persons on one server: each finds what is theirs, and what is not private."""

from __future__ import annotations

import json

import pytest
from jupyter_server.auth import AllowAllAuthorizer

from ..test_access import AliceIsAdmin, ByHeader
from ..test_access import person as person

VERBS = [
    ("PATCH", "", {"name": "mine"}),
    ("DELETE", "", None),
]
READS = [("GET", ""), ("GET", "/content")]


@pytest.fixture
def authorizer():
    """What the server allows them; tests override it."""
    return AllowAllAuthorizer


@pytest.fixture
def jp_server_config(jp_server_config, authorizer):
    known = {"identity_provider_class": ByHeader, "authorizer_class": authorizer}
    jp_server_config["ServerApp"] |= known
    return jp_server_config


@pytest.fixture
def people(person, notebook):
    """Alice and Bob, and how one of them keeps a snapshot."""
    notebook("1")

    async def keep(api, **fields):
        return await api("POST", "snapshots", {"path": "work.ipynb"} | fields)

    return person("alice"), person("bob"), keep


async def names(api, **query):
    return [one["name"] for one in (await api("GET", "snapshots", **query))["items"]]


async def test_what_is_not_private_is_seen_and_no_more(people):
    alice, bob, keep = people
    hers = await keep(alice, name="hers")
    at = f"snapshots/{hers['id']}"

    assert (hers["owner"], await names(bob)) == ("alice", ["hers"])
    assert [(await bob.raw(verb, at + end)).code for verb, end in READS] == [200, 200]
    assert [(await bob.raw(verb, at + end, body)).code for verb, end, body in VERBS] == [404, 404]
    assert (await alice("GET", at)) == hers


async def test_what_is_private_is_not_there(people):
    alice, bob, keep = people
    hers = await keep(alice, name="hers", private=True)
    at = f"snapshots/{hers['id']}"

    codes = [(await bob.raw(verb, at + end)).code for verb, end in READS]
    codes += [(await bob.raw(verb, at + end, body)).code for verb, end, body in VERBS]
    for end, body in (("/restore", {}), ("/save-as", {"path": "x.ipynb"})):
        codes.append((await bob.raw("POST", at + end, body)).code)

    assert codes == [404] * 6
    assert (await names(bob), await names(bob, path="work.ipynb")) == ([], [])
    assert (await alice("PATCH", at, {"private": False}))["private"] is False
    assert await names(bob) == ["hers"]


async def test_what_others_kept_of_what_cannot_be_read_is_not_there(people, jp_fetch, jp_root_dir):
    alice, bob, keep = people
    hers = await keep(alice, name="hers")
    his = await keep(bob, name="his")
    (jp_root_dir / "work.ipynb").rename(jp_root_dir / ".work.ipynb")

    assert (await names(alice), await names(bob)) == (["hers"], ["his"])
    assert (await bob.raw("GET", f"snapshots/{hers['id']}")).code == 404
    assert (await bob.raw("GET", f"snapshots/{his['id']}/content")).code == 200


async def test_pages_are_full_whatever_is_not_seen(people, jp_root_dir):
    alice, bob, keep = people
    for number in range(3):
        await keep(bob, name=f"his {number}")
        await keep(alice, name=f"hers {number}", private=number == 1)
        await alice("POST", "snapshots", {"path": "gone.ipynb", "content": NOTEBOOK})
    assert await names(bob) == ["hers 2", "his 2", "his 1", "hers 0", "his 0"]

    found, cursor = [], {}
    while True:
        page = await bob("GET", "snapshots", limit=2, **cursor)
        found.append([one["name"] for one in page["items"]])
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert found == [["hers 2", "his 2"], ["his 1", "hers 0"], ["his 0"]]


NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


async def test_a_name_is_given_once_whoever_asks(people):
    alice, bob, keep = people
    await keep(alice, name="v1", private=True)

    refused = await bob.raw("POST", "snapshots", {"path": "work.ipynb", "name": "v1"})

    assert refused.json["reason"] == "name_taken"


async def test_what_is_kept_before_a_restore_belongs_to_whoever_restores(people, notebook):
    alice, bob, keep = people
    hers = await keep(alice, name="hers")
    notebook("2")

    restored = await bob("POST", f"snapshots/{hers['id']}/restore", {})

    assert restored["preserved"]["owner"] == "bob"


@pytest.mark.parametrize("authorizer", [AliceIsAdmin])
async def test_an_administrator_sees_and_changes_what_is_anothers(people):
    alice, bob, keep = people
    his = await keep(bob, name="his", private=True)
    at = f"snapshots/{his['id']}"

    assert await names(alice) == ["his"]
    changed = await alice("PATCH", at, {"name": "seen"})
    assert (changed["owner"], changed["name"]) == ("bob", "seen")
    assert (await alice.raw("DELETE", at)).code == 204
    assert await names(bob) == []


async def test_a_stranger_is_refused(person, people):
    answered = await person("").raw("POST", "snapshots", {"path": "work.ipynb"})
    assert (answered.code, json.loads(answered.body)["reason"]) == (403, "forbidden")
