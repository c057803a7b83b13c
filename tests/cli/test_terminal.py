"""Tables on terminals of every width."""

from __future__ import annotations

import io
import re
import sys
from datetime import timedelta

import pytest

from jupyter_nbtasks.cli.terminal import echo_jobs
from jupyter_nbtasks.jobs.model import Status

from ..jobs.test_model import FAILURE, NOW, a_job


class Terminal(io.StringIO):
    """Keeps what is printed."""

    def isatty(self):
        return True


@pytest.fixture
def table(monkeypatch):
    """Gives a function: the lines of the table of *jobs* on a terminal of *columns*."""

    def printed(columns, jobs):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "stdout", terminal := Terminal())
        echo_jobs(jobs, NOW)
        return re.sub(r"\x1b\[\d+m", "", terminal.getvalue()).splitlines()

    return printed


@pytest.mark.parametrize("seconds", [1, 60, 36_000])
@pytest.mark.parametrize("path", ["a.ipynb", "twin.ipynb", "a long way/" * 4 + "a.ipynb"])
def test_a_table_is_never_wider_than_the_terminal(table, path, seconds):
    began = NOW - timedelta(seconds=seconds)
    given = {"id": "j01a2211055f9", "notebook": path, "started_at": began, "created_at": began}
    failed = a_job(**given).failed(NOW, FAILURE)
    jobs = [failed, a_job(status=Status.SUBMITTED, **given)]

    for columns in range(80, 140):
        assert max(map(len, table(columns, jobs))) <= columns
