"""What tests of snapshots share: a started server, and how a snapshot is asked for."""

from __future__ import annotations

import nbformat
import pytest


@pytest.fixture
def keep(api, notebook):
    """Keep a snapshot of ``work.ipynb``, which is made if nothing else is said."""

    async def keep(path=None, **fields):
        return await api("POST", "snapshots", {"path": path or notebook("1")} | fields)

    return keep


@pytest.fixture
def document(api):
    """The bytes of a snapshot."""

    async def document(snapshot):
        answered = await api.raw("GET", f"snapshots/{snapshot['id']}/content")
        assert answered.code == 200, answered.body
        return answered.body

    return document


def content(*sources):
    """A notebook of these code cells, as an editor holds it."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells)
