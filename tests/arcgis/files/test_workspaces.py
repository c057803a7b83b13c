"""Workspaces, and what else of an ArcGIS site there is not."""

from __future__ import annotations

import pytest

from jupyter_nbtasks.caller import local_user

WORKSPACES = "admin/notebooks/workspaces"


async def test_the_workspace_of_whoever_asks_leads_to_the_files(client, jp_root_dir):
    (jp_root_dir / "a.txt").write_text("1")
    listed = await client.get(WORKSPACES)
    [mine] = listed["workspaces"]
    assert mine["username"] == local_user()
    assert await client.get(f"{WORKSPACES}/{mine['id']}") == mine
    [blob] = (await client.get(mine["url"]))["Blobs"]
    assert blob["Name"] == "a.txt"
    other = await client.raw("GET", f"{WORKSPACES}/jim", f="json")
    assert (other.code, other.json["status"]) == (404, "error")


@pytest.mark.parametrize(
    "address",
    [
        f"{WORKSPACES}/register",
        f"{WORKSPACES}/jim/unregister",
        "admin/createNewSite",
        "admin/logs/query",
        "admin/machines",
        "admin/security/config",
        "admin/site",
        "admin/system/directories",
    ],
)
async def test_what_has_no_meaning_here_says_why(client, address):
    for method in ("GET", "POST"):
        body = {"f": "json"} if method == "POST" else None
        answered = await client.raw(method, address, body, f="json")
        assert (answered.code, answered.json["status"]) == (400, "error")
        assert answered.json["messages"][0].startswith("This is not supported here: ")
