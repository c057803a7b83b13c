"""Notebooks in the formats of nbconvert."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import signal
import zipfile

import nbformat
import psutil
import pytest
from nbconvert.exporters import get_export_names

from jupyter_nbtasks.errors import Conflict, InvalidRequest, Unavailable
from jupyter_nbtasks.jobs.rendering import Renderer

from ..programs import programs, until

REPORT = "jobs.report"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


@pytest.fixture
def renderer(jp_asyncio_loop):
    made = Renderer()
    yield made
    jp_asyncio_loop.run_until_complete(made.close())


def showing_all(*outputs):
    """The bytes of a notebook with a heading, and a cell that has *outputs*."""
    cell = nbformat.v4.new_code_cell("show()", outputs=list(outputs))
    cells = [nbformat.v4.new_markdown_cell("# Weekly"), cell]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


async def test_a_notebook_is_itself(renderer):
    data = showing_all()

    assert (await renderer.render(data, "ipynb", "weekly")).content is data


async def test_html_carries_its_title(renderer):
    document = await renderer.render(showing_all(), "html", "weekly")

    assert b"<title>weekly</title>" in document.content


async def test_pictures_of_markdown_come_with_it_in_a_zip(renderer):
    picture = nbformat.v4.new_output("display_data", {"image/png": PIXEL})

    document = await renderer.render(showing_all(picture), "markdown", "weekly")

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
async def test_what_cannot_be_drawn_is_left_out_of_a_report(renderer, document):
    for format in ("html", "markdown"):
        report = await renderer.render(document, format, "weekly")

        content = report.content
        if report.extension == ".zip":
            content = zipfile.ZipFile(io.BytesIO(content)).read("weekly.md")
        assert b"Weekly" in content
        assert b"fine" in content


async def test_a_picture_whose_name_has_a_space_is_drawn(renderer):
    document = odd(markdown("![a](attachment:a%20b.png)", **{"a b.png": {"image/png": PIXEL}}))

    assert PIXEL.encode() in (await renderer.render(document, "html", "weekly")).content


async def test_a_format_that_needs_a_missing_program_says_so(renderer, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("pandoc") is None

    with pytest.raises(Conflict, match="cannot make 'latex'"):
        await renderer.render(showing_all(), "latex", "weekly")


async def test_an_unknown_format_is_refused_with_those_there_are(renderer):
    with pytest.raises(InvalidRequest, match="ipynb, asciidoc, html"):
        await renderer.check_format("word")


async def test_the_formats_are_those_that_nbconvert_offers(renderer):
    offered = await renderer.formats()

    assert {*offered, "custom", "python", "notebook"} == {"ipynb", *get_export_names()}


def large():
    """The bytes of a notebook whose report takes minutes."""
    outputs = [{**FINE, "name": ("stdout", "stderr")[number % 2]} for number in range(200_000)]
    return odd(showing(*outputs))


async def test_a_large_report_holds_up_no_other_and_is_given_up_with_the_request(renderer):
    asked = asyncio.create_task(renderer.render(large(), "html", "large"))
    await until(lambda: programs(REPORT))
    [pid] = programs(REPORT)

    await renderer.render(showing_all(), "html", "small")
    assert not asked.done()

    asked.cancel()
    await asyncio.wait([asked])
    assert not psutil.pid_exists(pid)


async def test_a_report_that_takes_too_long_is_given_up(jp_asyncio_loop):
    hurried = Renderer(seconds=3)

    with pytest.raises(Unavailable, match=r"more than 3 seconds.*jupyter nbconvert"):
        await hurried.render(large(), "html", "large")

    assert not programs(REPORT)


async def test_a_process_that_ends_is_told_and_replaced(renderer):
    asked = asyncio.create_task(renderer.render(large(), "html", "large"))
    await until(lambda: programs(REPORT))
    for pid in programs(REPORT):
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(Unavailable, match="ended, perhaps as memory ran out"):
        await asked
    assert b"weekly" in (await renderer.render(showing_all(), "html", "weekly")).content


async def test_no_more_wait_than_can_be_served(renderer):
    asked = [asyncio.create_task(renderer.render(large(), "html", "a")) for _ in range(20)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable, match="Too many reports"):
        await renderer.render(showing_all(), "html", "weekly")

    for each in asked:
        each.cancel()
    await asyncio.wait(asked)
    assert not programs(REPORT)


async def test_a_report_ends_when_nobody_waits_for_it(api, notebook, jp_serverapp):
    job = await api.run(notebook("for _ in range(20_000): display('x')"))
    asked = f"GET {jp_serverapp.base_url}nbtasks/api/jobs/{job['id']}/output?format=html HTTP/1.1"
    token = f"Authorization: token {jp_serverapp.identity_provider.token}"
    _, writer = await asyncio.open_connection("127.0.0.1", jp_serverapp.port)
    writer.write("\r\n".join([asked, "Host: localhost", token, "", ""]).encode())
    await until(lambda: programs(REPORT))

    writer.close()

    await until(lambda: not programs(REPORT))
