"""The server's files as workspaces, in the dialect of a blob store."""

from __future__ import annotations

import os
from xml.etree import ElementTree

import pytest

from jupyter_nbtasks.caller import local_user

from ...test_access import AliceIsAdmin, ByHeader
from ..conftest import multipart

D = "admin/dataaccess"
W = f"{D}/notebookworkspace"
MINE = f"{D}/{local_user()}/notebookworkspace"
BLOCK = {"x-ms-blob-type": "BlockBlob"}


@pytest.fixture
def jp_server_config(jp_server_config):
    jp_server_config["FileContentsManager"] = {"delete_to_trash": False}
    return jp_server_config


@pytest.fixture
def files(jp_root_dir):
    """Some files below the server's root, one of them hidden."""
    for path in ("a.txt", "sub/b.txt", "sub/deep/c.bin", "sub-1.txt", ".hidden", "z/.h/x"):
        (jp_root_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (jp_root_dir / path).write_bytes(b"\x00\xff" + path.encode())
    return jp_root_dir


async def names(client, address=W, **query):
    """The names in a list of files."""
    listed = await client.get(address, restype="container", comp="list", **query)
    return [blob["Name"] for blob in listed["Blobs"]]


async def test_the_workspace_of_the_client_is_among_them(client):
    listed = await client.get(f"{D}/listUserWorkspaces")
    me = (await client.get("sharing/rest/portals/self"))["user"]["username"]
    assert listed == {"Containers": [{"Name": me}]}


async def test_files_are_listed_with_those_in_folders(client, files):
    every = ["a.txt", "sub-1.txt", "sub/", "sub/b.txt", "sub/deep/", "sub/deep/c.bin", "z/"]
    assert await names(client) == await names(client, MINE) == every
    assert await names(client, prefix="sub/") == ["sub/b.txt", "sub/deep/", "sub/deep/c.bin"]
    assert await names(client, prefix="sub") == every[1:6]
    assert await names(client, prefix="sub/", delimiter="/") == ["sub/b.txt", "sub/deep/"]
    assert await names(client, prefix="nothing/") == []
    blob, *_ = (await client.get(W))["Blobs"]
    assert blob["Deleted"] is False
    assert blob["Properties"]["BlobType"] == "BlockBlob"
    assert blob["Properties"]["Content-Length"] == 7
    assert blob["Properties"]["Last-Modified"].endswith(" GMT")


async def test_a_long_list_is_read_in_pages(client, files):
    every, found, marker = await names(client), [], ""
    while True:
        page = await client.get(W, maxresults=2, marker=marker)
        found += [blob["Name"] for blob in page["Blobs"]]
        marker = page["NextMarker"]
        if not marker:
            break
    assert found == every


async def test_xml_is_spoken_to_whoever_asks_for_nothing_else(client, files):
    os.rename(files / "a.txt", os.fsencode(files) + b"/a&\x01\xff.txt")
    answered = await client.raw("GET", W, restype="container", comp="list")
    assert answered.headers["Content-Type"] == "application/xml; charset=UTF-8"
    listed = ElementTree.fromstring(answered.body)
    assert listed.tag == "EnumerationResults"
    [first, *_] = listed.findall("Blobs/Blob")
    assert first.find("Name").text == "a&\ufffd\ufffd.txt"
    assert first.find("Deleted").text == "false"
    assert first.find("Properties/BlobType").text == "BlockBlob"
    workspaces = ElementTree.fromstring((await client.raw("GET", f"{D}/listUserWorkspaces")).body)
    assert workspaces.find("Containers/Container/Name").text == local_user()
    assert (await client.raw("GET", W, f="html")).code == 200
    assert (await client.raw("GET", W, f="json")).code == 200


async def test_an_error_is_xml_too_and_has_both_shapes_in_json(client):
    answered = await client.raw("POST", f"{W}/downloadFile", {"fileName": "nothing"})
    error = ElementTree.fromstring(answered.body)
    assert (answered.code, error.tag) == (404, "Error")
    assert error.find("Code").text == "BlobNotFound"
    assert "'nothing'" in error.find("Message").text
    answered = await client.raw("POST", f"{W}/deleteFile", {"fileName": "nothing", "f": "json"})
    assert answered.json["status"] == "error"
    assert answered.json["error"]["message"] == answered.json["messages"][0]


async def test_a_file_is_downloaded_as_an_attachment(client, files):
    for form in ({"fileName": "sub/b.txt"}, {"fileName": "sub/b.txt", "f": "json"}):
        answered = await client.raw("POST", f"{W}/downloadFile", form)
        assert answered.body == b"\x00\xffsub/b.txt"
        assert answered.headers["Content-Disposition"].startswith("attachment;")
        assert answered.headers["Content-Type"] == "application/octet-stream"
    assert (await client.raw("GET", f"{MINE}/sub/b.txt")).body == b"\x00\xffsub/b.txt"


async def test_a_file_is_uploaded_by_put_and_not_over_another(client, jp_root_dir):
    body = os.urandom(3_000_000)
    sent = await client.raw("PUT", f"{W}/new%20folder/%C3%BC.bin", body, headers=BLOCK)
    assert sent.code == 201
    assert (jp_root_dir / "new folder" / "ü.bin").read_bytes() == body
    again = await client.raw("PUT", f"{MINE}/new%20folder/%C3%BC.bin", b"2", headers=BLOCK)
    assert (again.code, b"BlobAlreadyExists" in again.body) == (409, True)
    there = f"{W}/new%20folder/%C3%BC.bin"
    over = await client.raw("PUT", there, b"3", headers=BLOCK, overwrite="true")
    assert over.code == 201
    assert (jp_root_dir / "new folder" / "ü.bin").read_bytes() == b"3"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "text/xml"]
)
async def test_what_is_in_an_uploaded_file_is_not_a_parameter(client, jp_root_dir, kind):
    body = b"f=nonsense&overwrite=true&token=x"
    sent = await client.raw("PUT", f"{W}/a.txt", body, headers={**BLOCK, "Content-Type": kind})
    assert sent.code == 201
    assert (jp_root_dir / "a.txt").read_bytes() == body


