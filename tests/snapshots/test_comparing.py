"""How two notebooks differ, said so that nbdime makes the one of the other."""

from __future__ import annotations

import asyncio
import json
from functools import partial

import nbformat
import pytest
from nbdime import patch_notebook
from nbdime.diff_utils import to_diffentry_dicts

from jupyter_nbtasks.errors import NotebookInvalid, Unavailable
from jupyter_nbtasks.snapshots.comparing import Comparer, Side

from ..programs import programs, until
from .conftest import content


def cell(source, id=None, **facts):
    made = nbformat.v4.new_code_cell(source, **facts)
    return made | {"id": id or made["id"]}


def side(cells, name="a", **facts):
    """A notebook of these cells, to be compared."""
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*cells]} | facts
    return raw(json.dumps(made).encode(), name)


def raw(document, name="a"):
    return Side(label=name, id=None, path=None, hash=name, created_at=None, document=document)


async def difference(base, remote, **how):
    """What the comparison says, once nbdime has made the sources of the remote by it."""
    found = json.loads((await Comparer().compare(base, remote, **how)).difference)
    notebook = nbformat.from_dict(found["notebook"])
    patched = patch_notebook(notebook, to_diffentry_dicts(found["diff"]))
    wanted = nbformat.reads(remote.document.decode(), as_version=4)
    assert [one.source for one in patched.cells] == [one.source for one in wanted.cells]
    if how.get("outputs"):
        assert [one.outputs for one in patched.cells] == [one.outputs for one in wanted.cells]
    return found


def counts(found):
    return tuple(found["summary"].values())


