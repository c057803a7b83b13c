"""Files of notebooks, read as Jupyter reads them."""

from __future__ import annotations

import json

import nbformat
import pytest

from jupyter_nbtasks.errors import NotebookInvalid
from jupyter_nbtasks.notebooks import ipynb

EMPTY = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
CELL = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"3",
        b'"text"',
        b"{}",
        b"\xff\xfe",
        b'{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        b"[" * 100_000,
        json.dumps(EMPTY | {"cells": 3}).encode(),
        json.dumps(EMPTY | {"cells": ["x"]}).encode(),
        json.dumps(EMPTY | {"cells": [{**CELL, "source": 5}]}).encode(),
        json.dumps(EMPTY | {"cells": [{"cell_type": "code"}]}).encode(),
        json.dumps(EMPTY | {"metadata": []}).encode(),
    ],
    ids=lambda content: content[:60].decode(errors="replace"),
)
def test_what_is_not_a_notebook_is_refused(content):
    with pytest.raises(NotebookInvalid, match="notebook"):
        ipynb.parse(content)


def test_an_old_notebook_is_brought_up_to_date():
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": [{"cell_type": "code", "input": "1", "outputs": []}]}],
    }

    notebook, _repairs = ipynb.parse(json.dumps(old).encode())

    assert (notebook.nbformat, notebook.cells[0].source) == (4, "1")
    assert notebook.cells[0].id


def test_cells_without_an_id_of_their_own_get_one():
    cells = [CELL, {**CELL, "id": "same"}, {**CELL, "id": "same"}]

    notebook, _repairs = ipynb.parse(json.dumps(EMPTY | {"cells": cells}).encode())

    assert len({cell.id for cell in notebook.cells}) == 3


def test_outputs_are_forgotten_unless_their_cell_is_never_run():
    stream = {"output_type": "stream", "name": "stdout", "text": "old"}
    ran = {**CELL, "id": "a", "outputs": [stream], "execution_count": 7}
    kept = {**ran, "id": "b", "metadata": {"tags": ["skip-execution"]}}

    notebook, _repairs = ipynb.parse(json.dumps(EMPTY | {"cells": [ran, kept]}).encode())

    assert [len(cell.outputs) for cell in notebook.cells] == [0, 1]
    assert [cell.execution_count for cell in notebook.cells] == [None, 7]


NOT_ONE = {
    b"\xff\xfe": "It is not text in UTF-8.",
    b'{"cells": [],\n  oops}': "It is not JSON from line 2, column 3 on.",
    b'{\n<<<<<<< HEAD\n"cells": []}': "It has the marks of a merge that was not finished.",
    b'\xef\xbb\xbf{"cells": []}': "It begins with a byte order mark. Save it as UTF-8 without one.",
    b"[]": "It is not a JSON object.",
    b'{"nbformat": 4, "nbformat_minor": 5}': "It lacks 'metadata' and 'cells'.",
    b'{"cells": [], "metadata": {}}': "It lacks 'nbformat'.",
    b'{"nbformat": 5, "metadata": {}, "cells": []}': "Its format is 5, and the newest that can be",
    b'{"x": ' + b"9" * 5000 + b"}": "It has a number with too many digits.",
    b"\0\0": "It is not JSON from line 1, column 1 on.",
}


@pytest.mark.parametrize(("data", "why"), NOT_ONE.items(), ids=lambda one: str(one)[:40])
def test_what_is_not_a_notebook_is_told_why(data, why):
    with pytest.raises(NotebookInvalid) as refused:
        ipynb.parse(data)
    assert str(refused.value).startswith("This is not a notebook. ")
    assert why in str(refused.value)


PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def with_metadata(**metadata):
    return EMPTY | {"metadata": metadata, "cells": [CELL]}


def with_cell(**parts):
    return EMPTY | {"metadata": PYTHON, "cells": [CELL | parts]}


