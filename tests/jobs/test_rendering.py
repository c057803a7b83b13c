"""Notebooks in the formats of nbconvert."""

from __future__ import annotations

import io
import shutil
import zipfile

import nbformat
import pytest

from jupyter_nbtasks.errors import Conflict, InvalidRequest
from jupyter_nbtasks.jobs.rendering import check_format, formats, render

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def notebook(*outputs):
    """The bytes of a notebook with a heading, and a cell that has *outputs*."""
    cell = nbformat.v4.new_code_cell("show()", outputs=list(outputs))
    cells = [nbformat.v4.new_markdown_cell("# Weekly"), cell]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


async def test_a_notebook_is_itself():
    data = notebook()

    assert (await render(data, "ipynb", "weekly")).content is data


async def test_html_carries_its_title():
    document = await render(notebook(), "html", "weekly")

    assert b"<title>weekly</title>" in document.content


async def test_pictures_of_markdown_come_with_it_in_a_zip():
    picture = nbformat.v4.new_output("display_data", {"image/png": PIXEL})

    document = await render(notebook(picture), "markdown", "weekly")

    assert (document.content_type, document.extension) == ("application/zip", ".zip")
    names = zipfile.ZipFile(io.BytesIO(document.content)).namelist()
    assert names[0] == "weekly.md"
    assert names[1].endswith(".png")


async def test_a_format_that_needs_a_missing_program_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("pandoc") is None

    with pytest.raises(Conflict, match="cannot make 'latex'"):
        await render(notebook(), "latex", "weekly")


def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(InvalidRequest, match="ipynb, asciidoc, html"):
        check_format("word")

    assert "custom" not in formats()
