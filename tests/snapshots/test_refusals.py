"""What is asked of snapshots and cannot be: it is said in words, and nothing of it is kept."""

from __future__ import annotations

import asyncio

import pytest

from ..contents.test_notebook_files import BROKEN_NOTEBOOKS, NO_NOTEBOOKS, PATHS
from ..flows.conftest import IDS, complaints
from .conftest import content

WORK = {"path": "work.ipynb"}
SHA = "0" * 64
BODIES = [
    ({}, 400, "'path' is missing."),
    (WORK | {"colour": 1}, 400, "'colour' is not a field of this request."),
    (WORK | {"name": "a" * 10_000}, 400, "'name' must have at most 200 characters."),
    (WORK | {"name": ""}, 400, "'name' must have at least 1 character."),
    (WORK | {"name": "a\nb"}, 400, "'name' must be without control characters."),
    (WORK | {"name": "a\x7f"}, 400, "'name' must be without control characters."),
    (WORK | {"name": 5}, 400, "'name' must be a valid string."),
    (WORK | {"description": "a" * 10_000}, 400, "'description' must have at most 5000"),
    (WORK | {"description": "a\0"}, 400, "'description' must be without control characters."),
    (WORK | {"description": None}, 400, "'description' must be a valid string."),
    (WORK | {"private": "yes"}, 400, "'private' must be a valid boolean."),
    (WORK | {"expected_hash": "abc"}, 400, "'expected_hash' must match"),
    (WORK | {"expected_hash": SHA}, 409, "is not what you saw"),
    (WORK | {"expected_hash": SHA, "content": content("1")}, 409, "is not what you saw"),
    (WORK | {"content": "x"}, 400, "'content' must be a JSON object."),
    (WORK | {"content": {}}, 400, "This is not a notebook. It lacks 'nbformat'"),
    (WORK | {"content": {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}}, 400, "notebook"),
    ({"path": "missing.ipynb", "expected_hash": SHA, "content": content("1")}, 404, "no file"),
]
CHANGES = [
    ({"colour": 1}, "'colour' is not a field of this request."),
    ({"name": ""}, "'name' must have at least 1 character."),
    ({"name": "a" * 10_000}, "'name' must have at most 200 characters."),
    ({"name": "a\tb"}, "'name' must be without control characters."),
    ({"private": 1}, "'private' must be a valid boolean."),
    ({"hash": SHA}, "'hash' is not a field of this request."),
    ({"kind": "manual"}, "'kind' is not a field of this request."),
    ({"owner": "me"}, "'owner' is not a field of this request."),
]
QUERIES = [
    ({"limit": "0"}, "'limit' must be greater than or equal to 1."),
    ({"limit": "501"}, "'limit' must be less than or equal to 500."),
    ({"cursor": "j" + "0" * 28}, "'cursor' must match"),
    ({"cursor": "x' OR 1=1"}, "'cursor' must match"),
    ({"kind": "other"}, "'kind' must be 'manual', 'restore', 'update', 'schedule' or 'tool'."),
    ({"q": ""}, "'q' must have at least 1 character."),
    ({"colour": "red"}, "'colour' is not a field of this request."),
    ({"path": "../secret.ipynb"}, "is not a path below the server's root."),
    ({"path": "/etc/passwd"}, "is not a path below the server's root."),
]
RESTORES = [
    ({"preserve": 1}, "'preserve' must be a valid boolean."),
    ({"name": "a" * 10_000}, "'name' must have at most 200 characters."),
    ({"description": "a" * 10_000}, "'description' must have at most 5000 characters."),
    ({"content": []}, "'content' must be a JSON object."),
    ({"path": "other.ipynb"}, "'path' is not a field of this request."),
]
VERBS = ["GET ", "PATCH ", "DELETE ", "GET /content", "POST /restore"]


@pytest.fixture
def refused(api, notebook, tmp_path, jp_root_dir):
    """Send each ``(method, address, sent), status, words``; nothing comes of any."""
    notebook("1")
    notebook("1", path="../secret.ipynb")
    notebook("1", path="../root_dir_beside/secret.ipynb")
    notebook("1", path=".hidden.ipynb")
    (jp_root_dir / "folder.ipynb").mkdir()

    async def check(cases):
        before, wrong = await api("GET", "snapshots"), []
        for (method, address, sent), status, said in cases:
            query = sent if method == "GET" else {}
            body = sent if method in ("POST", "PATCH") else None
            answered = await api.raw(method, address, body, **query)
            found = complaints(answered, status, said, tmp_path)
            wrong += [f"{method} {address} {str(sent)[:60]} {fault}" for fault in found]
        assert wrong == []
        assert await api("GET", "snapshots") == before

    return check


