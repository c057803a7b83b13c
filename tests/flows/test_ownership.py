"""Each address that names an object answers 404 to strangers: a walk of all of them."""

from __future__ import annotations

import asyncio
import json
import re
from types import SimpleNamespace

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_nbtasks.arcgis.handlers import ROUTES as ARCGIS_ROUTES
from jupyter_nbtasks.arcgis.handlers import TREE
from jupyter_nbtasks.arcgis.surface.tree import PREFIX as ARCGIS

from ..test_access import AliceIsAdmin, ByHeader
from ..test_access import person as person
from .test_auth import ROUTES as EVERY_ROUTE
from .test_auth import verbs

API = "/nbtasks/api/"
SECRET = "0123456789abcdef0123456789abcdef"
# Something in all that is Bob's says so.
MARK = "ofbob"
# These name what belongs to nobody: kernels that are offered.
NOBODYS = {"runtimes/<>"}
BODIES = {
    ("PATCH", "snapshots/<>"): {"name": "x"},
    ("POST", "snapshots/<>/save-as"): {"path": "copy.ipynb"},
    ("PATCH", "schedules/<>"): {"tags": ["x"]},
    ("PATCH", "webhooks/<>"): {"tags": ["x"]},
    ("PATCH", "tools/<>"): {"tags": ["x"]},
}
QUERIES = {"snapshots/<>/diff": {"with": "file"}}
# What these name is a file, a kernelspec or the server, for which Contents and Jupyter answer; or
# nothing that this server has.
NOT_OF_PERSONS = (
    "admin/dataaccess/", "admin/notebooks/runtimes/", "admin/notebooks/workspaces/",
    "admin/notebooks/<id>", "sharing/rest/content/items/", "sharing/rest/portals/",
)  # fmt: skip


@pytest.fixture
def jp_server_config(jp_server_config):
    known = {"identity_provider_class": ByHeader, "authorizer_class": AliceIsAdmin}
    jp_server_config["ServerApp"] |= known
    return jp_server_config


@pytest.fixture
def people(person):
    """Alice, an administrator; Bob, whose everything is; and Carol, a stranger."""
    return SimpleNamespace(alice=person("alice"), bob=person("bob"), carol=person("carol"))


@pytest.fixture
def bobs(people, notebook, jp_asyncio_loop):
    """The key of one object of each kind, all of them Bob's and nobody else's."""

    async def make():
        bob, path = people.bob, notebook("1", parameters="x = ''")
        asked = {"notebook": path, "name": MARK, "parameters": {"x": MARK}}
        await bob.run(path)
        job = await bob("POST", "jobs", asked | {"tags": [MARK]})
        snapshot = await bob("POST", "snapshots", {"path": path, "name": MARK, "private": True})
        schedule = await bob("POST", "schedules", asked | {"cron": "0 0 1 1 *"})
        receiver = await bob("POST", "webhooks", asked | {"secret": SECRET})
        tool = await bob("POST", "tools", {"name": MARK, "notebook": path})
        called = await bob("POST", f"tools/{MARK}/run", {"parameters": {"x": MARK}})
        failing = notebook("1 / 0", path="failing.ipynb")
        kept = await bob.run(failing, keep_kernel_on_failure=600)
        await bob.ended(called["id"])
        return {
            "jobs": job["id"], "snapshots": snapshot["id"], "schedules": schedule["id"],
            "webhooks": receiver["id"], "tools": MARK, "calls": called["id"],
            "kernel": kept["kernel_id"], "failed": kept["id"], "tool": tool["id"],
        }  # fmt: skip

    return jp_asyncio_loop.run_until_complete(make())


def named(routes):
    """Each ``(method, address)`` that needs a login and names something, as ``jobs/<>/output``."""
    return [
        (verb.upper(), address)
        for pattern, handler in routes
        if "<>" in (address := re.sub(r"\(\?P<.*?\)", "<>", pattern.removeprefix(API)))
        for verb, method in verbs(handler).items()
        if method.operation.action is not None and address not in NOBODYS
    ]


NAMED = named(route for route in EVERY_ROUTE if route not in ARCGIS_ROUTES)


def filled(address, keys):
    """The *address* with the keys of what it names."""
    first, _, rest = address.partition("/<>")
    return f"{first}/{keys[first]}{rest}".replace("<>", keys["calls"])


