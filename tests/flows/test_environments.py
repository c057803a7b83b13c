"""Servers of several virtual environments on one store: a job runs where it was submitted."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import sysconfig
import venv
from contextlib import closing
from types import SimpleNamespace

import nbformat
import pytest

from ..server_process import Server

PREFIX = ["import sys; print(sys.prefix)"]
BUSY = ["import pathlib, time\nwhile not pathlib.Path('leave').exists():\n    time.sleep(0.05)"]
GONE = "there is no {}/bin/python any more."


@pytest.fixture
def site(tmp_path):
    """Two virtual environments, and how to start and stop servers in them, on one folder."""
    (tmp_path / "root").mkdir()
    for path, sources in (("prefix.ipynb", PREFIX), ("busy.ipynb", BUSY)):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "root" / path)
    started = []

    def start(place, **settings):
        python = place / "bin" / "python"
        started.append(Server(tmp_path, tmp_path / "root", python=python, **settings))
        return started[-1]

    first, second = _environment(tmp_path / "first"), _environment(tmp_path / "second")
    yield SimpleNamespace(home=tmp_path, first=first, second=second, start=start)
    for server in started:
        server.end(signal.SIGKILL)


def _environment(folder):
    """A virtual environment that sees all packages of ours, with a kernelspec of its own."""
    venv.create(folder, symlinks=True)
    packages = folder / sysconfig.get_path("purelib", vars={"base": ""}).lstrip("/")
    ours = sysconfig.get_path("purelib")
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    kernel = folder / "share" / "jupyter" / "kernels" / folder.name
    kernel.mkdir(parents=True)
    argv = ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": folder.name, "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    return folder


def left_waiting(site, **fields):
    """Submit a job in the first environment, whose server stops before it has begun it."""
    server = site.start(site.first)
    busy = server.submit("busy.ipynb")
    server.until(lambda: server("GET", f"jobs/{busy}")["status"] == "EXECUTING")
    id = server.submit("prefix.ipynb", **fields)
    server.end(signal.SIGTERM)
    return id


@pytest.mark.parametrize("kernel_name", ["python3", "first"])
def test_a_job_runs_in_the_environment_in_which_it_was_submitted(site, kernel_name):
    id = left_waiting(site, kernel_name=kernel_name)
    server = site.start(site.second)

    job = server.ended(id)

    assert (job.status, job.message) == ("COMPLETED", None)
    assert server.output(id) == [f"{site.first}\n"]
    assert (job.environment["is_here"], job.environment["is_gone"]) == (False, False)
    assert job.environment["interpreter"] == str(site.first / "bin" / "python")
    told = server("GET", "parameters?path=prefix.ipynb")["environment"]
    assert (told["interpreter"], told["is_here"]) == (str(site.second / "bin" / "python"), True)
    [listed] = [one for one in server("GET", "jobs")["items"] if one["id"] == id]
    assert listed["environment"] == job.environment


def test_a_job_whose_environment_is_gone_says_so_and_can_be_run_here(site):
    id = left_waiting(site)
    shutil.rmtree(site.first)
    server = site.start(site.second)

    job = server.ended(id)
    again = server("POST", f"jobs/{id}/rerun", {})["id"]

    assert (job.status, job.reason) == ("FAILED", "kernel_start_failed")
    assert GONE.format(site.first) in job.message
    assert job.environment["is_gone"]
    assert server.ended(again).environment["is_here"]
    assert server.output(again) == [f"{site.second}\n"]


def test_a_job_from_before_there_were_environments_runs_on_what_the_server_has(site):
    id = left_waiting(site)
    with closing(sqlite3.connect(site.home / "nbtasks" / "nbtasks.sqlite3")) as database:
        database.execute("UPDATE jobs SET environment = NULL")
        database.commit()
    server = site.start(site.second)

    assert server.ended(id).environment is None
    assert server.output(id) == [f"{site.second}\n"]


def test_its_next_job_in_an_environment_of_another_server_is_forked(site):
    first = site.start(site.first)
    made = {"notebook": "prefix.ipynb", "cron": "@yearly"}
    schedule = first("POST", "schedules", made)
    first.end(signal.SIGTERM)
    server = site.start(site.second, warm_kernels=1)

    def run():
        job = server.ended(server("POST", f"schedules/{schedule['id']}/run")["id"])
        assert server.output(job.id) == [f"{site.first}\n"]
        return job.kernel_start == "warm"

    server.until(run)
    own = server.ended(server.submit("prefix.ipynb"))
    assert server.output(own.id) == [f"{site.second}\n"]


def test_a_schedule_stays_in_its_environment_until_it_is_moved(site):
    first = site.start(site.first)
    made = {"notebook": "prefix.ipynb", "interval": 1, "state": "PAUSED"}
    id = first("POST", "schedules", made)["id"]
    first.end(signal.SIGTERM)
    server = site.start(site.second)
    address = f"schedules/{id}"

    changed = server("PATCH", address, {"tags": ["one"]})
    assert not changed["environment"]["is_here"]
    ran = server("POST", f"{address}/run")["id"]
    assert server.ended(ran).status == "COMPLETED"
    assert server.output(ran) == [f"{site.first}\n"]

    shutil.rmtree(site.first)
    server("POST", f"{address}/resume")
    paused = server.until(
        lambda: (now := server("GET", address))["state"] == "PAUSED" and now["message"] and now
    )
    assert GONE.format(site.first) in paused["message"]
    assert paused["environment"]["is_gone"]

    moved = server("PATCH", address, {"use_this_environment": True})
    assert (moved["state"], moved["message"]) == ("PAUSED", None)
    assert moved["environment"]["is_here"]
    ran = server("POST", f"{address}/run")["id"]
    assert server.ended(ran).status == "COMPLETED"
    assert server.output(ran) == [f"{site.second}\n"]
