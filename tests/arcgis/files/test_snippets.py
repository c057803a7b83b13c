"""Snippets come into a folder of the server's files and out of it."""

from __future__ import annotations

import io
import zipfile

import pytest

from ..conftest import multipart
from .test_snippet_archive import GOOD, zipped

IMPORT, EXPORT = "admin/notebooks/snippets/import", "admin/notebooks/snippets/export"


@pytest.fixture
def send(client):
    """Import a zip of these files."""

    async def post(*files, **fields):
        sent = {"f": "json", "itemId": "lib/ours", "overwrite": "false", **fields}
        body, headers = multipart(sent, file=("snippets.zip", zipped(*files)))
        return await client.raw("POST", IMPORT, body, headers=headers)

    return post


async def test_snippets_are_files_in_a_folder(send, jp_root_dir):
    said = await send(("a.py", GOOD), ("more/b.py", GOOD))
    assert (said.code, said.json["status"]) == (200, "success")
    assert said.json["snippets"] == ["lib/ours/a.py", "lib/ours/more/b.py"]
    assert said.json["message"]
    assert (jp_root_dir / "lib" / "ours" / "more" / "b.py").read_bytes() == GOOD


async def test_the_folder_can_be_named_by_its_item_id(send, app, jp_root_dir):
    (jp_root_dir / "lib").mkdir()
    item = app.assembly.ground.contents.file_ids.id_of("lib")
    assert (await send(("a.py", GOOD), itemId=item)).json["snippets"] == ["lib/a.py"]


async def test_what_is_there_is_overwritten_only_if_that_is_asked_for(send, jp_root_dir):
    await send(("a.py", GOOD))
    changed = GOOD + b"# changed\n"
    refused = await send(("b.py", GOOD), ("a.py", changed))
    assert (refused.code, refused.json["code"]) == (409, 409)
    assert "'lib/ours/a.py'" in refused.json["messages"][0]
    assert [path.name for path in (jp_root_dir / "lib" / "ours").iterdir()] == ["a.py"]
    assert (await send(("a.py", changed), overwrite="true")).code == 200
    assert (jp_root_dir / "lib" / "ours" / "a.py").read_bytes() == changed


async def test_none_is_saved_unless_all_are_good(send, jp_root_dir):
    refused = await send(("a.py", GOOD), ("../b.py", GOOD))
    assert (refused.code, refused.json["status"]) == (400, "error")
    assert not (jp_root_dir / "lib").exists()


@pytest.mark.parametrize(("item", "code"), [("../x", 400), ("0" * 32, 404), (".x", 403), ("", 400)])
async def test_a_folder_that_cannot_be_is_refused(send, jp_root_dir, item, code):
    assert (await send(("a.py", GOOD), itemId=item)).code == code
    assert list(jp_root_dir.parent.rglob("a.py")) == []


async def test_snippets_are_exported_as_they_were_imported(send, client, jp_root_dir):
    await send(("a.py", GOOD), ("more/b.py", GOOD))
    (jp_root_dir / "lib" / "ours" / "c.py").write_text("print('no snippet')")
    (jp_root_dir / "lib" / "ours" / "d.txt").write_text("x")
    answered = await client.raw("POST", EXPORT, {"f": "json", "itemId": "lib/ours"})
    assert answered.headers["Content-Disposition"].endswith("ours.zip")
    with zipfile.ZipFile(io.BytesIO(answered.body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a.py": GOOD,
            "more/b.py": GOOD,
        }
    missing = await client.raw("POST", EXPORT, {"f": "json", "itemId": "nothing"})
    assert (missing.code, missing.json["code"]) == (404, 404)
    crowd = jp_root_dir / "crowd"
    crowd.mkdir()
    for number in range(1001):
        (crowd / f"{number}.py").write_bytes(GOOD)
    too_much = await client.raw("POST", EXPORT, {"f": "json", "itemId": "crowd"})
    assert (too_much.code, "too much" in too_much.json["messages"][0]) == (400, True)
