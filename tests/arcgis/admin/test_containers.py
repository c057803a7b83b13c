"""Containers and deployments: each running kernel is one."""

from __future__ import annotations

import json
import os

import pytest

from jupyter_nbtasks.caller import local_user

from ...conftest import Api
from ...test_access import AliceIsAdmin, ByHeader

NBS, K8S = "admin/system/containers", "admin/notebooks/deployments"
LISTS = {NBS: "containers", K8S: "nbDeployments"}
HANGING = ("print('first\\nsecond')", "import time; time.sleep(600)")


@pytest.fixture
def open_kernel(jp_fetch):
    """Open a notebook with a kernel as JupyterLab does; return the session."""

    async def post(path, name="echo"):
        body = {"path": path, "name": "", "type": "notebook", "kernel": {"name": name}}
        answered = await jp_fetch("api", "sessions", method="POST", body=json.dumps(body))
        return json.loads(answered.body)

    return post


@pytest.fixture
def hanging_job(api, notebook):
    """Run a job that has printed two lines and hangs."""

    async def run(api=api):
        job = await api.submit(notebook(*HANGING, path="reports/hang.ipynb"))
        return await api.until(job["id"], lambda job: job["progress"]["completed"] == 1)

    return run


@pytest.mark.parametrize("address", [NBS, K8S])
async def test_a_running_kernel_is_one(client, notebook, open_kernel, address):
    assert (await client.get(address))[LISTS[address]] == []
    session = await open_kernel(notebook("1", path="reports/weekly.ipynb"))
    [listed] = (await client.get(address))[LISTS[address]]
    assert listed["id"] == session["kernel"]["id"].replace("-", "")
    assert listed["type"] == "openNotebook"
    assert listed["username"] == local_user()
    assert listed["notebookRuntimeId"] == "echo"
    assert listed["dateCreated"] > 1_700_000_000_000
    assert set(listed) >= {
        "privateUrl",
        "url",
        "notebookRuntimeVersion",
        "allowHiddenFileDownloads",
    }
    shown = await client.get(f"{address}/{listed['id']}")
    assert shown.pop("resources") == ["notebooks", "sessions", "statistics"]
    assert "logs" in shown.pop("operations")
    assert shown == listed
    assert await client.get(f"{address}/{session['kernel']['id']}")


async def test_its_children_say_what_runs_on_it(client, notebook, open_kernel):
    session = await open_kernel(notebook("1", path="reports/weekly.ipynb"))
    [container] = (await client.get(NBS))["containers"]
    here = f"{NBS}/{container['id']}"
    [shown] = (await client.get(f"{here}/sessions"))["sessions"]
    assert (shown["id"], shown["path"]) == (session["id"], "reports/weekly.ipynb")
    assert set(shown["kernel"]) == {
        "id",
        "name",
        "last_activity",
        "execution_state",
        "connections",
    }
    [opened] = (await client.get(f"{here}/notebooks"))["notebooks"]
    assert opened["id"] == session["id"].replace("-", "")
    assert opened["containerId"] == container["id"]
    assert opened["itemTitle"] == "weekly"
    assert len(opened["itemId"]) == 32
    assert opened["notebookUrl"].endswith("/lab/tree/reports/weekly.ipynb")
    assert await client.post(f"{here}/logs", tail="1000") == {"containerLogs": []}


async def test_its_statistics_are_those_of_its_processes(client, notebook, open_kernel):
    await open_kernel(notebook("1"), "python3")
    [container] = (await client.get(NBS))["containers"]
    statistics = await client.get(f"{NBS}/{container['id']}/statistics")
    assert 1 < statistics["memoryUsage"] < statistics["memoryLimit"]
    assert 0 <= statistics["cpuPercent"] <= 110 * os.cpu_count()
    recent = await client.get("admin/system/statistics/mostRecent")
    assert (recent["containers"], recent["executeNotebookContainers"]) == (1, 0)
    assert 0 < recent["memoryUsage"] < recent["memoryLimit"]


