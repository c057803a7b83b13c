"""Where executed notebooks go, and what they never overwrite."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import nbformat
import pytest

from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.jobs.output_path import expand

from ...conftest import texts

NOON = datetime(2026, 11, 21, 12, 30, 5, tzinfo=UTC)


def saved(root, path):
    return nbformat.read(root / path, as_version=4)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("out.ipynb", "out.ipynb"),
        ("reports/{name}-{date}.ipynb", "reports/weekly-2026-11-21.ipynb"),
        ("{region}/{time}-{job_id}.ipynb", "EU/123005-j1.ipynb"),
        ("{odd}.ipynb", "..-..-etc.ipynb"),
        ("./a//b.ipynb", "a/b.ipynb"),
    ],
)
def test_a_template_names_a_path(template, path):
    values = {"region": "EU", "odd": "../../etc"}

    assert expand(template, "j1", "weekly", values, NOON) == path


@pytest.mark.parametrize(
    "template",
    ["{year}.ipynb", "{name.__class__}.ipynb", "../out.ipynb", "/out.ipynb", "out.txt", "{}.ipynb"],
)
def test_a_template_that_names_no_path_is_refused(template):
    with pytest.raises(InvalidRequest) as refused:
        expand(template, "j1", "weekly", {}, NOON)

    assert [error.field for error in refused.value.errors] == ["output_path"]


async def test_the_output_is_written_to_a_path_in_a_new_folder(api, notebook, jp_root_dir):
    job = await api.run(notebook("print('hello')"), output_path="reports/{name}.ipynb")

    assert job["output_path"] == "reports/work.ipynb"
    assert texts(saved(jp_root_dir, "reports/work.ipynb")) == ["hello\n"]


async def test_an_output_is_trusted_when_it_is_opened(api, notebook, jp_root_dir, jp_serverapp):
    await api.run(notebook("print('hello')"), output_path="out.ipynb")

    model = await jp_serverapp.contents_manager.get("out.ipynb", content=True)

    assert model["content"].cells[0].metadata.trusted is True


async def test_a_failed_output_is_written_to_its_path_too(api, notebook, jp_root_dir):
    job = await api.run(notebook("1/0"), output_path="out.ipynb", update_notebook=True)

    assert job["status"] == "FAILED"
    assert saved(jp_root_dir, "out.ipynb").cells[0].outputs[0].ename == "ZeroDivisionError"
    assert saved(jp_root_dir, "work.ipynb").cells[0].outputs == []


async def test_our_own_output_of_before_is_replaced(api, notebook, jp_root_dir):
    first = await api.run(notebook("print(1)"), output_path="out.ipynb")
    second = await api.run(notebook("print(2)"), output_path="out.ipynb")

    assert first["warnings"] == second["warnings"] == []
    assert texts(saved(jp_root_dir, "out.ipynb")) == ["2\n"]


async def test_an_edited_output_is_left_alone(api, notebook, jp_root_dir):
    await api.run(notebook("print(1)"), output_path="out.ipynb")
    edited = (jp_root_dir / "out.ipynb").read_text().replace("print(1)", "print(3)")
    (jp_root_dir / "out.ipynb").write_text(edited)

    job = await api.run(notebook("print(2)"), output_path="out.ipynb")

    assert (jp_root_dir / "out.ipynb").read_text() == edited
    assert job["output_path"] == f"out-{job['id']}.ipynb"
    assert "was left alone" in job["warnings"][0]
    assert texts(saved(jp_root_dir, job["output_path"])) == ["2\n"]


async def test_the_notebook_is_updated_in_place(api, notebook, jp_root_dir):
    path = notebook("print(n)", parameters="n = 1")

    job = await api.run(path, parameters={"n": 5}, update_notebook=True, save_parameters=False)

    assert (job["status"], job["warnings"]) == ("COMPLETED", [])
    assert texts(saved(jp_root_dir, path)) == ["", "5\n"]


async def test_a_notebook_that_was_edited_meanwhile_is_left_alone(api, notebook, jp_root_dir):
    path = notebook("from pathlib import Path\nPath('work.ipynb').write_text('mine')\nprint(1)")

    job = await api.run(path, update_notebook=True)

    assert (jp_root_dir / path).read_text() == "mine"
    assert job["status"] == "COMPLETED"
    assert "has changed since the job was submitted" in job["warnings"][0]
    assert texts(saved(jp_root_dir, f"work-{job['id']}.ipynb")) == ["1\n"]


async def test_an_output_that_cannot_be_written_is_kept_and_said(api, notebook, jp_root_dir):
    source = "from pathlib import Path\nPath('reports').write_text('a file')\nprint('kept')"

    job = await api.run(notebook(source), output_path="reports/out.ipynb")

    assert (job["status"], job["reason"]) == ("FAILED", "output_not_saved")
    assert texts(await api.output(job["id"])) == ["kept\n"]


async def test_the_kernel_of_a_job_whose_output_cannot_be_written_is_kept(api, notebook, jp_fetch):
    source = "from pathlib import Path\nPath('reports').write_text('a file')"

    job = await api.run(
        notebook(source), output_path="reports/out.ipynb", keep_kernel_on_failure=600
    )

    kernel = json.loads((await jp_fetch("api", "kernels", job["kernel_id"])).body)
    assert (job["reason"], kernel["id"]) == ("output_not_saved", job["kernel_id"])
    await api("DELETE", f"jobs/{job['id']}")
    await api.closed(job["id"])
