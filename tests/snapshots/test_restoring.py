"""Notebooks are put back byte for byte, and what was there is not lost."""

from __future__ import annotations

import asyncio
import hashlib
import json

import nbformat
import pytest

from .conftest import content

OTHER = "0" * 64


def digest(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def work(jp_root_dir):
    """The file whose snapshots these are."""
    return jp_root_dir / "work.ipynb"


@pytest.fixture
def restore(api):
    async def restore(snapshot, **fields):
        return await api.raw("POST", f"snapshots/{snapshot['id']}/restore", fields)

    return restore


@pytest.fixture
def kinds(api):
    """How many snapshots of each kind there are."""

    async def kinds():
        found = [one["kind"] for one in (await api("GET", "snapshots"))["items"]]
        return {kind: found.count(kind) for kind in found}

    return kinds


async def test_a_notebook_is_put_back_and_what_was_there_kept(
    keep, restore, document, notebook, work
):
    first = await keep()
    was = work.read_bytes()
    notebook("2")
    changed = work.read_bytes()

    answered = await restore(first, name="mine", description="why", expected_hash=digest(changed))

    assert answered.code == 200
    preserved = answered.json.pop("preserved")
    assert answered.json == {"path": "work.ipynb", "hash": first["hash"]}
    assert work.read_bytes() == was
    assert await document(preserved) == changed
    told = [preserved[name] for name in ("kind", "name", "description", "path")]
    assert told == ["restore", "mine", "why", "work.ipynb"]


FORMS = {
    "indented": lambda text: json.dumps(json.loads(text), indent=4).encode(),
    "in one line": lambda text: json.dumps(json.loads(text)).encode(),
    "with Windows' line ends": lambda text: text.replace(b"\n", b"\r\n"),
    "as no notebook any more": lambda text: b"<<<<<<< HEAD\n" + text,
    "as jupyter writes it": lambda text: text,
}


@pytest.mark.parametrize("form", FORMS)
async def test_every_byte_is_put_back_whoever_wrote_it(
    keep, restore, document, notebook, work, form
):
    first = await keep()
    formed = FORMS[form](work.read_bytes().replace(b'"1"', b'"2"'))
    work.write_bytes(formed)
    preserved = (await restore(first)).json["preserved"]
    assert preserved["kernel_name"] == (None if form == "as no notebook any more" else "python3")

    answered = await restore(preserved)

    assert (answered.code, answered.json["hash"]) == (200, digest(formed))
    assert work.read_bytes() == formed == await document(preserved)


async def test_an_open_editors_notebook_is_kept_instead_of_the_file(
    keep, restore, document, notebook, work
):
    first = await keep()
    notebook("saved")
    edited = content("not saved yet")

    preserved = (await restore(first, content=edited)).json["preserved"]

    kept = nbformat.reads((await document(preserved)).decode(), as_version=4)
    assert [cell.source for cell in kept.cells] == ["not saved yet"]
    again = (await restore(first, content=edited)).json
    assert again["preserved"]["hash"] == preserved["hash"]
    assert digest(work.read_bytes()) == again["hash"] == first["hash"]


async def test_nothing_is_kept_where_nothing_is_lost(keep, restore, notebook, kinds):
    first = await keep()

    same = await restore(first)
    notebook("2")
    declined = await restore(first, preserve=False)

    assert (same.json["preserved"], declined.json["preserved"]) == (None, None)
    assert await kinds() == {"manual": 1}


@pytest.mark.parametrize("nbtasks_config", [{"snapshot_before_restore": False}])
async def test_whoever_says_nothing_gets_what_the_settings_say(keep, restore, notebook, kinds):
    first = await keep()
    notebook("2")
    assert (await restore(first)).json["preserved"] is None
    notebook("2")
    assert (await restore(first, preserve=True)).json["preserved"]["kind"] == "restore"


async def test_a_file_that_nobody_looked_at_is_left_alone(keep, restore, notebook, work, kinds):
    first = await keep()
    notebook("2")
    was = work.read_bytes()

    refused = await restore(first, expected_hash=OTHER)

    assert (refused.code, refused.json["reason"]) == (409, "hash_differs")
    assert work.read_bytes() == was
    assert await kinds() == {"manual": 1}


async def test_of_several_at_once_none_loses_anything(keep, restore, notebook, work, api):
    several = []
    for number in range(4):
        notebook(str(number))
        several.append(await keep("work.ipynb"))
    notebook("not kept")
    was = digest(work.read_bytes())

    answers = await asyncio.gather(*(restore(one) for one in several))

    assert {one.code for one in answers} <= {200, 409}
    assert {one.json["reason"] for one in answers if one.code == 409} <= {"hash_differs"}
    done = [one.json for one in answers if one.code == 200]
    found = (await api("GET", "snapshots", kind="restore"))["items"]
    assert sorted(one["preserved"]["id"] for one in done) == sorted(one["id"] for one in found)
    assert was in {one["hash"] for one in found}
    assert digest(work.read_bytes()) in {one["hash"] for one in done}


async def test_what_cannot_be_kept_is_not_overwritten(keep, restore, notebook, work, kinds):
    first = await keep(name="taken")
    notebook("2")
    was = work.read_bytes()

    for fields, status in (({"name": "taken"}, 409), ({"content": {"cells": 5}}, 400)):
        assert (await restore(first, **fields)).code == status

    assert work.read_bytes() == was
    assert await kinds() == {"manual": 1}


async def test_what_cannot_be_read_is_not_overwritten(keep, restore, work):
    first = await keep()
    work.write_bytes(b"\xff\xfe")

    assert (await restore(first)).code == 400

    assert work.read_bytes() == b"\xff\xfe"


async def test_a_notebook_that_is_gone_comes_back_with_its_folder(
    keep, restore, notebook, jp_fetch, jp_root_dir
):
    first = await keep(notebook("1", path="in/here/work.ipynb"))
    was = (jp_root_dir / first["path"]).read_bytes()
    await jp_fetch("api", "contents", "in/here/work.ipynb", method="DELETE")
    await jp_fetch("api", "contents", "in/here", method="DELETE")
    await jp_fetch("api", "contents", "in", method="DELETE")

    answered = await restore(first)

    assert (answered.code, answered.json["preserved"]) == (200, None)
    assert (jp_root_dir / "in/here/work.ipynb").read_bytes() == was
    refused = await restore(first, expected_hash=OTHER)
    assert refused.json["reason"] == "hash_differs"


async def test_a_folder_in_its_place_is_left_alone(keep, restore, work):
    first = await keep()
    work.unlink()
    work.mkdir()

    assert (await restore(first)).code == 400

    assert work.is_dir()


async def test_a_renamed_notebook_is_put_back_where_it_is(
    keep, restore, notebook, jp_fetch, jp_root_dir
):
    first = await keep()
    await jp_fetch("api", "contents", "work.ipynb", method="PATCH", body='{"path": "moved.ipynb"}')
    notebook("2", path="moved.ipynb")

    assert (await restore(first)).json["path"] == "moved.ipynb"

    assert digest((jp_root_dir / "moved.ipynb").read_bytes()) == first["hash"]
    assert not (jp_root_dir / "work.ipynb").exists()


async def test_what_was_not_trusted_is_not_trusted_again(keep, restore, api, jp_fetch, work):
    cell = nbformat.v4.new_code_cell("1")
    output = nbformat.v4.new_output("display_data", data={"text/html": "<script>1</script>"})
    cell["outputs"] = [output]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), work)
    first = await keep("work.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), work)

    await restore(first)

    model = json.loads((await jp_fetch("api", "contents", "work.ipynb")).body)
    assert model["content"]["cells"][0]["metadata"]["trusted"] is False


async def test_a_new_notebook_is_made_of_a_snapshot(keep, api, document, jp_root_dir):
    first = await keep()
    address = f"snapshots/{first['id']}/save-as"

    answered = await api.raw("POST", address, {"path": "deep/in/new.ipynb"})

    assert (answered.code, answered.json["path"]) == (201, "deep/in/new.ipynb")
    assert len(answered.json["item_id"]) == 32 != first["item_id"]
    assert (jp_root_dir / "deep/in/new.ipynb").read_bytes() == await document(first)
    assert (await api("GET", "snapshots", path="deep/in/new.ipynb"))["items"] == []


async def test_of_several_that_want_one_path_one_gets_it(keep, api):
    first = await keep()
    address = f"snapshots/{first['id']}/save-as"

    answers = await asyncio.gather(
        *(api.raw("POST", address, {"path": "new.ipynb"}) for _ in range(4))
    )

    assert sorted(one.code for one in answers) == [201, 409, 409, 409]


NO_PLACES = [
    ("work.ipynb", 409, "file_exists"),
    ("../x.ipynb", 400, "path_outside_root"),
    ("x.txt", 400, "invalid_request"),
    ("folder.ipynb", 400, "not_a_notebook"),
    ("work.ipynb/x.ipynb", 400, "invalid_path"),
    (".hidden.ipynb", 400, "invalid_path"),
    ("a" * 300 + ".ipynb", 400, "invalid_path"),
]


@pytest.mark.parametrize("place", NO_PLACES, ids=str)
async def test_no_notebook_is_made_elsewhere(keep, api, work, jp_root_dir, place):
    path, status, reason = place
    first = await keep()
    (jp_root_dir / "folder.ipynb").mkdir()
    was = work.read_bytes()

    refused = await api.raw("POST", f"snapshots/{first['id']}/save-as", {"path": path})

    assert (refused.code, refused.json["reason"]) == (status, reason)
    assert work.read_bytes() == was
    assert not (jp_root_dir.parent / "x.ipynb").exists()
