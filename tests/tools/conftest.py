"""Notebooks that are published as tools."""

from __future__ import annotations

import pytest

ADDS = "a: int\nb: int = 2  # the second"
SHOWS = """from IPython.display import display
def hand_back(name, value):
    bundle = {"application/vnd.nbtasks.result+json": {"name": name, "value": value}}
    display(bundle, raw=True)
hand_back("sum", a + b)
hand_back("secret", "x")"""


@pytest.fixture
def publish(api, notebook):
    """Publish a notebook that adds."""

    async def publish(*sources, parameters=ADDS, **fields):
        path = notebook(*(sources or [SHOWS]), parameters=parameters)
        return await api("POST", "tools", {"name": "add", "notebook": path} | fields)

    return publish


async def call(api, parameters, tool="add", **fields):
    return await api.raw("POST", f"tools/{tool}/call", {"parameters": parameters} | fields)