BASE = ["import a", "load()\nclean()\nplot()", "save()"]
CHANGES = {
    "nothing": (BASE, (0, 0, 0)),
    "a line": (["import a", "load()\nclean(2)\nplot()", "save()"], (0, 0, 1)),
    "a cell more": (["import a", "new()", *BASE[1:]], (1, 0, 0)),
    "a cell less": ([BASE[0], BASE[2]], (0, 1, 0)),
    "the order": ([BASE[0], BASE[2], BASE[1]], (1, 1, 0)),
    "everything": (["x = 1\ny = 2", "z"], (2, 3, 0)),
    "no cell left": ([], (0, 3, 0)),
    "more than one": ([*BASE[:2], "save('x')", "one more"], (1, 0, 1)),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_cells_are_counted(change):
    sources, expected = CHANGES[change]
    base, remote = side(map(cell, BASE)), side(map(cell, sources), "b")

    found = await difference(base, remote)

    assert counts(found) == expected
    assert found["identical"] is (expected == (0, 0, 0))


async def test_a_cell_is_known_by_its_id_however_it_changed():
    base = side([cell("a = 1", "x"), cell("b = 2", "y")])
    remote = side([cell("quite\nanother\nthing", "x"), cell("b = 2", "y")], "b")

    assert counts(await difference(base, remote)) == (0, 0, 1)


async def test_what_is_noted_beside_the_work_is_not_a_change():
    noted = {"execution": {"iopub": "2026"}, "collapsed": True, "scrolled": True, "trusted": True}
    output = nbformat.v4.new_output("stream", text="1")
    base = side([cell("1", metadata={"tags": ["x"]})])
    remote = side(
        [cell("1", metadata={"tags": ["x"], **noted}, outputs=[output], execution_count=5)], "b",
        nbformat_minor=4, metadata={"language_info": {"version": "3.12"}, "papermill": {}},
    )  # fmt: skip

    found = await difference(base, remote)

    assert (found["identical"], found["diff"]) == (True, [])


@pytest.mark.parametrize(
    "facts", [{"metadata": {"tags": ["parameters"]}}, {"cell_type": "markdown"}]
)
async def test_what_the_work_consists_of_is_a_change(facts):
    other = cell("1") | facts
    if facts.get("cell_type") == "markdown":
        other = nbformat.v4.new_markdown_cell("1")

    assert not (await difference(side([cell("1")]), side([other], "b")))["identical"]


async def test_outputs_count_where_they_are_asked_for():
    def output(text):
        data = {"text/plain": text}
        return nbformat.v4.new_output("execute_result", data=data, execution_count=3)

    base = side([cell("1", outputs=[output("first")], execution_count=3)])
    remote = side([cell("1", outputs=[output("second")], execution_count=3)], "b")

    without = await difference(base, remote)
    asked = await difference(base, remote, outputs=True)

    assert (without["identical"], without["notebook"]["cells"][0]["outputs"]) == (True, [])
    assert (asked["identical"], counts(asked)) == (False, (0, 0, 1))
    assert asked["notebook"]["cells"][0]["outputs"][0]["data"] == {"text/plain": "first"}


async def test_a_kernels_change_is_told():
    base = side([cell("1")], metadata={"kernelspec": {"name": "python3"}})
    remote = side([cell("1")], "b", metadata={"kernelspec": {"name": "ir"}})

    found = await difference(base, remote)

    assert [entry["key"] for entry in found["diff"]] == ["metadata"]
    assert counts(found) == (0, 0, 0)


async def test_fifty_cells_without_ids_are_compared_all_the_same():
    def many(name):
        texts = ("\n".join(f"{name}{i}_{line} = 1" for line in range(20)) for i in range(50))
        cells = [{k: v for k, v in cell(text).items() if k != "id"} for text in texts]
        return side(cells, name, nbformat_minor=4)

    assert counts(await difference(many("a"), many("b"))) == (50, 50, 0)


async def test_a_long_cell_is_compared_line_by_line():
    lines = [f"x{n} = {n}" for n in range(3000)]
    base = side([cell("\n".join(lines))])
    lines[1500] = "changed"
    remote = side([cell("\n".join(lines))], "b")

    assert counts(await difference(base, remote)) == (0, 0, 1)


def slow(letters):
    """A notebook whose comparison with another one like it takes long."""
    lines = "\n".join(f"{x} {n}" for n in range(9000) for x in letters)
    output = nbformat.v4.new_output("stream", text=lines)
    return side([cell("1", "x", outputs=[output])], letters)


async def test_what_takes_too_long_is_ended_and_said():
    with pytest.raises(Unavailable, match="more than 1 seconds") as refused:
        await Comparer(seconds=1).compare(slow("abc"), slow("def"), outputs=True)

    assert refused.value.reason == "comparison_timeout"
    assert not programs("difference.py")


async def test_a_comparison_ends_when_nobody_waits_for_it():
    asked = asyncio.create_task(Comparer().compare(slow("abc"), slow("def"), outputs=True))
    await until(lambda: programs("difference.py"))

    asked.cancel()

    await asyncio.wait([asked])
    assert not programs("difference.py")


async def test_no_more_wait_for_a_comparison_than_can_be_served():
    comparer = Comparer()
    compare = partial(comparer.compare, slow("abc"), slow("def"), outputs=True)
    asked = [asyncio.create_task(compare()) for _ in range(20)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable, match="Too many notebooks are being compared"):
        await compare()

    for each in asked:
        each.cancel()
    await asyncio.wait(asked)


@pytest.mark.parametrize("document", [b"", b"<<<<<<< HEAD", b"[]", b"{}", b'{"nbformat": 99}'])
async def test_what_is_not_a_notebook_is_not_compared(document):
    with pytest.raises(NotebookInvalid, match="One of the two is not a notebook"):
        await Comparer().compare(side([cell("1")]), raw(document or b"\n", "b"))


async def test_numbers_that_are_not_json_do_not_break_the_answer():
    output = nbformat.v4.new_output("display_data", data={"application/json": {"x": float("nan")}})
    base, remote = (side([cell("1", "x", outputs=[output]), cell(more)], more) for more in "ab")

    found = json.loads(
        (await Comparer().compare(base, remote, outputs=True)).difference,
        parse_constant=lambda name: pytest.fail(name),
    )

    assert found["identical"] is False


async def test_a_snapshot_is_compared_with_the_file_and_with_another(api, keep, notebook):
    first = await keep(name="first")
    notebook("1", "2")
    second = await keep("work.ipynb", name="second")
    notebook("1", "2", "3")

    with_file = await api("GET", f"snapshots/{first['id']}/diff")
    with_other = await api("GET", f"snapshots/{first['id']}/diff", **{"with": second["id"]})

    base = {name: first[name] for name in ("id", "path", "hash", "created_at")}
    assert with_file["base"] == with_other["base"] == base | {"label": "first"}
    facts = {name: second[name] for name in ("id", "path", "hash", "created_at")}
    assert with_other["remote"] == facts | {"label": "second"}
    assert with_file["remote"] | {"hash": ""} == {
        "label": "work.ipynb", "id": None, "path": "work.ipynb", "hash": "", "created_at": None,
    }  # fmt: skip
    assert (counts(with_file), counts(with_other)) == ((2, 0, 0), (1, 0, 0))


async def test_the_same_is_identical_without_looking_twice(api, keep):
    made = await keep(content=content("1", "2"))
    again = await keep("work.ipynb", content=content("1", "2"), name="again")
    for query in ({}, {"with": made["id"]}, {"with": made["id"], "outputs": 1}):
        id = again["id"] if query == {} else made["id"]
        found = await api("GET", f"snapshots/{id}/diff", **query)
        assert found["identical"] is (query != {})
        assert len(found["notebook"]["cells"]) == 2


async def test_what_is_not_there_is_not_compared(api, keep, jp_root_dir):
    made = await keep()
    at = f"snapshots/{made['id']}/diff"

    for other in ("n" + "0" * 28, "x", "../work.ipynb"):
        assert (await api.raw("GET", at, **{"with": other})).code == 404
    (jp_root_dir / "work.ipynb").write_text("<<<<<<<")
    broken = await api.raw("GET", at)
    assert (broken.code, broken.json["reason"]) == (400, "notebook_invalid")
    (jp_root_dir / "work.ipynb").unlink()
    assert (await api.raw("GET", at)).code == 404
    assert (await api.raw("GET", at, other="file")).code == 400


async def test_a_job_is_compared_with_the_one_before(api, notebook):
    path = notebook("print(n)", parameters="n = 1")
    first = await api.run(path)
    alone = await api.raw("GET", f"jobs/{first['id']}/diff")
    assert (alone.code, alone.json["reason"]) == (404, "no_earlier_run")
    second = await api.run(path, parameters={"n": 2})
    inline = await api("POST", "jobs", {"content": content("1")})
    await api.ended(inline["id"])
    other = await api.ended((await api("POST", "jobs", {"content": content("1")}))["id"])

    found = await api("GET", f"jobs/{second['id']}/diff")
    asked = await api("GET", f"jobs/{first['id']}/diff", **{"with": second["id"], "outputs": 1})

    assert (found["base"]["id"], found["remote"]["id"]) == (first["id"], second["id"])
    assert (found["base"]["label"], found["base"]["path"]) == ("work", "work.ipynb")
    assert counts(found) == (1, 0, 0)
    assert (asked["base"]["id"], counts(asked)) == (second["id"], (0, 1, 1))
    nothing = await api.raw("GET", f"jobs/{other['id']}/diff")
    assert nothing.json["reason"] == "no_earlier_run"
    assert (await api.raw("GET", f"jobs/{other['id']}/diff", **{"with": "x"})).code == 404