INVALID = {
    "kernelspec without a name to show": with_metadata(kernelspec={"name": "python3"}),
    "kernelspec empty": with_metadata(kernelspec={}),
    "kernelspec null": with_metadata(kernelspec=None),
    "kernelspec a text": with_metadata(kernelspec="python3"),
    "kernelspec with a number as its name": with_metadata(kernelspec={"name": 3}),
    "kernelspec with odd parts": with_metadata(
        kernelspec={"name": "python3", "display_name": 3, "language": 5}
    ),
    "language_info empty": with_metadata(**PYTHON, language_info={}),
    "language_info without a name": with_metadata(language_info={"version": "3.11"}),
    "language_info null": with_metadata(language_info=None),
    "language_info with an odd mode": with_metadata(
        language_info={"name": "python", "codemirror_mode": 5}
    ),
    "title a list": with_metadata(title=["a"]),
    "authors a text": with_metadata(authors="me"),
    "id with a space": with_cell(id="cell 1"),
    "id with a hash": with_cell(id="#VSC-abc12"),
    "id of 80 characters": with_cell(id="x" * 80),
    "id empty": with_cell(id=""),
    "id a number": with_cell(id=7),
    "id a list": with_cell(id=[7]),
    "id half of a character": with_cell(id="\ud800"),
    "tag twice": with_cell(metadata={"tags": ["a", "a"]}),
    "tag with a comma": with_cell(metadata={"tags": ["a,b"]}),
    "tag a number": with_cell(metadata={"tags": [1]}),
    "tags a text": with_cell(metadata={"tags": "parameters"}),
    "tags null": with_cell(metadata={"tags": None}),
    "collapsed a text": with_cell(metadata={"collapsed": "false"}),
    "scrolled a number": with_cell(metadata={"scrolled": 3}),
    "times a number": with_cell(metadata={"execution": {"iopub.status.busy": 5}}),
    "name empty": with_cell(metadata={"name": ""}),
    "format a number": with_cell(cell_type="raw", metadata={"format": 3}),
    "metadata of a cell a list": with_cell(metadata=[]),
    "metadata of a cell null": with_cell(metadata=None),
    "prompt a text": with_cell(execution_count="3", metadata={"tags": ["skip-execution"]}),
    "outputs null": with_cell(outputs=None, metadata={"tags": ["skip-execution"]}),
    "outputs odd": with_cell(
        outputs=[{"output_type": "stream", "name": 5}], metadata={"tags": ["skip-execution"]}
    ),
    "outputs of an old kind": with_cell(outputs=[{"output_type": "pyout"}]),
    "attachments odd": with_cell(cell_type="markdown", attachments={"a.png": {"image/png": 5}}),
    "attachments null": with_cell(cell_type="markdown", attachments=None),
    "heading": EMPTY | {"cells": [{"cell_type": "heading", "level": 2, "source": "h"}, CELL]},
    "a cell of SQL": EMPTY | {"cells": [{**CELL, "cell_type": "sql", "source": "select 1"}]},
    "attachments a text": with_cell(cell_type="markdown", attachments="a.png"),
    "outputs a text": with_cell(outputs="1"),
    "a newer minor format": with_cell(cell_type="future", content=[1]) | {"nbformat_minor": 9},
    "no minor format": {key: EMPTY[key] for key in ("nbformat", "metadata", "cells")},
}


@pytest.mark.parametrize("content", INVALID.values(), ids=INVALID)
def test_what_jupyter_opens_is_read_and_made_valid(content):
    notebook, _repairs = ipynb.parse(json.dumps(content).encode())

    nbformat.validate(json.loads(ipynb.write(notebook)), relax_add_props=True)
    sources = [cell["source"] for cell in content["cells"]]
    assert [cell.source.removeprefix("## ") for cell in notebook.cells] == sources


def test_cells_are_read_as_a_language_model_writes_them():
    content = EMPTY | {"cells": [{"cell_type": "code", "source": ["a\n", "b"]}]}

    notebook, repairs = ipynb.parse(json.dumps(content).encode())

    assert [cell.source for cell in notebook.cells] == ["a\nb"]
    assert repairs == []


def test_a_repair_leaves_alone_what_is_right():
    metadata = {"tags": ["parameters", "a,b", "parameters"], "name": "n", "collapsed": "no"}
    content = with_cell(metadata=metadata, id="a b") | {"metadata": PYTHON | {"title": ["a"]}}

    notebook, repairs = ipynb.parse(json.dumps(content).encode())

    assert notebook.cells[0].metadata == {"tags": ["parameters"], "name": "n"}
    assert notebook.metadata == PYTHON
    assert repairs == [
        "The notebook was repaired to run it: its 'title' in the metadata is not as it should be; "
        "cell 1 has tags that are not valid, or the same twice; "
        "cell 1 has an id that is not valid; and 1 more."
    ]


def test_a_repaired_id_is_the_same_each_time():
    data = json.dumps(with_cell(id="a b")).encode()
    assert ipynb.parse(data)[0].cells[0].id == ipynb.parse(data)[0].cells[0].id


def test_a_kernel_without_a_name_to_show_is_still_the_notebooks_kernel():
    notebook, _repairs = ipynb.parse(
        json.dumps(INVALID["kernelspec without a name to show"]).encode()
    )
    assert ipynb.kernel_name(notebook) == "python3"
    assert (
        ipynb.kernel_name(ipynb.parse(json.dumps(INVALID["kernelspec empty"]).encode())[0]) is None
    )


def test_what_an_editor_holds_is_saved_though_it_is_not_valid():
    content = EMPTY | {"cells": [{"cell_type": "code", "source": "1", "id": "a b"}]}
    assert json.loads(ipynb.as_saved(content))["cells"][0]["id"] == "a b"


@pytest.mark.parametrize(
    ("data", "has_any"), [(b'{"cells": 3}', True), (b"{}", False), (b"<", False)]
)
def test_it_is_known_what_somebody_has_of_a_notebook(data, has_any):
    assert ipynb.has_cells(data) is has_any


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_browsers_cannot_read_is_answered_as_null(number):
    data = b'{"cells": [], "metadata": {"x": %s}, "nbformat": 4, "nbformat_minor": 5}' % number

    assert json.loads(ipynb.strictly(data))["metadata"] == {"x": None}


def test_a_notebook_in_strict_json_is_answered_as_it_is():
    data = json.dumps(with_metadata(title="NaN, Infinity")).encode()

    assert ipynb.strictly(data) is data
