"""Whose outputs are trusted, on a server that has opened no notebook yet."""

from __future__ import annotations

import pytest

from ..schedules.conftest import write_notebook
from ..server_process import Server

pytestmark = pytest.mark.timeout(300)
HTML = "from IPython.display import HTML\nHTML('<b>x</b>')"


@pytest.fixture
def server(tmp_path):
    (tmp_path / "root").mkdir()
    started = Server(tmp_path, tmp_path / "root")
    yield started
    started.end(15)


@pytest.mark.parametrize("way", ["output_path", "update_notebook"])
def test_the_first_output_that_a_server_delivers_is_trusted(server, tmp_path, way):
    write_notebook(tmp_path / "root/work.ipynb", HTML)
    asked = {"output_path": "out.ipynb"} if way == "output_path" else {"update_notebook": True}

    job = server.ended(server.submit("work.ipynb", **asked))

    assert (job.status, job.warnings) == ("COMPLETED", [])
    delivered = "out.ipynb" if way == "output_path" else "work.ipynb"
    opened = server("GET", f"/api/contents/{delivered}?type=notebook")
    assert [cell["metadata"]["trusted"] for cell in opened["content"]["cells"]] == [True]
    saved = {"type": "notebook", "format": "json", "content": opened["content"]}
    assert server("PUT", "/api/contents/mine.ipynb", saved)["type"] == "notebook"
    assert "created in a thread" not in server.log_file.read_text()
