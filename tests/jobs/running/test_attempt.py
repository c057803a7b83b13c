"""How an attempt ends: cancelled, out of time, its kernel dead, tried again."""

from __future__ import annotations

import json

import psutil
import pytest

from jupyter_nbtasks.kernels.processes import process_name

from ...conftest import texts

SLEEP = "print('begun', flush=True)\nimport time\nfor _ in range(600):\n    time.sleep(0.1)"
STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "child = 'import signal, time; signal.signal(2, 1); time.sleep(600)'\n"
    "near = subprocess.Popen([sys.executable, '-c', child])\n"
    "far = subprocess.Popen([sys.executable, '-c', child], start_new_session=True)\n"
    "print(near.pid, far.pid, flush=True)\n"
    "while True: pass"
)


@pytest.fixture(params=[True, False], ids=["in the process for it", "here"])
def nbtasks_config(request):
    """Both ways in which a notebook is executed."""
    return {"executor_process": request.param}


async def printed(api, id, text):
    """Wait until the job has printed *text*; return its output."""
    while True:
        changed = api.next_change()
        if (await api.raw("GET", f"jobs/{id}/output")).code == 200:
            document = await api.output(id)
            if text in "".join(texts(document)):
                changed.close()
                return document
        await changed


async def test_a_waiting_job_is_cancelled_at_once_and_never_runs(api, notebook):
    blocker = await api.submit(notebook(SLEEP, path="blocker.ipynb"))
    waiting = await api.submit(notebook("1"))

    cancelled = await api("POST", f"jobs/{waiting['id']}/cancel")
    await api("POST", f"jobs/{blocker['id']}/cancel")
    await api.ended(blocker["id"])

    assert cancelled["status"] == "CANCELLED"
    assert (await api("GET", f"jobs/{waiting['id']}"))["started_at"] is None
    assert (await api.raw("GET", f"jobs/{waiting['id']}/output")).code == 404


async def test_a_running_job_is_interrupted_and_keeps_what_it_printed(api, notebook):
    job = await api.submit(notebook(SLEEP, "print('never')"))
    await printed(api, job["id"], "begun")

    answered = await api.raw("POST", f"jobs/{job['id']}/cancel")
    ended = await api.ended(job["id"])

    assert answered.code == 202
    assert answered.json["status"] == "CANCELLING"
    assert (ended["status"], ended["reason"]) == ("CANCELLED", None)
    document = await api.output(job["id"])
    assert texts(document)[0].startswith("begun\n")
    assert document.cells[0].outputs[-1].ename == "KeyboardInterrupt"
    assert texts(document)[1] == ""


async def test_a_notebook_that_swallows_the_interrupt_runs_no_further_cell(api, notebook, app):
    swallow = "import contextlib\nwith contextlib.suppress(KeyboardInterrupt):\n"
    swallow += "\n".join(f"    {line}" for line in SLEEP.splitlines())
    job = await api.submit(notebook(swallow, "print('never')"))
    await printed(api, job["id"], "begun")

    await api("POST", f"jobs/{job['id']}/cancel")
    ended = await api.ended(job["id"])

    assert ended["status"] == "CANCELLED"
    assert [cell["status"] for cell in ended["cells"]] == ["completed", "pending"]


async def test_cancel_kills_what_ignores_it_with_every_process_it_started(api, notebook):
    job = await api.submit(notebook(STUBBORN))
    document = await printed(api, job["id"], " ")
    near, far = map(int, texts(document)[0].split())

    await api("POST", f"jobs/{job['id']}/cancel")
    ended = await api.ended(job["id"])
    await api.closed(job["id"])

    assert ended["status"] == "CANCELLED"
    assert not [pid for pid in (near, far) if is_running(pid)]