async def test_what_is_not_a_snapshot_is_refused(refused):
    await refused((("POST", "snapshots", body), status, said) for body, status, said in BODIES)


async def test_a_path_that_is_not_a_notebooks_is_refused(refused):
    await refused((("POST", "snapshots", {"path": p}), status, said) for p, status, said in PATHS)


@pytest.mark.parametrize("data", NO_NOTEBOOKS)
async def test_a_file_that_is_not_a_notebook_is_refused(refused, jp_root_dir, data):
    (jp_root_dir / "bad.ipynb").write_bytes(NO_NOTEBOOKS[data])
    await refused([(("POST", "snapshots", {"path": "bad.ipynb"}), 400, "")])


@pytest.mark.parametrize("name", BROKEN_NOTEBOOKS)
async def test_the_bytes_of_a_broken_notebook_are_kept_all_the_same(api, jp_root_dir, name):
    (jp_root_dir / "broken.ipynb").write_bytes(BROKEN_NOTEBOOKS[name])
    made = await api("POST", "snapshots", {"path": "broken.ipynb"})
    kept = await api.raw("GET", f"snapshots/{made['id']}/content")
    assert kept.body == BROKEN_NOTEBOOKS[name]


async def test_a_change_that_is_none_is_refused(refused, keep):
    made = await keep()
    at = f"snapshots/{made['id']}"
    await refused((("PATCH", at, change), 400, said) for change, said in CHANGES)


async def test_a_query_that_means_nothing_is_refused(refused):
    await refused((("GET", "snapshots", query), 400, said) for query, said in QUERIES)


async def test_a_restore_that_is_none_is_refused(refused, keep):
    at = f"snapshots/{(await keep())['id']}/restore"
    await refused((("POST", at, body), 400, said) for body, said in RESTORES)


async def test_an_id_that_is_not_a_snapshots_is_not_found(refused):
    await refused(
        ((method, f"snapshots/{id}{end}", {}), 404, "There is no")
        for method, end in (one.split(" ") for one in VERBS)
        for id in [*IDS, "n" + "0" * 28]
        if id != "../jobs"
    )


async def test_a_search_takes_every_character_for_itself(api, keep):
    named, _ = await keep(name="100%"), await keep("work.ipynb", name="plain")
    found = {}
    for text in ("%", "_", "PLAIN", "%' OR 1=1 --", "\\"):
        found[text] = [one["name"] for one in (await api("GET", "snapshots", q=text))["items"]]
    assert named["name"] == "100%"
    assert found == {"%": ["100%"], "_": [], "PLAIN": ["plain"], "%' OR 1=1 --": [], "\\": []}


async def test_names_that_look_like_patterns_are_numbered_apart(api, keep):
    for name in ("a_b", "a%", "a\\"):
        await keep("work.ipynb" if name != "a_b" else None, name=name)
    refused = await api.raw("POST", "snapshots", WORK | {"name": "axb"})
    assert refused.code == 201


@pytest.mark.parametrize("nbtasks_config", [{"max_notebook_bytes": 2000}])
async def test_a_notebook_that_is_too_large_is_refused(refused, notebook):
    notebook("x = '" + "a" * 3000 + "'", path="large.ipynb")
    large = WORK | {"content": content("a" * 3000)}
    await refused(
        (("POST", "snapshots", body), 413, "is larger than 2,000 bytes")
        for body in ({"path": "large.ipynb"}, large)
    )


@pytest.mark.parametrize("nbtasks_config", [{"max_snapshots": 3}])
async def test_a_notebook_has_no_more_than_the_limit(api, keep, notebook):
    notebook("1"), notebook("1", path="other.ipynb")

    answers = await asyncio.gather(*(api.raw("POST", "snapshots", WORK) for _ in range(6)))

    assert sorted(one.code for one in answers) == [201] * 3 + [409] * 3
    refused = next(one.json for one in answers if one.code == 409)
    assert (refused["reason"], "Delete some first." in refused["message"]) == (
        "limit_reached",
        True,
    )
    await keep("other.ipynb")
    one = next(one.json for one in answers if one.code == 201)
    notebook("2")
    restored = await api("POST", f"snapshots/{one['id']}/restore", {})
    assert restored["preserved"]["kind"] == "restore"
    await api("DELETE", f"snapshots/{one['id']}")
    await keep("work.ipynb")
