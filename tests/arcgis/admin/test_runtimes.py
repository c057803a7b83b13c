"""Runtimes: the kernels of the server, as a client for ArcGIS asks for them."""

from __future__ import annotations

import json
from importlib.metadata import version

import psutil
import pytest

from ..conftest import multipart

RUNTIMES = "admin/notebooks/runtimes"
# What the client copies into its own update of a runtime.
UPDATED = {
    "name",
    "version",
    "imageId",
    "containerType",
    "imagePullString",
    "requiresAdvancedPrivileges",
    "maxCpu",
    "maxMemory",
    "maxMemoryUnit",
    "maxSwapMemory",
    "maxSwapMemoryUnit",
    "sharedMemory",
    "sharedMemoryUnit",
    "dockerRuntime",
}


@pytest.fixture
def kernelspec(jp_data_dir):
    """Install a kernelspec that starts *argv*."""

    def install(name, argv):
        folder = jp_data_dir / "kernels" / name
        folder.mkdir(parents=True)
        spec = {"argv": argv, "display_name": name.title(), "language": "none"}
        (folder / "kernel.json").write_text(json.dumps(spec))

    return install


async def test_the_kernels_of_the_server_are_listed_with_what_the_client_needs(client):
    listed = await client.get(RUNTIMES)
    assert listed["currentRuntimeVersion"] == version("jupyter_server")
    assert "validateRuntimes" in listed["operations"]
    runtimes = {one["id"]: one for one in listed["runtimes"]}
    assert set(runtimes) >= {"python3", "echo"}
    python = runtimes["python3"]
    assert set(python) >= {"id", *UPDATED}
    assert python["isDefault"]
    assert 0 < python["maxCpu"] <= psutil.cpu_count()
    assert 0 < python["maxMemory"] <= psutil.virtual_memory().total / 2**20
    assert python["maxMemoryUnit"] == "m"


async def test_one_runtime_is_shown_as_in_the_list(client):
    shown = await client.get(f"{RUNTIMES}/python3")
    assert shown.pop("resources") == ["manifest"]
    assert shown.pop("operations") == []
    assert shown in (await client.get(RUNTIMES))["runtimes"]
    missing = await client.raw("GET", f"{RUNTIMES}/klingon", f="json")
    assert (missing.code, missing.json["messages"]) == (404, ["There is no runtime 'klingon'."])


async def test_the_manifest_lists_the_packages(client):
    libraries = (await client.get(f"{RUNTIMES}/python3/manifest"))["libraries"]
    assert {"name": "pytest", "version": version("pytest")} in libraries
    assert await client.get(f"{RUNTIMES}/echo/manifest") == {"libraries": []}


async def test_each_runtime_is_started_once_to_see_whether_it_does(
    client, kernelspec, jp_serverapp
):
    kernelspec("gone", ["/no/such/program", "{connection_file}"])
    kernelspec("dead", ["true", "{connection_file}"])
    said = await client.post(f"{RUNTIMES}/validateRuntimes")
    runtimes = {one["id"]: one for one in said["runtimes"]}
    assert said["status"] == "failure"
    assert runtimes["python3"] == {
        "id": "python3",
        "name": runtimes["python3"]["name"],
        "isValid": True,
        "messages": [],
    }
    assert runtimes["gone"]["messages"] == ["Its program '/no/such/program' is not there."]
    assert not runtimes["dead"]["isValid"]
    assert runtimes["dead"]["messages"]
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


async def test_what_is_done_on_the_machine_is_refused_with_how_to_do_it(client):
    body, headers = multipart({"name": "a", "imageId": "b", "maxCPU": "1", "f": "json"})
    registered = await client.raw("POST", f"{RUNTIMES}/register", body, headers=headers)
    updated = await client.raw("POST", f"{RUNTIMES}/python3/update", body, headers=headers)
    removed = await client.raw("POST", f"{RUNTIMES}/python3/unregister", {"f": "json"})
    restored = await client.raw("POST", f"{RUNTIMES}/restore", {"f": "json"})
    for answered in (registered, updated, removed, restored):
        assert (answered.code, answered.json["status"]) == (400, "error")
    assert "ipykernel install" in registered.json["messages"][0]
    assert "kernel.json" in updated.json["messages"][0]
    assert "kernelspec remove" in removed.json["messages"][0]


async def test_the_page_leads_to_each_runtime(client):
    page = (await client.raw("GET", RUNTIMES, f="html")).text
    assert f"{RUNTIMES}/python3" in page
    assert "validateRuntimes" in page