async def answers(who, keys, cases):
    """How *who* is answered, by method and address."""
    found = {}
    for method, address in cases:
        body = BODIES.get((method, address), {} if method != "GET" else None)
        sent = json.dumps(body) if method in ("POST", "PATCH") else None
        query = QUERIES.get(address, {})
        answered = await who.raw(method, filled(address, keys), sent, **query)
        found[method, address] = answered.code
    return found


async def test_what_is_anothers_is_not_there_at_any_address(people, bobs):
    assert len(NAMED) >= 25
    before = {noun: await people.bob("GET", f"{noun}/{bobs[noun]}") for noun in NOUNS}

    assert await answers(people.carol, bobs, NAMED) == dict.fromkeys(NAMED, 404)

    assert before == {noun: await people.bob("GET", f"{noun}/{bobs[noun]}") for noun in NOUNS}
    reads = [case for case in NAMED if case[0] == "GET" and "stream" not in case[1]]
    for who in (people.bob, people.alice):
        assert await answers(who, bobs, reads) == dict.fromkeys(reads, 200)


NOUNS = ("jobs", "snapshots", "schedules", "webhooks", "tools")


async def test_no_list_has_what_is_anothers(people, bobs):
    lists = [
        pattern.removeprefix(API)
        for pattern, handler in EVERY_ROUTE
        if pattern.startswith(API) and "(" not in pattern and "get" in verbs(handler)
    ]
    assert set(NOUNS) < set(lists)
    for address in set(lists) - {"parameters"}:
        told = await people.carol.raw("GET", address)
        assert (address, told.code) == (address, 200)
        assert [key for key in (MARK, *bobs.values()) if key.encode() in told.body] == []


async def test_what_is_anothers_cannot_be_used_by_its_id(people, bobs, notebook):
    carol = people.carol
    mine = await carol.run(notebook("1", path="mine.ipynb"))
    kept = await carol("POST", "snapshots", {"path": "mine.ipynb", "name": "mine"})
    snapshot = {"snapshot_id": bobs["snapshots"]}

    refused = [
        await carol.raw("POST", "jobs", snapshot),
        await carol.raw("POST", f"jobs/{mine['id']}/rerun", snapshot),
        await carol.raw("GET", f"jobs/{mine['id']}/diff", **{"with": bobs["jobs"]}),
        await carol.raw("GET", f"snapshots/{kept['id']}/diff", **{"with": bobs["snapshots"]}),
    ]

    assert [answered.code for answered in refused] == [404] * 4
    filters = {"schedule_id": "schedules", **dict.fromkeys(["snapshot_id"], "snapshots")}
    for name, noun in filters.items():
        assert (await carol("GET", "jobs", **{name: bobs[noun]}))["items"] == []
    assert (await carol("GET", "jobs", q=MARK))["items"] == []


def arcgis_fills(bobs):
    """By the beginning of an address: the values of its parts."""
    task = {"name": MARK, "task": MARK, "job_id": bobs["calls"], "parameter": "x"}
    kernel = bobs["kernel"].replace("-", "")
    return {
        "admin/notebooks/jobs/": {"job_id": bobs["jobs"]},
        "admin/system/jobs/": {"job_id": bobs["jobs"]},
        "admin/notebooks/webhookReceivers/": {"id": bobs["webhooks"]},
        "admin/notebooks/deployments/": {"id": kernel, "notebook_id": bobs["failed"]},
        "admin/system/containers/": {"id": kernel, "notebook_id": bobs["failed"]},
        "admin/services/": {"service": f"{bobs['tool'][1:]:0>32}.GPServer"},
        "rest/services/": task,
        "sharing/rest/community/users/": {
            "username": "bob", "id": bobs["schedules"], "run_id": bobs["jobs"],
        },
    }  # fmt: skip


def arcgis_addresses(fills):
    """Each ``(method, address)`` of that surface which names something that a person has."""
    for route in TREE.routes:
        known = [values for begin, values in fills.items() if route.address.startswith(begin)]
        is_open = route.address == "rest/events/webhooks/<id>"
        is_left = route.address.startswith(NOT_OF_PERSONS) or route.name == "**" or is_open
        if "<" in route.address and not is_left:
            [values] = known
            address = re.sub(r"<(\w+)>", lambda part: values[part[1]], route.address)  # noqa: B023
            yield ("POST" if route.is_operation else "GET"), address


# Nobody has these: a run that is not an occurrence's, a result that was not handed back.
NOT_THERE = "/(runs|results)/"
NEW_TASK = {
    "type": "ExecuteNotebook", "itemId": "work.ipynb", "minute": "0", "hour": "5",
    "dayOfMonth": "*", "month": "*", "dayOfWeek": "*",
}  # fmt: skip


