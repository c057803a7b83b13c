"""What a machine makes of our OpenAPI document: thousands of requests, well-formed and not."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ..server_process import TOKEN, Server

HOUSE = Path(__file__).parents[2]
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


@pytest.fixture
def server(tmp_path):
    """A server with one notebook that can be run."""
    root = tmp_path / "files"
    root.mkdir()
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell("1")]
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), root / "work.ipynb"
    )
    started = Server(tmp_path, root)
    yield started
    started.end(signal.SIGTERM)


@pytest.mark.timeout(900)
def test_no_request_makes_the_server_fail_or_say_what_the_document_does_not(server, tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json"]
    options = [f"--url={server.url}", f"--header=Authorization: token {TOKEN}"]
    options += [f"--checks={','.join(CHECKS)}", "--max-examples=50", "--seed=1"]
    options += ["--exclude-path-regex=/stream$", "--generation-database=none", "--no-color"]

    hooks = {"SCHEMATHESIS_HOOKS": "tests.schemathesis_hooks", "PYTHONPATH": str(HOUSE)}

    ran = subprocess.run(
        [*command, *options], cwd=tmp_path, env=os.environ | hooks, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stdout
    assert int(re.search(r"(\d+) generated", ran.stdout)[1]) >= 2000
    assert server("GET", "config")
