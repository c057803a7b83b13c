"""Faults of what a server stands on: each has a named reason, and the next job runs."""

from __future__ import annotations

import asyncio
import json
import sys

import psutil
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

from ..conftest import texts
from ..database.conftest import python
from ..jobs.running.test_attempt import is_running

LOCK = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
other.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
other.execute("COMMIT")
"""
WAIT = "from pathlib import Path\nimport time\nwhile not Path('go').exists():\n    time.sleep(0.02)"
# What a manager of files may raise, and how a request is answered that needs it.
RAISED = {
    "own": (HTTPError(500, "the disk of the manager is on fire"), 503),
    "refused": (HTTPError(403, "not for you"), 403),
    "gone": (HTTPError(404, "gone"), 404),
    "input": (OSError(5, "Input/output error"), 503),
    "permission": (PermissionError(13, "Permission denied"), 503),
    "time": (TimeoutError(), 503),
    "key": (KeyError("s3cret"), 503),
    "surprise": (RuntimeError("s3cret"), 503),
}


class Failing(AsyncLargeFileManager):
    """Raises what the name of a file asks for, at its reading or at its writing."""

    async def get(self, path, content=True, type=None, format=None, **options):
        _raise("read", path)
        return await super().get(path, content, type, format, **options)

    async def save(self, model, path=""):
        _raise("write", path)
        return await super().save(model, path)


def _raise(verb, path):
    for name, (error, _) in RAISED.items():
        if f"{verb}-{name}" in path:
            raise error


@pytest.fixture
def jp_server_config(jp_server_config):
    jp_server_config["ServerApp"]["contents_manager_class"] = Failing
    return jp_server_config


@pytest.fixture
def nbtasks_config():
    return {"kernel_start_timeout": 20}


@pytest.fixture
def works(api, notebook):
    """Whether a job runs after all that was done."""

    async def works():
        job = await api.run(notebook("print('well')", path="well.ipynb"))
        return texts(await api.output(job["id"])) == ["well\n"]

    return works


@pytest.fixture
def kernel(jp_data_dir):
    """Add a kernel that is started by *argv*."""

    def add(name, *argv):
        folder = jp_data_dir / "kernels" / name
        folder.mkdir(parents=True)
        spec = {"argv": [*argv], "display_name": name, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))
        return name

    return add


async def test_a_database_that_another_process_has_locked_costs_nothing(
    api, app, notebook, jp_root_dir, tmp_path
):
    ran = asyncio.Event()
    app.assembly.jobs.events.watch(
        lambda _, event: ran.set() if event["type"] == "cell_finished" and event["cell"] else None
    )
    job = await api.submit(notebook(WAIT, "print('done')"))
    waiting = await api.submit(notebook("print('next')", path="next.ipynb"))
    await api.until(job["id"], lambda job: job["progress"]["current"] == 0)
    locking = await python(LOCK, str(tmp_path / "nbtasks" / "nbtasks.sqlite3"))
    await locking.stdout.readline()
    posting = asyncio.ensure_future(api.submit("next.ipynb"))

    (jp_root_dir / "go").touch()
    await ran.wait()
    seen = await api("GET", f"jobs/{job['id']}")
    # It is longer than SQLite waits by itself; nobody is told that somebody waits.
    await asyncio.sleep(6)
    assert not posting.done()
    await locking.communicate(b"\n")

    assert seen["status"] == "EXECUTING"
    for id in (job["id"], waiting["id"], (await posting)["id"]):
        assert (await api.ended(id))["status"] == "COMPLETED"
    assert texts(await api.output(job["id"])) == ["", "done\n"]


async def test_files_that_cannot_be_read_are_refused_in_words(api, notebook, works):
    for name, (_, code) in RAISED.items():
        path = notebook("1", path=f"read-{name}.ipynb")
        for method, address, asked in (
            ("POST", "jobs", {"notebook": path}),
            ("POST", "jobs", {"notebook": notebook("1"), "output_path": path}),
            ("POST", "schedules", {"notebook": path, "cron": "0 0 1 1 *"}),
            ("POST", "snapshots", {"path": path}),
            ("POST", "webhooks", {"notebook": path}),
            ("POST", "tools", {"name": "t", "notebook": path}),
            ("GET", "parameters", {"path": path}),
        ):
            body, query = (asked, {}) if method == "POST" else (None, asked)
            answered = await api.raw(method, address, body, **query)
            if name == "gone":
                assert answered.code in (400, 404, 201 if "output_path" in asked else 404)
            else:
                codes = {code} if code >= 500 else {code, 400}
                assert answered.code in codes, (name, address, answered.body)
            assert b"s3cret" not in answered.body
    for job in (await api("GET", "jobs"))["items"]:
        await api.ended(job["id"])
    assert await works()


@pytest.mark.parametrize("asked", ["output_path", "update_notebook"])
async def test_an_output_that_cannot_be_written_is_kept(api, notebook, works, asked):
    for name in ("own", "input", "surprise"):
        path = notebook("print('kept')", path=f"write-{name}.ipynb")
        value = f"out/write-{name}.ipynb" if asked == "output_path" else True
        job = await api.run(path, **{asked: value})
        assert (job["status"], job["reason"]) == ("FAILED", "output_not_saved")
        assert job["message"].startswith("The output is kept here, but could not be written: ")
        assert texts(await api.output(job["id"])) == ["kept\n"]
    assert await works()


class TestAKernelThatDoesNotStart:
    @pytest.fixture
    def nbtasks_config(self):
        # Its kernels are its only children then.
        apart = {"fork_kernels": False, "executor_process": False}
        return {"kernel_start_timeout": 2, **apart}

    @pytest.mark.parametrize(
        ("argv", "said"),
        [
            ([sys.executable, "-c", "raise SystemExit(3)"], "it exited with status 3"),
            (["/no/such/program"], "Kernel 'odd' did not start: "),
            (["sleep", "600"], "The kernel did not answer within 2 seconds"),
        ],
    )
    async def test_is_named(self, api, notebook, kernel, argv, said):
        children = set(psutil.Process().children(recursive=True))

        job = await api.run(notebook("1"), kernel_name=kernel("odd", *argv))
        await api.closed(job["id"])

        assert (job["status"], job["reason"]) == ("FAILED", "kernel_start_failed")
        assert said in job["message"]
        assert set(psutil.Process().children(recursive=True)) <= children


@pytest.mark.parametrize(
    ("death", "said"),
    [
        ("os._exit(3)", "The kernel died: it exited with status 3; it had used up to "),
        ("os.kill(os.getpid(), 11)", "The kernel died: it was ended by SIGSEGV; it had used up to"),
        ("os.kill(os.getpid(), 9)", "it was killed (SIGKILL), perhaps because memory ran out; it"),
    ],
)
async def test_how_a_kernel_died_is_said(api, notebook, works, death, said):
    job = await api.run(notebook(f"import os\n{death}"))

    assert (job["status"], job["reason"]) == ("FAILED", "kernel_died")
    assert said in job["message"]
    assert job["message"].endswith(" MB.")
    assert await works()


async def test_a_kernel_that_may_have_no_more_memory_says_so_in_its_cell(api, notebook, works):
    source = (
        "import psutil, resource\n"
        "limit = psutil.Process().memory_info().vms + 100_000_000\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "taken = bytearray(2_000_000_000)"
    )

    job = await api.run(notebook(source))

    assert (job["status"], job["reason"]) == ("FAILED", "cell_error")
    assert job["error"]["ename"] == "MemoryError"
    assert await works()


@pytest.mark.parametrize(("then", "status"), [("1", "COMPLETED"), ("os._exit(1)", "FAILED")])
async def test_what_a_notebook_started_does_not_outlive_its_job(api, notebook, works, then, status):
    source = (
        "import os, subprocess, sys\n"
        "child = 'import signal, time; signal.signal(signal.SIGTERM, 1); time.sleep(600)'\n"
        "print(subprocess.Popen([sys.executable, '-c', child]).pid)"
    )

    job = await api.run(notebook(source, then))
    await api.closed(job["id"])

    assert job["status"] == status
    assert not is_running(int(texts(await api.output(job["id"]))[0]))
    assert await works()


async def test_a_loop_that_no_interrupt_ends_is_killed_at_its_timeout(api, notebook, works):
    source = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"

    job = await api.run(notebook(source), cell_timeout=1)

    assert (job["status"], job["reason"]) == ("FAILED", "timeout")
    assert await works()