async def test_what_is_anothers_is_not_there_for_clients_of_arcgis_either(
    people, bobs, http_server_client, jp_base_url
):
    async def code(who, method, address):
        headers = {"X-User": who, "X-XSRFToken": "x", "Cookie": "_xsrf=x"}
        headers["Content-Type"] = "application/json"
        url = f"{jp_base_url.rstrip('/')}{ARCGIS}/{address}?f=json"
        body = json.dumps(NEW_TASK) if method == "POST" else None
        sent = {"method": method, "headers": headers, "body": body, "raise_error": False}
        return (await http_server_client.fetch(url, **sent)).code

    fills = arcgis_fills(bobs)
    cases = [*arcgis_addresses(fills)]
    assert len(cases) >= 40
    found = {case: await code("carol", *case) for case in cases}
    # Under her own name it is not there either.
    hers = [case for case in cases if "/users/bob/tasks/" in case[1]]
    for method, address in hers:
        own = address.replace("/users/bob/", "/users/carol/")
        if not own.endswith("createTask"):
            found[method, own] = await code("carol", method, own)
    assert found == dict.fromkeys(found, 404)

    reads = [address for method, address in cases if method == "GET"]
    his = {address: await code("bob", "GET", address) for address in reads}
    missing = {address: code for address, code in his.items() if code != 200}
    assert {at: code for at, code in missing.items() if not re.search(NOT_THERE, at)} == {}
    assert (await people.bob("GET", f"schedules/{bobs['schedules']}"))["state"] == "ACTIVE"


async def test_the_stream_of_anothers_job_is_not_there(bobs, jp_ws_fetch):
    def follow(name):
        return jp_ws_fetch(
            "nbtasks", "api", "jobs", bobs["jobs"], "stream", headers={"X-User": name}
        )

    with pytest.raises(HTTPClientError) as refused:
        await follow("carol")
    assert refused.value.code == 404
    for name in ("bob", "alice"):
        socket = await follow(name)
        assert json.loads(await socket.read_message())["status"] == "COMPLETED"
        socket.close()


async def test_the_bus_tells_others_ids_and_statuses_and_nothing_else(
    people, notebook, jp_ws_fetch
):
    bob, secret = people.bob, "hunter2"
    socket = await jp_ws_fetch("api", "events", "subscribe", headers={"X-User": "carol"})
    path = notebook(
        f"print(x)\nraise RuntimeError('{secret}' * 2)", parameters="x = ''", path=f"{secret}.ipynb"
    )
    asked = {
        "notebook": path, "name": secret, "parameters": {"x": secret}, "tags": [secret],
        "env": {"X": secret}, "idempotency_key": secret, "batch_id": secret,
        "output_path": f"{secret}-out.ipynb",
    }  # fmt: skip

    failed = await bob("POST", "jobs", asked)
    await bob.ended(failed["id"])
    only_once = {"idempotency_key", "batch_id"}
    recurring = {name: value for name, value in asked.items() if name not in only_once}
    schedule = await bob("POST", "schedules", recurring | {"cron": "0 0 1 1 *"})
    run = await bob("POST", f"schedules/{schedule['id']}/run")
    await bob.ended(run["id"])
    await bob("DELETE", f"schedules/{schedule['id']}")
    snapshot = await bob("POST", "snapshots", {"path": path, "name": secret})
    await bob("DELETE", f"snapshots/{snapshot['id']}")
    await bob("POST", "tools", {"name": secret, "notebook": path})
    called = await bob("POST", f"tools/{secret}/run", {"parameters": {"x": secret}})
    await bob.ended(called["id"])
    await bob("DELETE", f"jobs/{failed['id']}")

    told = []
    while not told or (told[-1].get("id"), told[-1].get("status")) != (failed["id"], "DELETED"):
        told.append(json.loads(await asyncio.wait_for(socket.read_message(), 60)))
    socket.close()
    # Jupyter itself tells which files were read.
    theirs = [one for one in told if "jupyter_nbtasks" in one["schema_id"]]
    assert secret not in json.dumps(theirs)
    ids = {failed["id"], schedule["id"], run["id"], snapshot["id"], called["id"]}
    assert ids <= {one["id"] for one in theirs}
    assert {"SUBMITTED", "EXECUTING", "FAILED", "DELETED"} <= {one.get("status") for one in theirs}
    fields = {"schema_id", "id", "status", "attempt", "schedule_id", "progress", "state", "action"}
    assert {name for one in theirs for name in one if not name.startswith("__")} <= fields
