"""Notebooks in the formats of nbconvert."""

from __future__ import annotations

import io
import json
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


def odd(*cells, **metadata):
    """The bytes of a notebook that may be none, with a heading before its *cells*."""
    content = nbformat.v4.new_notebook(metadata=metadata)
    return json.dumps({**content, "cells": [markdown("# Weekly"), *cells]}).encode()


def showing(*outputs):
    """A code cell of an odd notebook."""
    return {**nbformat.v4.new_code_cell("show()"), "outputs": list(outputs)}


def markdown(source, **attachments):
    return nbformat.v4.new_markdown_cell(source, attachments=attachments)


FINE = {"output_type": "stream", "name": "stdout", "text": "fine"}


@pytest.mark.parametrize("format", ["html", "markdown"])
@pytest.mark.parametrize(
    "document",
    [
        odd(markdown("fine ![a](attachment:missing.png)")),
        odd(markdown("fine ![a](attachment:none.png)", **{"none.png": {}})),
        odd(markdown("fine ![a](<attachment:a b.png>)", **{"a b.png": {"image/png": PIXEL}})),
        odd(showing(FINE), widgets=None),
        odd(showing(FINE), widgets={"application/vnd.jupyter.widget-state+json": None}),
        odd(showing(FINE), widgets=5),
        odd(showing(FINE, {"output_type": "display_data", "data": None, "metadata": None})),
        odd(showing(FINE, {"output_type": "display_data", "data": {"text/plain": None}})),
        odd(showing({"output_type": "display_data", "data": {"text/html": {}}}, FINE)),
        odd(showing({"output_type": "display_data", "data": {"image/png": 5}}, FINE)),
        odd(showing({"output_type": "error", "ename": None, "traceback": None}, FINE)),
        odd(showing({"output_type": "stream", "name": "stdout", "text": 5}, FINE)),
    ],
)
async def test_what_cannot_be_drawn_is_left_out_of_a_report(format, document):
    report = await render(document, format, "weekly")

    content = report.content
    if report.extension == ".zip":
        content = zipfile.ZipFile(io.BytesIO(content)).read("weekly.md")
    assert b"Weekly" in content
    assert b"fine" in content


async def test_a_picture_whose_name_has_a_space_is_drawn():
    document = odd(markdown("![a](attachment:a%20b.png)", **{"a b.png": {"image/png": PIXEL}}))

    assert PIXEL.encode() in (await render(document, "html", "weekly")).content


async def test_a_format_that_needs_a_missing_program_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("pandoc") is None

    with pytest.raises(Conflict, match="cannot make 'latex'"):
        await render(notebook(), "latex", "weekly")


async def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(InvalidRequest, match="ipynb, asciidoc, html"):
        await check_format("word")

    assert "custom" not in await formats()
