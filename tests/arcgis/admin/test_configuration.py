"""Limits of the server under the names of ArcGIS."""

from __future__ import annotations

import json

import pytest

from ...test_access import AliceIsAdmin, ByHeader

K8S, NBS = "admin/notebooks/configuration", "admin/system/properties"


@pytest.fixture
def nbtasks_config():
    return {"default_timeout": 7200.0, "max_concurrent_jobs": 3}


@pytest.fixture
def jp_server_config(jp_server_config):
    jp_server_config["MappingKernelManager"] = {"cull_idle_timeout": 5400}
    jp_server_config["ServerApp"]["tornado_settings"] = {"websocket_max_message_size": 16 * 2**20}
    return jp_server_config


async def test_the_limits_in_force_have_their_names(client):
    assert await client.get(K8S) == {
        "webSocketSize": 16,
        "maxExecuteNotebookTimeMinutes": 120,
        "maxSnapshotsPerNotebookItem": 5,
        "allowHiddenFileDownloads": False,
        "idleNotebookThreshold": 90,
        "containerCreatedThreshold": 0,
    }
    assert await client.get(NBS) == {
        **await client.get(K8S),
        "maxContainersPerNode": 0,
        "maxExecuteNotebookContainersPerNode": 3,
    }


async def test_limits_that_are_in_force_already_are_confirmed(client):
    now = await client.get(NBS)
    assert await client.post(f"{NBS}/update", properties=json.dumps(now)) == {"status": "success"}
    sent = {"idleNotebookThreshold": "90", "allowHiddenFileDownloads": "false"}
    assert await client.post(f"{K8S}/update", **sent) == {"status": "success"}
    configuration = json.dumps({"webSocketSize": 16.0})
    assert (await client.post(f"{K8S}/update", configuration=configuration))["status"] == "success"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("idleNotebookThreshold", 720, "MappingKernelManager.cull_idle_timeout (in seconds)"),
        ("maxExecuteNotebookTimeMinutes", 15, "NbTasksApp.default_timeout (in seconds)"),
        ("maxSnapshotsPerNotebookItem", 9, "NbTasksApp.arcgis_max_snapshots"),
        ("allowHiddenFileDownloads", True, "ContentsManager.allow_hidden"),
        ("webSocketSize", "many", "websocket_max_message_size"),
        ("maxContainersPerNode", 20, "this server has no such limit"),
        ("colour", "red", "'colour' is not a limit of this server."),
    ],
)
async def test_another_limit_is_refused_with_the_setting_to_write(client, name, value, said):
    sent = {"f": "json", "properties": json.dumps({name: value})}
    answered = await client.raw("POST", f"{NBS}/update", sent)
    assert (answered.code, answered.json["status"]) == (400, "error")
    assert said in answered.json["messages"][0]
    assert (await client.get(NBS))["idleNotebookThreshold"] == 90


class TestWithPersons:
    """Alice is an administrator, Bob is not."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"] |= {
            "identity_provider_class": ByHeader,
            "authorizer_class": AliceIsAdmin,
        }
        return jp_server_config

    async def test_only_an_administrator_may_ask_for_a_change(self, as_person):
        alice, bob = as_person("alice"), as_person("bob")
        assert (await bob.get(NBS))["maxContainersPerNode"] == 0
        assert (await alice.post(f"{NBS}/update", properties="{}"))["status"] == "success"
        refused = await bob.raw("POST", f"{NBS}/update", {"f": "json", "properties": "{}"})
        assert (refused.code, refused.json["code"]) == (403, 403)