@pytest.mark.parametrize("ending", [f"{NBS}/<id>/terminateContainer", f"{K8S}/<id>/terminate"])
async def test_to_terminate_one_ends_its_kernel_and_session(
    client, notebook, open_kernel, jp_serverapp, jp_fetch, ending
):
    session = await open_kernel(notebook("1"))
    id = session["kernel"]["id"].replace("-", "")
    assert await client.post(ending.replace("<id>", id)) == {"status": "success"}
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []
    assert json.loads((await jp_fetch("api", "sessions")).body) == []
    again = await client.raw("POST", ending.replace("<id>", id), {"f": "json"})
    assert (again.code, again.json["status"]) == (404, "error")


async def test_a_kernel_without_a_session_ends_too(client, jp_fetch, jp_serverapp):
    started = await jp_fetch("api", "kernels", method="POST", body='{"name": "echo"}')
    id = json.loads(started.body)["id"]
    assert (await client.get(f"{NBS}/{id}/notebooks"))["notebooks"] == []
    await client.post(f"{NBS}/{id}/terminateContainer")
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


async def test_the_notebook_of_a_container_is_closed_by_its_id(
    client, notebook, open_kernel, jp_serverapp
):
    session = await open_kernel(notebook("1"))
    here = f"{NBS}/{session['kernel']['id']}/notebooks"
    wrong = await client.raw("POST", f"{here}/{'0' * 32}/close", {"f": "json"})
    assert wrong.code == 404
    [opened] = (await client.get(here))["notebooks"]
    assert await client.post(f"{here}/{opened['id']}/close") == {"status": "success"}
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


async def test_the_kernel_of_a_job_says_so_and_what_it_printed(client, hanging_job):
    job = await hanging_job()
    [container] = (await client.get(NBS))["containers"]
    assert (container["type"], container["username"]) == ("executeNotebook", local_user())
    here = f"{NBS}/{container['id']}"
    assert (await client.get(f"{here}/sessions"))["sessions"] == []
    [opened] = (await client.get(f"{here}/notebooks"))["notebooks"]
    assert (opened["id"], opened["itemId"]) == (job["id"], job["item_id"])
    assert (await client.post(f"{here}/logs"))["containerLogs"] == ["first", "second"]
    assert (await client.post(f"{here}/logs", tail=1))["containerLogs"] == ["second"]
    assert (await client.get("admin/system/statistics/mostRecent"))[
        "executeNotebookContainers"
    ] == 1


async def test_to_terminate_the_kernel_of_a_job_cancels_it(api, client, hanging_job):
    job = await hanging_job()
    await client.post(f"{NBS}/{job['kernel_id']}/terminateContainer")
    assert (await api.ended(job["id"]))["status"] == "CANCELLED"


async def test_a_kernel_kept_after_a_failure_is_ended(api, client, notebook, jp_serverapp):
    job = await api.run(notebook("1 / 0"), keep_kernel_on_failure=600)
    [container] = (await client.get(NBS))["containers"]
    await client.post(f"{NBS}/{container['id']}/terminateContainer")
    await api.closed(job["id"])
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


class TestWithPersons:
    """Alice is an administrator, Bob and Carol are not."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"] |= {
            "identity_provider_class": ByHeader,
            "authorizer_class": AliceIsAdmin,
        }
        return jp_server_config

    async def test_the_kernel_of_anothers_job_is_not_there(
        self, app, as_person, notebook, jp_fetch, hanging_job
    ):
        def as_bob(*parts, **sent):
            headers = {"X-User": "bob", "X-XSRFToken": "x", "Cookie": "_xsrf=x"}
            return jp_fetch(*parts, headers=headers, **sent)

        job = await hanging_job(Api(as_bob, app.assembly))
        alice, bob, carol = map(as_person, ("alice", "bob", "carol"))
        assert (await carol.get(NBS))["containers"] == []
        ending = f"{NBS}/{job['kernel_id']}/terminateContainer"
        assert (await carol.raw("POST", ending, {"f": "json"})).code == 404
        for who in (alice, bob):
            [container] = (await who.get(NBS))["containers"]
            assert container["username"] == "bob"
        await alice.post(ending)
        assert (await Api(as_bob, app.assembly).ended(job["id"]))["status"] == "CANCELLED"
