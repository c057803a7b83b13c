"""What can be done with snapshots, on a real server."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from jupyter_nbtasks.assembly.assembly import Assembly
from jupyter_nbtasks.caller import Caller, local_user
from jupyter_nbtasks.cli.managers import local_managers
from jupyter_nbtasks.snapshots.requests import SnapshotRequest

from ..conftest import Api
from .conftest import content


async def ids(api, **query):
    return [one["id"] for one in (await api("GET", "snapshots", **query))["items"]]


async def test_a_file_is_kept_as_it_is(api, keep, document, notebook, jp_root_dir, jp_base_url):
    path = notebook("1", path="in/work.ipynb")
    was = (jp_root_dir / path).read_bytes()

    made = await keep(path, name="first", description="Before\nthe rewrite")
    notebook("2", path=path)

    here = f"{jp_base_url}nbtasks/api/snapshots/{made['id']}"
    at, item_id = made.pop("created_at"), made.pop("item_id")
    assert timedelta() <= datetime.now(UTC) - datetime.fromisoformat(at) < timedelta(minutes=1)
    assert len(item_id) == 32
    assert made == {
        "id": made["id"], "path": path, "name": "first", "description": "Before\nthe rewrite",
        "owner": made["owner"], "hash": hashlib.sha256(was).hexdigest(), "size": len(was),
        "kernel_name": "python3", "private": False, "kind": "manual",
        "links": {"self": here, "content": f"{here}/content", "diff": f"{here}/diff"},
    }  # fmt: skip
    assert await document(made) == was
    shown = await api("GET", f"snapshots/{made['id']}")
    assert shown == made | {"created_at": at, "item_id": item_id}
    assert await api("GET", "snapshots", path=path) == {"items": [shown], "next": None}


async def test_what_is_not_saved_is_kept_as_jupyter_would_save_it(
    api, keep, document, notebook, jp_fetch, jp_root_dir
):
    notebook("1")
    edited = content("1", "x = '½'")
    edited["cells"][0]["metadata"]["trusted"] = True

    made = await keep("work.ipynb", content=edited)

    body = json.dumps({"type": "notebook", "content": edited})
    await jp_fetch("api", "contents", "work.ipynb", method="PUT", body=body)
    saved = (jp_root_dir / "work.ipynb").read_bytes()
    assert await document(made) == saved
    assert made["hash"] == hashlib.sha256(saved).hexdigest()


async def test_a_notebook_of_an_older_format_is_kept(api, keep, document):
    cell = {"cell_type": "code", "input": "1", "outputs": [], "language": "python"}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}

    made = await keep(content=old)

    kept = json.loads(await document(made))
    assert (kept["nbformat"], kept["cells"][0]["source"]) == (4, ["1"])


async def test_a_name_is_found_where_none_is_given(keep, notebook):
    notebook("1", path="in/report.ipynb")

    made = [await keep("in/report.ipynb") for _ in range(3)]

    names = [one["name"] for one in made]
    assert len(set(names)) == 3
    assert all(name.startswith(f"report {datetime.now():%Y-}") for name in names)  # noqa: DTZ005


async def test_a_name_is_given_once_of_a_notebook_however_many_ask(api, keep, notebook):
    notebook("1"), notebook("1", path="other.ipynb")
    body = {"path": "work.ipynb", "name": "v1"}

    answers = await asyncio.gather(*(api.raw("POST", "snapshots", body) for _ in range(8)))

    assert sorted(one.code for one in answers) == [201] + [409] * 7
    refused = next(one.json for one in answers if one.code == 409)
    assert refused["reason"] == "name_taken"
    assert "'v1' already" in refused["message"]
    assert (await keep("other.ipynb", name="v1"))["name"] == "v1"


async def test_many_without_a_name_get_one_each(api, notebook):
    notebook("1")

    made = await asyncio.gather(
        *(api("POST", "snapshots", {"path": "work.ipynb"}) for _ in range(8))
    )

    assert len({one["name"] for one in made}) == 8


async def test_they_are_listed_newest_first_page_by_page(api, keep, notebook):
    notebook("1"), notebook("1", path="other.ipynb")
    made = [(await keep("work.ipynb"))["id"] for _ in range(5)]
    other = (await keep("other.ipynb", name="Quartal", description="for the board"))["id"]

    first = await api("GET", "snapshots", path="work.ipynb", limit=2)
    second = await api("GET", "snapshots", path="work.ipynb", limit=2, cursor=first["next"])
    third = await api("GET", "snapshots", path="work.ipynb", limit=2, cursor=second["next"])

    found = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert (found, third["next"]) == (made[::-1], None)
    assert await ids(api) == [other, *made[::-1]]
    assert await ids(api, kind="restore") == []
    for text in ("quartal", "BOARD", "other"):
        assert await ids(api, q=text) == [other]


async def test_what_is_given_is_changed(api, keep):
    made = await keep(name="a", description="b")

    changed = await api("PATCH", f"snapshots/{made['id']}", {"name": "c"})

    assert changed == made | {"name": "c"}
    assert await api("PATCH", f"snapshots/{made['id']}", {}) == changed
    more = {"description": "", "private": True}
    assert await api("PATCH", f"snapshots/{made['id']}", more) == changed | more


async def test_a_name_of_another_is_not_taken_over(api, keep):
    made, other = await keep(name="a"), await keep("work.ipynb", name="b")

    refused = await api.raw("PATCH", f"snapshots/{other['id']}", {"name": "a"})

    assert (refused.code, refused.json["reason"]) == (409, "name_taken")
    assert (await api("PATCH", f"snapshots/{made['id']}", {"name": "a"}))["name"] == "a"


async def test_a_deleted_one_is_gone(api, keep, jp_root_dir):
    made = await keep()

    assert (await api.raw("DELETE", f"snapshots/{made['id']}")).code == 204

    for method, end in (("GET", ""), ("GET", "/content"), ("PATCH", ""), ("DELETE", "")):
        answered = await api.raw(
            method, f"snapshots/{made['id']}{end}", {} if method == "PATCH" else None
        )
        assert (answered.code, answered.json["reason"]) == (404, "not_found")
    assert await ids(api) == []
    assert (jp_root_dir / "work.ipynb").exists()


async def test_content_is_downloaded_under_its_name_and_once(api, keep, jp_fetch):
    made = await keep(name="a/b ½")
    at = ("nbtasks", "api", "snapshots", made["id"], "content")

    answered = await api.raw("GET", f"snapshots/{made['id']}/content", download=1)
    again = await api.raw("GET", f"snapshots/{made['id']}/content")

    assert answered.headers["Content-Type"] == "application/x-ipynb+json"
    name = answered.headers["Content-Disposition"].split("''")[1]
    assert name == quote("a/b ½.ipynb", safe="")
    assert again.headers["Etag"] == f'"{made["hash"]}"'
    assert "Content-Disposition" not in again.headers
    same = {"If-None-Match": again.headers["Etag"]}

    async def fetch(*assembly, **sent):
        return await jp_fetch(*assembly, headers=same, **sent)

    assert (await Api(fetch, api.assembly).raw("GET", "/".join(at[2:]))).code == 304


async def test_a_renamed_notebook_keeps_its_snapshots(api, keep, notebook, jp_fetch):
    made = await keep(name="a")
    await jp_fetch("api", "contents", "work.ipynb", method="PATCH", body='{"path": "moved.ipynb"}')
    notebook("2")
    newcomer = await keep("work.ipynb", name="a")

    assert await ids(api, path="moved.ipynb") == [made["id"]]
    assert await ids(api, path="work.ipynb") == [newcomer["id"]]
    assert (await api("GET", f"snapshots/{made['id']}"))["path"] == "moved.ipynb"
    refused = await api.raw("POST", "snapshots", {"path": "moved.ipynb", "name": "a"})
    assert refused.json["reason"] == "name_taken"


async def test_a_notebook_made_anew_has_the_snapshots_of_the_one_before(
    api, keep, notebook, jp_fetch
):
    made = await keep(name="a")
    await jp_fetch("api", "contents", "work.ipynb", method="DELETE")
    assert await ids(api, path="work.ipynb") == [made["id"]]

    notebook("2")

    refused = await api.raw("POST", "snapshots", {"path": "work.ipynb", "name": "a"})
    assert refused.json["reason"] == "name_taken"
    second = await keep("work.ipynb", name="b")
    assert second["item_id"] != made["item_id"]
    assert await ids(api, path="work.ipynb") == [second["id"], made["id"]]


async def test_where_a_notebook_was_last_is_known_once_it_is_gone(api, keep, jp_fetch):
    made = await keep()
    await jp_fetch("api", "contents", "work.ipynb", method="PATCH", body='{"path": "moved.ipynb"}')
    assert await ids(api) == [made["id"]]
    await jp_fetch("api", "contents", "moved.ipynb", method="DELETE")

    assert (await api("GET", f"snapshots/{made['id']}"))["path"] == "moved.ipynb"
    assert await ids(api, path="moved.ipynb") == [made["id"]]
    assert await ids(api, path="work.ipynb") == []


async def test_what_a_command_kept_follows_the_notebook_too(
    api, app, notebook, jp_root_dir, jp_fetch
):
    notebook("1")
    managers = local_managers(jp_root_dir, app.config)
    command = Assembly(app.storage(app.root_name), managers, app.policy())
    me = Caller(local_user(), sees_all=True)
    made = await command.snapshots.service.create(SnapshotRequest(path="work.ipynb"), me)
    command.ground.database.close()

    assert (made.item_id, await ids(api, path="work.ipynb")) == (None, [made.id])
    await jp_fetch("api", "contents", "work.ipynb", method="PATCH", body='{"path": "moved.ipynb"}')

    assert await ids(api, path="moved.ipynb") == [made.id]


async def test_events_carry_ids_and_actions_only(api, keep, jp_serverapp):
    heard = []

    async def listener(logger, schema_id, data):
        heard.append(data)

    schema = "https://events.jupyter.org/jupyter_nbtasks/snapshot/v1"
    jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
    made = await keep()
    await api("PATCH", f"snapshots/{made['id']}", {"name": "other"})
    await api("DELETE", f"snapshots/{made['id']}")
    await jp_serverapp.event_logger.gather_listeners()

    assert heard == [
        {"id": made["id"], "action": action} for action in ("created", "changed", "deleted")
    ]
