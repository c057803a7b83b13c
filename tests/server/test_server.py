"""What the server offers, what is open on it, and what its jobs took."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib.metadata import version

import pytest

from jupyter_nbtasks.caller import local_user


@pytest.fixture
def open_session(jp_fetch):
    """Open a notebook with a kernel, as JupyterLab does; return the session."""

    async def post(path, **fields):
        body = {"path": path, "name": "", "type": "notebook", "kernel": {"name": "echo"}} | fields
        answered = await jp_fetch("api", "sessions", method="POST", body=json.dumps(body))
        return json.loads(answered.body)

    return post


@pytest.fixture
def usage(api):
    """What jobs took, by key."""

    async def get(**query):
        rows = (await api("GET", "usage", **query))["items"]
        return {row.pop("key"): row for row in rows}

    return get


async def test_the_kernels_of_the_server_are_its_runtimes(api):
    runtimes = {one["name"]: one for one in (await api("GET", "runtimes"))["items"]}
    python = runtimes["python3"]
    assert (python["language"], python["is_default"], python["packages"]) == ("python", True, None)
    assert not runtimes["echo"]["is_default"]


async def test_a_runtime_tells_the_packages_that_its_notebooks_can_import(
    api, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "more"))
    described = tmp_path / "more" / "Zebra-1.2.dist-info" / "METADATA"
    described.parent.mkdir(parents=True)
    described.write_text("Name: Zebra\nVersion: 1.2\n")
    packages = (await api("GET", "runtimes/python3"))["packages"]
    assert {"name": "Zebra", "version": "1.2"} in packages
    assert {"name": "pytest", "version": version("pytest")} in packages
    names = [package["name"].lower() for package in packages]
    assert sorted(set(names)) == names


async def test_a_runtime_without_python_lists_no_packages(api):
    assert (await api("GET", "runtimes/echo"))["packages"] is None


async def test_a_runtime_that_is_not_there_is_not_found(api):
    answered = await api.raw("GET", "runtimes/klingon")
    assert (answered.code, answered.json["message"]) == (404, "There is no runtime 'klingon'.")


async def test_open_notebooks_are_listed_with_their_kernels(api, notebook, open_session):
    session = await open_session(notebook("1", path="reports/weekly.ipynb"))
    await open_session("console-1", type="console")
    (found,) = (await api("GET", "notebooks"))["items"]
    assert (found["path"], found["name"]) == ("reports/weekly.ipynb", "weekly.ipynb")
    assert re.fullmatch("[0-9a-f]{32}", found["item_id"])
    assert found["kernel"]["id"] == session["kernel"]["id"]
    assert found["kernel"]["name"] == "echo"
    assert datetime.fromisoformat(found["last_activity"]) <= datetime.now(UTC)


async def test_an_open_notebook_has_the_item_id_of_its_jobs(api, notebook, open_session):
    path = notebook("1")
    await open_session(path)
    (found,) = (await api("GET", "notebooks"))["items"]
    assert found["item_id"] == (await api.submit(path))["item_id"]


@pytest.mark.parametrize("nbtasks_config", [{"max_concurrent_jobs": 3, "default_timeout": 60.5}])
async def test_the_limits_in_force_are_told(api):
    config = await api("GET", "config")
    assert config["user"] == local_user()
    assert config["limits"]["max_concurrent_jobs"] == 3
    assert config["limits"]["default_timeout"] == 60.5
    assert config["limits"]["default_cell_timeout"] is None
    assert {"ipynb", "html", "markdown"} <= set(config["formats"])
    assert config["versions"]["jupyter_server"] == version("jupyter_server")


async def test_usage_is_added_up_by_what_one_asks_for(api, notebook, usage):
    good, bad = notebook("1", path="good.ipynb"), notebook("1 / 0", path="bad.ipynb")
    jobs = [await api.run(path) for path in (good, bad)]
    by_notebook = await usage(by="notebook")
    assert {key: (row["jobs"], row["failures"]) for key, row in by_notebook.items()} == {
        "good.ipynb": (1, 0),
        "bad.ipynb": (1, 1),
    }
    whole = {"jobs": 2, "failures": 1}
    whole |= {name: sum(job["usage"][name] for job in jobs) for name in SECONDS}
    for by, key in [
        ("owner", local_user()),
        ("day", jobs[0]["created_at"][:10]),
        ("schedule", None),
    ]:
        assert await usage(by=by) == {key: pytest.approx(whole)}
    assert await usage() == await usage(by="day")
    assert await usage(since=jobs[1]["created_at"], by="notebook") == {
        "bad.ipynb": by_notebook["bad.ipynb"]
    }
    assert await usage(until=jobs[0]["created_at"]) == {}


SECONDS = ("kernel_seconds", "cpu_seconds")
