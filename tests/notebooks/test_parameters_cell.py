"""Parameters cells inspected, and values filled in."""

from __future__ import annotations

import nbformat
import pytest

from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.notebooks import ipynb, parameters_cell


def made(*cells, **metadata):
    """The bytes of a notebook of *cells*: a source, or a source with its tags."""
    built = []
    for cell in cells:
        source, *tags = (cell,) if isinstance(cell, str) else cell
        built.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags} if tags else {}))
    return ipynb.write(nbformat.v4.new_notebook(cells=built, metadata=metadata))


def filled(data, values, language="python"):
    notebook, _repairs = ipynb.parse(data)
    inspection = parameters_cell.inspect(notebook, "any", language)
    return parameters_cell.fill_in(notebook, values, inspection.parameters, "any", language)


def test_values_come_after_the_parameters_cell():
    notebook = filled(made("first", ("n = 1", "parameters"), "last"), {"n": 2})

    assert [cell.source for cell in notebook.cells] == [
        "first",
        "n = 1",
        "# Parameters\nn = 2\n",
        "last",
    ]
    assert notebook.cells[2].metadata.tags == ["injected-parameters"]
    assert notebook.metadata.papermill.parameters == {"n": 2}
    assert "tags" not in notebook.cells[0].metadata


def test_values_replace_those_of_an_earlier_run():
    notebook = filled(
        made(("n = 1", "parameters"), "middle", ("n = 5", "injected-parameters")), {"n": 2}
    )

    assert [cell.source for cell in notebook.cells] == ["n = 1", "middle", "# Parameters\nn = 2\n"]


def test_values_come_first_where_there_is_no_parameters_cell():
    assert filled(made("last"), {"n": 2}).cells[0].source == "# Parameters\nn = 2\n"


def test_without_values_nothing_is_injected():
    assert len(filled(made(("n = 1", "parameters")), {}).cells) == 1


def test_dates_are_dates_in_the_notebook_and_texts_in_its_metadata():
    source = "from datetime import date\nday: date = date(2026, 1, 1)"

    notebook = filled(made((source, "parameters")), {"day": "2026-02-28"})

    scope = {}
    exec(source + "\n" + notebook.cells[1].source, scope)
    assert scope["day"].isoformat() == "2026-02-28"
    assert type(scope["day"]) is scope["date"]
    assert notebook.metadata.papermill.parameters == {"day": "2026-02-28"}


def test_a_string_stays_a_string_whatever_kernel_the_notebook_names():
    data = made("1", kernelspec={"name": "julia", "display_name": "Julia", "language": "julia"})

    notebook = filled(data, {"x": "$(run(`id`))"}, "julia")

    assert r"\$(run" in notebook.cells[0].source


@pytest.mark.parametrize("name", ["x; import os", "a b", "class", "x=1\ny", "", "__import__('os')"])
def test_a_name_that_is_more_than_a_name_is_refused(name):
    with pytest.raises(InvalidRequest) as refused:
        filled(made("1"), {name: 1})

    assert refused.value.errors[0].field == f"parameters.{name}"


def test_two_parameters_cells_and_an_injected_one_are_pointed_out():
    data = made(("n = 1", "parameters"), ("m = 2", "parameters"), ("n = 3", "injected-parameters"))

    inspection = parameters_cell.inspect(ipynb.parse(data)[0], "any", "python")

    assert [parameter.name for parameter in inspection.parameters] == ["n"]
    assert "Cells 1, 2 are all tagged" in inspection.warnings[0]
    assert "earlier run overrides" in inspection.warnings[1]


def test_a_language_without_inspection_says_that_nothing_is_checked():
    inspection = parameters_cell.inspect(ipynb.parse(made(("n <- 1", "parameters")))[0], "ir", "R")

    assert inspection.parameters is None
    assert "cannot be read" in inspection.warnings[0]


def test_the_injected_cell_can_be_left_out():
    notebook = filled(made(("n = 1", "parameters"), "last"), {"n": 2})

    assert [cell["source"] for cell in parameters_cell.without_injected(notebook)["cells"]] == [
        "n = 1",
        "last",
    ]


def test_a_type_is_missing_where_no_cell_before_imports_it():
    cell = ("day: date = None\nkind: Literal['a'] = 'a'", "parameters")
    data = made("from typing import Literal", cell, "from datetime import date")

    found = parameters_cell.inspect(ipynb.parse(data)[0], "any", "python")

    assert [one.name for one in found.imports] == ["date"]
    assert found.warnings == ["'date' is not imported. Add 'from datetime import date'."]


def test_a_cell_by_itself_tells_what_it_does_not_import():
    found = parameters_cell.inspect_source("day: date = None", "python")
    assert [one.statement for one in found.imports] == ["from datetime import date"]
    assert found.warnings == []
    assert parameters_cell.inspect_source("day: date = None", "R").imports == []


def test_a_cell_that_is_too_large_is_not_read():
    source = f"x = '{'a' * parameters_cell.MAX_CHARACTERS}'"
    found = parameters_cell.inspect_source(source, "python")
    assert found.parameters is None
    assert found.warnings[0].startswith("The parameters cell has more than 400,000 characters;")