def is_running(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_job_that_takes_too_long_fails_with_its_output_kept(api, notebook):
    job = await api.run(notebook(SLEEP), timeout=6)

    assert (job["status"], job["reason"]) == ("FAILED", "timeout")
    assert job["message"] == "The job ran longer than its timeout of 6 seconds."
    assert texts(await api.output(job["id"]))[0].startswith("begun\n")


async def test_a_cell_that_takes_too_long_fails_the_job(api, notebook):
    job = await api.run(notebook("1", SLEEP), cell_timeout=1)

    assert (job["status"], job["reason"]) == ("FAILED", "timeout")
    assert job["message"] == "Cell 2 ran longer than its timeout of 1 seconds."


async def test_an_error_that_no_database_takes_as_text_is_told_all_the_same(api, notebook):
    job = await api.run(notebook("raise ValueError('a' + chr(0) + 'b')"))

    assert (job["status"], job["reason"]) == ("FAILED", "cell_error")
    assert job["message"] == "Cell 1: ValueError: a\\x00b"
    assert job["attempts"][0]["message"] == job["message"]
    assert job["error"]["evalue"] == "a\0b"


@pytest.mark.parametrize("death", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
async def test_a_kernel_that_dies_fails_the_job_and_keeps_what_was_printed(api, notebook, death):
    # Python may need a moment to hand over what was flushed; a killed process has none.
    source = f"import os, time\nprint('begun', flush=True)\ntime.sleep(0.5)\n{death}"
    path = notebook("print('first')", source)

    job = await api.run(path)

    assert (job["status"], job["reason"]) == ("FAILED", "kernel_died")
    assert [cell["status"] for cell in job["cells"]] == ["completed", "failed"]
    assert texts(await api.output(job["id"])) == ["first\n", "begun\n"]


async def test_a_kernel_that_somebody_shuts_down_in_lab_fails_the_job(api, notebook, jp_fetch):
    job = await api.submit(notebook(SLEEP))
    await printed(api, job["id"], "begun")
    kernel = (await api("GET", f"jobs/{job['id']}"))["kernel_id"]

    await jp_fetch("api", "kernels", kernel, method="DELETE")

    ended = await api.ended(job["id"])
    assert (ended["status"], ended["reason"]) == ("FAILED", "kernel_died")


async def test_a_kernel_that_somebody_restarts_in_lab_fails_the_job(api, notebook, jp_fetch):
    job = await api.submit(notebook(SLEEP))
    await printed(api, job["id"], "begun")
    kernel = (await api("GET", f"jobs/{job['id']}"))["kernel_id"]

    await jp_fetch("api", "kernels", kernel, "restart", method="POST", body="")

    ended = await api.ended(job["id"])
    assert (ended["status"], ended["reason"]) == ("FAILED", "kernel_died")


async def test_a_kernel_that_does_not_start_is_named(api, notebook, jp_data_dir):
    folder = jp_data_dir / "kernels" / "broken"
    folder.mkdir(parents=True)
    spec = {"argv": ["/no/such/program"], "display_name": "Broken", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))

    job = await api.run(notebook("1"), kernel_name="broken")

    assert (job["status"], job["reason"]) == ("FAILED", "kernel_start_failed")
    assert "broken" in job["message"]


async def test_exit_with_zero_ends_the_run_early_as_a_success(api, notebook):
    job = await api.run(notebook("import sys\nsys.exit(0)", "print('never')"))

    assert job["status"] == "COMPLETED"
    assert [cell["status"] for cell in job["cells"]] == ["completed", "pending"]


async def test_a_failed_attempt_is_tried_again_until_it_succeeds(api, notebook, jp_root_dir):
    source = (
        "from pathlib import Path\nmark = Path('mark')\n"
        "if not mark.exists():\n    mark.touch()\n    raise OSError('first')\nprint('second')"
    )

    job = await api.run(notebook(source), max_attempts=3, retry_delay=0)

    assert (job["status"], job["attempt"], job["max_attempts"]) == ("COMPLETED", 2, 3)
    assert (job["reason"], job["error"]) == (None, None)
    assert texts(await api.output(job["id"])) == ["second\n"]
    failed, completed = job["attempts"]
    assert (failed["number"], failed["status"], failed["reason"]) == (1, "FAILED", "cell_error")
    assert failed["error"] == {"cell": 0, "ename": "OSError", "evalue": "first"}
    assert failed["message"] == "Cell 1: OSError: first"
    assert failed["usage"]["kernel_seconds"] > 0
    assert failed["server"] == completed["server"]
    assert (completed["number"], completed["status"], completed["error"]) == (2, "COMPLETED", None)
    assert completed["started_at"] >= failed["ended_at"] > failed["started_at"]
    assert completed["ended_at"] == job["ended_at"]


async def test_the_output_of_a_failed_attempt_is_there_until_the_next_has_one(api, notebook):
    path = notebook("print('first')", "1/0")
    job = await api.submit(path, max_attempts=2, retry_delay=600)

    await api.until(job["id"], lambda job: job["attempt"] == 2)

    assert texts(await api.output(job["id"]))[0] == "first\n"
    [page] = (await api("GET", "jobs"))["items"]
    assert "attempts" not in page


async def test_a_job_fails_when_no_attempt_is_left(api, notebook):
    job = await api.run(notebook("1/0"), max_attempts=2, retry_delay=0)

    assert (job["status"], job["reason"], job["attempt"]) == ("FAILED", "cell_error", 2)


async def test_a_job_that_waits_for_its_next_attempt_says_why_and_can_be_cancelled(api, notebook):
    job = await api.submit(notebook("1/0"), max_attempts=2, retry_delay=600)

    waiting = await api.until(job["id"], lambda job: job["attempt"] == 2)
    cancelled = await api("POST", f"jobs/{job['id']}/cancel")

    assert (waiting["status"], waiting["reason"]) == ("SUBMITTED", "cell_error")
    assert cancelled["status"] == "CANCELLED"


async def test_the_process_of_a_kernel_is_known_while_it_runs(api, app, notebook):
    job = await api.submit(notebook("import os\nprint(os.getpid())", SLEEP))
    document = await printed(api, job["id"], "begun")

    [kernel] = await app.assembly.jobs.started.all()
    assert kernel.process == process_name(int(texts(document)[0]))
    assert (kernel.job_id, kernel.server) == (job["id"], app.assembly.jobs.worker.server)
    await api("POST", f"jobs/{job['id']}/cancel")
    await api.closed(job["id"])
    assert await app.assembly.jobs.started.all() == []


async def test_the_kernel_of_a_failed_job_is_kept_for_debugging(api, notebook, jp_fetch):
    job = await api.run(notebook("1/0"), keep_kernel_on_failure=600)
    kept = json.loads((await jp_fetch("api", "kernels", job["kernel_id"])).body)

    await api("DELETE", f"jobs/{job['id']}")
    await api.closed(job["id"])

    assert kept["id"] == job["kernel_id"]
    assert json.loads((await jp_fetch("api", "kernels")).body) == []


async def test_what_runs_is_stored_while_it_runs(api, notebook, app):
    job = await api.submit(notebook("print('done')", SLEEP, "1"))

    document = await printed(api, job["id"], "begun")

    running = await api("GET", f"jobs/{job['id']}")
    assert running["status"] == "EXECUTING"
    assert [cell["status"] for cell in running["cells"]] == ["completed", "running", "pending"]
    assert texts(document) == ["done\n", "begun\n", ""]
    await api("POST", f"jobs/{job['id']}/cancel")
    await api.ended(job["id"])


async def test_a_stopping_server_ends_its_jobs_with_their_output(api, notebook, app):
    job = await api.submit(notebook(SLEEP))
    await printed(api, job["id"], "begun")

    await app.assembly.jobs.worker.stop()

    ended = await api("GET", f"jobs/{job['id']}")
    assert (ended["status"], ended["reason"]) == ("FAILED", "server_lost")
    assert texts(await api.output(job["id"]))[0].startswith("begun\n")