async def test_a_file_is_not_uploaded_in_blocks(client, jp_root_dir):
    block = await client.raw("PUT", f"{W}/a", b"1", headers=BLOCK, comp="block", blockid="MQ==")
    page = await client.raw("PUT", f"{W}/a", b"1", headers={"x-ms-blob-type": "PageBlob"})
    assert (block.code, page.code) == (400, 400)
    assert not (jp_root_dir / "a").exists()


async def test_a_file_is_uploaded_by_a_form(client, jp_root_dir):
    for fields, path in [({}, "b.bin"), ({"fileName": "x/c.bin"}, "x/c.bin")]:
        body, headers = multipart({"f": "json", **fields}, file=("b.bin", b"\x00\xff"))
        sent = await client.raw("POST", f"{W}/uploadFile", body, headers=headers)
        assert sent.json == {"status": "success"}
        assert (jp_root_dir / path).read_bytes() == b"\x00\xff"


async def test_a_notebook_stays_as_it_was_sent(client, jp_root_dir):
    body = b'{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}'
    await client.raw("PUT", f"{W}/a.ipynb", body, headers=BLOCK)
    assert (jp_root_dir / "a.ipynb").read_bytes() == body


async def test_files_and_folders_are_made_moved_and_deleted(client, files, jp_serverapp):
    assert await client.post(f"{W}/createFolder", folderName="new/er") == {"status": "success"}
    token = jp_serverapp.identity_provider.token
    sent = {"source": "a.txt", "target": "new/er/", "targetUsername": local_user(), "token": token}
    assert await client.post(f"{MINE}/move", **sent) == {"status": "success"}
    assert await client.post(f"{MINE}/move", source="sub", target="newer/sub") == {
        "status": "success"
    }
    assert (files / "new" / "er" / "a.txt").exists()
    assert (files / "newer" / "sub" / "deep" / "c.bin").exists()
    await client.post(f"{W}/deleteFile", fileName="new/er/a.txt")
    await client.post(f"{W}/deleteFile", fileName="new/er/")
    assert await names(client, prefix="new/") == []


