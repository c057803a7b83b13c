"""Notebooks that are published as web tools, and called as clients do."""

from __future__ import annotations

import json

import pytest

SERVICES, CATALOG = "admin/services", "rest/services"
HAND_BACK = """from IPython.display import display
def hand_back(name, value):
    bundle = {"application/vnd.nbtasks.result+json": {"name": name, "value": value}}
    display(bundle, raw=True)
"""
ADDS = "a: int\nb: int = 2  # the second"
SUM = HAND_BACK + "hand_back('sum', a + b)"


def properties(item, title="Adder", **task):
    """What the client sends to make a web tool of a notebook."""
    asked = {
        "title": title,
        "notebookId": item,
        "tasks": [{"type": "notebook", "name": "t", **task}],
    }
    kind = {"provider": "notebooks", "type": "GPServer"}
    return json.dumps({"description": "Adds.", **kind, "jsonProperties": asked})


@pytest.fixture
def publish(client):
    """Make a web tool of a notebook; return it as the server lists it."""

    async def publish(item, one=client, **asked):
        sent = {"serviceProperties": properties(item, **asked)}
        made = await one.post(f"{SERVICES}/createService", **sent)
        assert (set(made), made["status"]) == ({"itemId", "status"}, "success")
        listed = (await one.get(SERVICES))["services"]
        return next(service for service in listed if service["itemId"] == made["itemId"])

    return publish


@pytest.fixture
def call(client, api):
    """Submit a job as geoprocessing clients do; return its address and it once it is over."""

    async def call(service, one=client, **sent):
        task = f"{service['url']}/{service['serviceName']}"
        started = await one.post(f"{task}/submitJob", **sent)
        assert (set(started), started["jobStatus"]) == ({"jobId", "jobStatus"}, "esriJobSubmitted")
        await api.ended(started["jobId"])
        at = f"{task}/jobs/{started['jobId']}"
        return at, await one.get(at)

    return call


async def refused(client, address, **form):
    answered = await client.raw("POST", address, {"f": "json", **form})
    said = answered.json.get("error") or answered.json
    assert said["code"] == answered.code
    return answered.code, said.get("message") or said["messages"][0]
