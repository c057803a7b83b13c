"""The template of new notebooks."""

from __future__ import annotations

import json

import nbformat
import pytest

from ...test_access import AliceIsAdmin, ByHeader
from ..conftest import multipart

UPDATE = "admin/notebooks/updateDefaultTemplate"
RESTORE = "admin/notebooks/restoreDefaultTemplate"


def template(source):
    """A notebook of one cell, with an output, as a file that is sent."""
    cell = nbformat.v4.new_code_cell(source)
    cell.outputs = [nbformat.v4.new_output("stream", text="secret")]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"title": "ours"})
    return "default.ipynb", nbformat.writes(notebook).encode()


async def update(client, file):
    """Send *file* as the template."""
    body, headers = multipart({"f": "json"}, defaultNotebook=file)
    return await client.raw("POST", UPDATE, body, headers=headers)


@pytest.fixture
def begun(client, jp_root_dir):
    """Open a new notebook; return its file."""

    async def make():
        before = set(jp_root_dir.glob("*.ipynb"))
        await client.post("admin/notebooks/openNotebook")
        [made] = set(jp_root_dir.glob("*.ipynb")) - before
        return json.loads(made.read_text())

    return make


async def test_a_new_notebook_begins_as_the_template_until_it_is_restored(client, begun):
    assert (await begun())["cells"] == []
    assert (await update(client, template("import ours"))).json == {"status": "success"}
    assert (await update(client, template("import yours"))).json == {"status": "success"}
    [cell] = (made := await begun())["cells"]
    assert (cell["source"], cell["outputs"]) == (["import yours"], [])
    assert made["metadata"]["title"] == "ours"
    assert await client.post(RESTORE) == {"status": "success"}
    assert await client.post(RESTORE) == {"status": "success"}
    assert (await begun())["cells"] == []


async def test_it_is_kept_in_the_data_folder_and_nothing_else_is(client, app, tmp_path):
    await update(client, template("1"))
    kept = tmp_path / "nbtasks" / "template.ipynb"
    assert nbformat.read(kept, as_version=4).cells[0].source == "1"
    assert [path.name for path in kept.parent.glob(".*")] == []


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (("a.ipynb", b"print('no notebook')"), "This is not a notebook."),
        (("a.ipynb", b'{"cells": [{}], "nbformat": 4}'), "This is not a"),
        (("a.ipynb", b"\xff\xfe"), "This is not a notebook."),
    ],
)
async def test_what_is_not_a_notebook_changes_nothing(client, begun, file, message):
    await update(client, template("1"))
    refused = await update(client, file)
    assert (refused.code, refused.json["status"]) == (400, "error")
    assert refused.json["messages"][0].startswith(message)
    assert (await begun())["cells"][0]["source"] == ["1"]


class TestSmall:
    """A server that takes small notebooks only."""

    @pytest.fixture
    def nbtasks_config(self):
        return {"max_notebook_bytes": 500}

    async def test_a_template_that_is_too_large_is_refused(self, client):
        refused = await update(client, template("1" * 500))
        assert (refused.code, "500 bytes" in refused.json["messages"][0]) == (400, True)


async def test_a_text_in_the_place_of_a_file_is_refused(client):
    refused = await client.raw("POST", UPDATE, {"f": "json", "defaultNotebook": "{}"})
    assert "must be a file" in refused.json["messages"][0]


class TestWithPersons:
    """Alice is an administrator, Bob is not."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"] |= {
            "identity_provider_class": ByHeader,
            "authorizer_class": AliceIsAdmin,
        }
        return jp_server_config

    async def test_only_an_administrator_may_change_it(self, as_person):
        assert (await update(as_person("alice"), template("1"))).code == 200
        assert (await update(as_person("bob"), template("2"))).json["code"] == 403
        restored = await as_person("bob").raw("POST", RESTORE, {"f": "json"})
        assert (restored.code, restored.json["code"]) == (403, 403)