@pytest.mark.parametrize(
    ("operation", "sent", "code"),
    [
        ("createFolder", {"folderName": "sub"}, 409),
        ("createFolder", {"folderName": "a.txt"}, 409),
        ("createFolder", {"folderName": "a.txt/b"}, 400),
        ("createFolder", {"folderName": "a\nb"}, 400),
        ("createFolder", {"folderName": "ä" * 128}, 400),
        ("move", {"source": "a.txt", "target": "sub-1.txt"}, 409),
        ("move", {"source": "sub", "target": "sub/deep/sub"}, 400),
        ("move", {"source": "nothing", "target": "b"}, 404),
        ("move", {"source": "a.txt", "target": "b", "targetUsername": "jim"}, 404),
        ("move", {"source": "a.txt", "target": "../b"}, 400),
        ("move", {"source": "../../etc/passwd", "target": "b"}, 400),
        ("downloadFile", {"fileName": "../../etc/passwd"}, 400),
        ("downloadFile", {"fileName": "/etc/passwd"}, 400),
        ("downloadFile", {"fileName": "sub/../../x"}, 400),
        ("downloadFile", {"fileName": "a.txt\0"}, 400),
        ("downloadFile", {"fileName": "..\\x"}, 400),
        ("downloadFile", {"fileName": "sub"}, 400),
        ("downloadFile", {"fileName": "x" * 5000}, 400),
        ("downloadFile", {}, 400),
        ("deleteFile", {"fileName": "."}, 400),
        ("transfer", {}, 400),
    ],
)
async def test_what_cannot_be_done_is_refused_and_changes_nothing(
    client, files, operation, sent, code
):
    before = sorted(files.rglob("*"))
    answered = await client.raw("POST", f"{W}/{operation}", {"f": "json", **sent})
    assert (answered.code, answered.json["code"]) == (code, code)
    assert str(files) not in answered.text
    assert sorted(files.rglob("*")) == before


@pytest.mark.parametrize("path", ["..%2Fx", "%2E%2E/x", "a%00b", "%0a", "a.txt/b", "sub"])
async def test_nothing_is_uploaded_to_a_hostile_name(client, files, path):
    before = sorted(files.parent.rglob("*"))
    answered = await client.raw("PUT", f"{W}/{path}", b"1", headers=BLOCK)
    assert answered.code in (400, 404, 405, 409)
    assert sorted(files.parent.rglob("*")) == before


async def test_the_workspace_of_somebody_else_is_not_there(client, files):
    answered = await client.raw("GET", f"{D}/jim/notebookworkspace", f="json")
    assert (answered.code, answered.json["code"]) == (404, 404)
    assert (await client.raw("GET", f"{D}/jim/notebookworkspace/a.txt")).code == 404


async def test_what_is_hidden_is_left_alone(client, files):
    before = sorted(files.rglob("*"))
    for path in (".hidden", "z/.h/x"):
        codes = [
            (await client.raw("POST", f"{W}/downloadFile", {"fileName": path})).code,
            (await client.raw("POST", f"{W}/deleteFile", {"fileName": path})).code,
            (await client.raw("POST", f"{W}/move", {"source": path, "target": "b"})).code,
            (await client.raw("PUT", f"{W}/{path}", b"1", headers=BLOCK, overwrite="true")).code,
            (await client.raw("PUT", f"{W}/{path}2", b"1", headers=BLOCK)).code,
        ]
        assert codes == [403] * 5
    assert (await client.raw("GET", W, prefix="z/.h/")).code == 403
    assert sorted(files.rglob("*")) == before


class TestHiddenAllowed:
    """A server that shows hidden files."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ContentsManager"] = {"allow_hidden": True}
        return jp_server_config

    async def test_hidden_files_are_as_others(self, client, files):
        assert ".hidden" in await names(client)
        got = await client.raw("POST", f"{W}/downloadFile", {"fileName": ".hidden"})
        assert got.body == b"\x00\xff.hidden"


class NoContents(AliceIsAdmin):
    """Allows Bob nothing in Contents."""

    def is_authorized(self, handler, user, action, resource):
        return resource != "contents" or user.username != "bob"


class TestWithPersons:
    """Bob may run notebooks, but not touch files."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"] |= {
            "identity_provider_class": ByHeader,
            "authorizer_class": NoContents,
        }
        return jp_server_config

    async def test_the_authorizer_is_asked_for_contents(self, as_person, files):
        alice, bob = as_person("alice"), as_person("bob")
        assert await alice.get(f"{D}/alice/notebookworkspace")
        assert (await bob.raw("GET", W)).code == 403
        assert (await bob.raw("PUT", f"{W}/x", b"1", headers=BLOCK)).code == 403
        assert (await bob.get(f"{D}/listUserWorkspaces"))["Containers"] == [{"Name": "bob"}]
