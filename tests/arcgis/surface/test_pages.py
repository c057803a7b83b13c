"""The JSON that Esri's pages show, key by key, beside what is answered here."""

from __future__ import annotations

BOOLEAN, NUMBER, TEXT, LIST, DICT = bool, (int, float), str, list, dict

EXECUTE = {"jobId": TEXT, "jobUrl": TEXT, "status": TEXT}
NOTEBOOKS = {"operations": LIST, "notebooks": LIST, "resources": LIST}
NOTEBOOK = {
    "itemId": TEXT,
    "notebookUrl": TEXT,
    "itemTitle": TEXT,
    "dateLastActivity": NUMBER,
    "id": TEXT,
    "notebookDeploymentId": TEXT,
    "username": TEXT,
    "revision": NUMBER,
}
JOB = {
    "jobId": TEXT,
    "startTime": NUMBER,
    "endTime": NUMBER,
    "type": TEXT,
    "status": TEXT,
    "username": TEXT,
}
DETAILED = {
    "privateUrl": TEXT,
    "notebookRuntimeName": TEXT,
    "jobId": TEXT,
    "dateCreated": NUMBER,
    "inputs": DICT,
    "id": TEXT,
    "notebookRuntimeId": TEXT,
    "type": TEXT,
    "url": TEXT,
    "username": TEXT,
    "notebookRuntimeVersion": TEXT,
    "revision": NUMBER,
}
INPUTS = {
    "itemId": TEXT,
    "executionTimeoutInMinutes": NUMBER,
    "updatePortalItem": BOOLEAN,
    "saveInjectedParameters": BOOLEAN,
    "runId": TEXT,
    "taskId": TEXT,
}


def differences(expected, answered):
    """The keys that are missing, or whose value is of another type."""
    return {
        name: answered.get(name, "missing")
        for name, type_ in expected.items()
        if not isinstance(answered.get(name), type_)
    }


async def test_execute_notebook_and_its_jobs(client, api, notebook):
    form = {"itemId": notebook("1"), "executionTimeoutInMinutes": "50"}
    started = await client.post("admin/notebooks/executeNotebook", **form)
    assert set(started) == set(EXECUTE)
    assert differences(EXECUTE, started) == {}
    await api.ended(started["jobId"])
    [brief] = (await client.get("admin/notebooks/jobs"))["asyncNotebookJobs"]
    assert set(brief) == set(JOB)
    assert differences(JOB, brief) == {}
    [full] = (await client.get("admin/notebooks/jobs", details="true"))["notebookJobs"]
    assert differences(DETAILED, full) == {}
    assert differences(INPUTS, full["inputs"]) == {}


async def test_notebooks(client, notebook, app):
    await client.post("admin/notebooks/openNotebook", itemId=notebook("1"))
    listed = await client.get("admin/notebooks")
    assert set(listed) == set(NOTEBOOKS)
    [shown] = listed["notebooks"]
    assert differences(NOTEBOOK, shown) == {}
    assert len(shown["itemId"]) == len(shown["id"]) == len(shown["notebookDeploymentId"]) == 32
    [brief] = (await client.get("admin/notebooks/jobs"))["asyncNotebookJobs"]
    assert differences(JOB, brief) == {}
    await app.serverapp.kernel_manager.shutdown_all()
