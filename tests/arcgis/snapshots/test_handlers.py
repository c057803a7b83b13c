"""A client keeps notebooks, lists what was kept, downloads, restores, converts and deletes it."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from jupyter_server.auth import AllowAllAuthorizer

from ...test_access import ByHeader

AT = "admin/notebooks/snapshots"
KEY = re.compile(r"snapshot-[0-9a-f]{32}\.json")


@pytest.fixture
def keep(client):
    """Keep a notebook as the client does; return the key."""

    async def keep(item, name, one=client, **form):
        sent = {"description": "", "privateAccess": "false", "notebookJSON": "", **form}
        kept = await one.post(f"{AT}/create", itemId=item, name=name, **sent)
        assert set(kept) == {"snapshotResourceKey", "status"}
        assert kept["status"] == "success"
        assert KEY.fullmatch(kept["snapshotResourceKey"])
        return kept["snapshotResourceKey"]

    return keep


async def listed(client, item):
    """The snapshots, as the client gets them: only where it reads of a success."""
    answered = await client.post(f"{AT}/list", itemId=item)
    assert (answered["status"], answered["total"]) == ("success", len(answered["snapshots"]))
    assert all(name.isidentifier() for one in answered["snapshots"] for name in one)
    return answered["snapshots"]


async def item_id(client, path):
    return (await client.get(f"sharing/rest/content/items/{path}"))["id"]


async def refused(client, operation, **form):
    answered = await client.raw("POST", f"{AT}/{operation}", {"f": "json", **form})
    assert answered.json["status"] == "error"
    return answered.code, answered.json["messages"][0]


async def test_create_list_and_download_as_a_client_does(client, keep, notebook, jp_root_dir):
    item = await item_id(client, notebook("1"))
    first = await keep(item, "first", description="before the weekend")
    as_kept = (jp_root_dir / "work.ipynb").read_text()
    notebook("2")
    second = await keep(item, "second")

    newest, oldest = await listed(client, item)
    assert (newest["resourceKey"], oldest["resourceKey"]) == (second, first)
    assert oldest["properties"] == {
        "name": "first",
        "description": "before the weekend",
        "runtime": {"notebookRuntimeName": "python3", "notebookRuntimeVersion": ""},
    }
    assert oldest["created"].isdigit()
    assert int(oldest["created"]) <= int(newest["created"])

    # Without f it is the notebook as a text, and not as a file that the client would save.
    sent = {"itemId": item, "resourceKey": first}
    without = await client.raw("POST", f"{AT}/download", sent)
    assert without.text == as_kept
    assert "json" in without.headers["Content-Type"]
    assert "Content-Disposition" not in without.headers
    assert await client.post(f"{AT}/download", **sent) == json.loads(as_kept)
    as_file = await client.raw("POST", f"{AT}/download", {**sent, "f": "html"})
    assert as_file.text == as_kept
    assert "filename*=UTF-8''first.ipynb" in as_file.headers["Content-Disposition"]


async def test_what_an_editor_holds_is_kept_in_the_place_of_the_file(client, keep, notebook):
    path = notebook("1")
    held = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("not saved")])
    key = await keep(path, "held", notebookJSON=json.dumps(held))
    kept = await client.post(f"{AT}/download", itemId=path, resourceKey=key)
    assert ["".join(cell["source"]) for cell in kept["cells"]] == ["not saved"]


async def test_restore_keeps_what_is_there_under_the_title(
    client, keep, notebook, jp_root_dir, jp_fetch
):
    item = await item_id(client, notebook("1"))
    key = await keep(item, "first")
    as_kept = (jp_root_dir / "work.ipynb").read_bytes()
    notebook("2")
    sent = {"itemId": item, "resourceKey": key}
    form = {"preserveCurrentAsSnapshot": "true", "title": "T", "description": "D"}

    restored = await client.post(f"{AT}/restore", **sent, **form)

    assert (jp_root_dir / "work.ipynb").read_bytes() == as_kept
    assert set(restored) == {"resourceKey", "status"}
    kept = (await listed(client, item))[0]
    assert kept["resourceKey"] == restored["resourceKey"]
    assert (kept["properties"]["name"], kept["properties"]["description"]) == ("T", "D")
    notebook("3")
    form |= {"preserveCurrentAsSnapshot": "false", "title": "", "description": ""}
    assert await client.post(f"{AT}/restore", **sent, **form) == {
        "resourceKey": "",
        "status": "success",
    }
    assert len(await listed(client, item)) == 2
    await jp_fetch("api", "contents", "work.ipynb", method="DELETE")
    assert (await client.post(f"{AT}/restore", **sent, **form))["status"] == "success"
    assert (jp_root_dir / "work.ipynb").read_bytes() == as_kept


@pytest.mark.parametrize("folder", ["", "reports/"])
async def test_convert_makes_a_notebook_beside_it(client, keep, notebook, jp_root_dir, folder):
    path = notebook("1", path=f"{folder}work.ipynb")
    form = {"itemId": path, "resourceKey": await keep(path, "first"), "notebookTitle": "A/B test"}

    made = [await client.post(f"{AT}/convertToItem", **form) for _ in "12"]

    assert {one["status"] for one in made} == {"success"}
    # The client looks at the item at once.
    shown = [await client.post(f"sharing/rest/content/items/{one['itemId']}") for one in made]
    assert [one["name"] for one in shown] == [f"{folder}A-B test{n}.ipynb" for n in ("", "-1")]
    assert {one["type"] for one in shown} == {"Notebook"}
    contents = {(jp_root_dir / one["name"]).read_bytes() for one in [*shown, {"name": path}]}
    assert len(contents) == 1


async def test_delete_takes_one_and_several_and_none_if_one_is_not_there(client, keep, notebook):
    path = notebook("1")
    keys = [await keep(path, name) for name in ("one", "two", "three")]
    missing = f"{keys[0]},snapshot-{'0' * 32}.json"
    assert (await refused(client, "delete", itemId=path, resourceKeys=missing))[0] == 404
    assert len(await listed(client, path)) == 3
    success = {"status": "success"}
    assert await client.post(f"{AT}/delete", itemId=path, resourceKeys=keys[2]) == success
    both = f"{keys[0]}, {keys[1]}"
    assert await client.post(f"{AT}/delete", itemId=path, resourceKeys=both) == success
    assert await listed(client, path) == []


@pytest.mark.parametrize("nbtasks_config", [{"arcgis_max_snapshots": 2}])
async def test_a_notebook_has_no_more_than_the_setting_says(client, api, keep, notebook):
    path = notebook("a = 1", parameters="b: int = 1")
    await api("POST", "tools", {"name": "add", "notebook": path})
    keys = [await keep(path, name) for name in ("one", "two")]
    # What is kept unasked is not counted and not listed, the preserved one is listed.
    notebook("2")
    form = {"itemId": path, "resourceKey": keys[0], "preserveCurrentAsSnapshot": "true"}
    await client.post(f"{AT}/restore", **form)
    assert len(await listed(client, path)) == 3
    assert len((await api("GET", "snapshots"))["items"]) == 4

    code, message = await refused(client, "create", itemId=path, name="three")

    assert (code, message[:29]) == (409, "This notebook has 2 snapshots")
    # It is a limit of this surface alone.
    await api("POST", "snapshots", {"path": path, "name": "three"})
    await client.post(f"{AT}/delete", itemId=path, resourceKeys=",".join(keys))
    await keep(path, "four")


@pytest.mark.parametrize("nbtasks_config", [{"arcgis_max_snapshots": 0, "max_snapshots": 1}])
async def test_the_limit_of_the_server_counts_too(client, keep, notebook):
    path = notebook("1")
    await keep(path, "one")
    assert (await refused(client, "create", itemId=path, name="two"))[0] == 409


async def test_five_are_the_default(client, keep, notebook):
    path = notebook("1")
    for number in range(5):
        await keep(path, f"{number}")
    assert (await refused(client, "create", itemId=path, name="5"))[0] == 409


@pytest.mark.parametrize(
    ("operation", "form", "said"),
    [
        ("create", {"name": ""}, (400, "'name' is missing.")),
        ("create", {"name": "n", "itemId": "gone.ipynb"}, (404, "There is no file")),
        ("create", {"name": "kept"}, (409, "This notebook has a snapshot")),
        ("create", {"name": "n", "notebookJSON": '{"cells": 1}'}, (400, "This is not a")),
        ("list", {"itemId": "0" * 32}, (404, "There is no notebook with the item id")),
        ("download", {"resourceKey": "x"}, (404, "The notebook has no snapshot 'x'")),
        ("restore", {"itemId": "other.ipynb"}, (404, "The notebook has no snapshot")),
        ("convertToItem", {}, (400, "'notebookTitle' is missing.")),
        ("convertToItem", {"notebookTitle": ".hidden"}, (400, "'.hidden.ipynb' is hidden")),
        ("delete", {}, (400, "'resourceKeys' is missing.")),
    ],
)
async def test_what_cannot_be_done_says_why(client, keep, notebook, operation, form, said):
    notebook("1", path="other.ipynb")
    path = notebook("1")
    sent = {"itemId": path, "resourceKey": await keep(path, "kept"), **form}
    code, message = await refused(client, operation, **sent)
    assert (code, message[: len(said[1])]) == said


async def test_a_snapshot_that_a_tool_runs_stays(client, api, notebook):
    path = notebook("1", parameters="a: int = 1")
    tool = await api("POST", "tools", {"name": "add", "notebook": path})
    key = f"snapshot-0000{tool['snapshot_id'][1:]}.json"
    code, message = await refused(client, "delete", itemId=path, resourceKeys=key)
    assert (code, message[:26]) == (409, "A tool runs this snapshot.")


async def test_a_notebook_that_was_moved_has_its_snapshots(client, api, keep, notebook, app):
    path = notebook("1")
    item = await item_id(client, path)
    key = await keep(item, "first")
    await app.serverapp.contents_manager.rename(path, "moved.ipynb")
    assert [one["resourceKey"] for one in await listed(client, item)] == [key]
    for name in (item, "moved.ipynb"):
        await client.post(f"{AT}/download", itemId=name, resourceKey=key)
    assert (await refused(client, "download", itemId=path, resourceKey=key))[0] == 404


async def test_the_resource_lists_its_operations(client):
    assert await client.get(AT) == {
        "resources": [],
        "operations": ["convertToItem", "create", "delete", "download", "list", "restore"],
    }
    page = (await client.raw("GET", AT, f="html")).text
    assert '<input name="notebookTitle"' in page
    assert '<textarea name="notebookJSON"' in page


class TestPersons:
    """Private ones are their owner's alone."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        known = {"identity_provider_class": ByHeader, "authorizer_class": AllowAllAuthorizer}
        jp_server_config["ServerApp"] |= known
        return jp_server_config

    async def test_what_is_private_is_not_listed_to_others(self, as_person, keep, notebook):
        alice, bob = as_person("alice"), as_person("bob")
        path = notebook("1")
        hers = await keep(path, "private", alice, privateAccess="true")
        shared = await keep(path, "shared", alice)
        assert [one["resourceKey"] for one in await listed(bob, path)] == [shared]
        assert len(await listed(alice, path)) == 2
        sent = {"itemId": path, "resourceKey": hers}
        assert (await refused(bob, "download", **sent))[0] == 404
        theirs = {"itemId": path, "resourceKeys": shared}
        assert (await refused(bob, "delete", **theirs))[0] == 404
