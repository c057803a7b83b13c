"""A notebook that is run here and now: on a terminal, interrupted, with a kernel that fails."""

from __future__ import annotations

import json
import re
import signal
import sys

import psutil
import pytest

from ..conftest import texts
from .conftest import SLOW

# Each command takes seconds to begin, and there are dozens.
pytestmark = pytest.mark.timeout(300)
STUBBORN = f"""import signal, subprocess
subprocess.Popen(["sleep", "600"])
signal.signal(signal.SIGINT, signal.SIG_IGN)
{SLOW}"""
BROKEN = {
    "argv": [sys.executable, "-c", "raise SystemExit('no ipykernel in here')", "{connection_file}"],
    "display_name": "Broken",
    "language": "python",
}


def test_a_notebook_elsewhere_runs_where_it_is(home):
    home.notebook("../elsewhere/sub/work.ipynb", "import os\nprint(os.getcwd())")

    ran = home("run", "../elsewhere/sub/work.ipynb")

    there = home.here.parent / "elsewhere/sub"
    assert ran.status == 0
    assert texts(home.output("work-output.ipynb")) == [f"{there}\n"]
    assert home.jobs("root") == [(str(there),)]


def test_a_watched_notebook_prints_its_outputs_as_they_come(home):
    home.notebook(
        "work.ipynb", "import sys\nprint('out')\nprint('err', file=sys.stderr)", "6 * 7", SLOW
    )
    process = home.start("run", "work.ipynb", "--watch")
    assert [process.stdout.readline() for _ in range(3)] == ["out\n", "42\n", "asleep\n"]
    assert [path.name for path in home.here.iterdir()] == ["work.ipynb"]

    process.send_signal(signal.SIGTERM)

    out, err = process.communicate()
    assert (process.returncode, out) == (3, "")
    assert err.startswith("err\n\nCancelling; once more to leave at once.\n")
    assert "work: CANCELLED after" in err
    assert "\nOutput: work-output.ipynb\n" in err


def test_a_progress_bar_is_drawn_on_a_terminal_and_taken_away(home):
    home.notebook("work.ipynb", *["import time; time.sleep(0.7)"] * 3)

    ran = home.on_terminal("run", "work.ipynb")

    frames = ran.out.split("\r")
    assert any(
        re.fullmatch(r"work \|█+ +\| [12]/3  00:0\d  cell [12] *", frame) for frame in frames
    )
    assert re.search(r"\r +\rwork: \x1b\[32mCOMPLETED\x1b\[0m after", ran.out)
    assert "TCP without encryption" not in ran.out


def test_an_interrupt_cancels_the_job(home):
    home.notebook("work.ipynb", "print('first')", SLOW)
    process = home.start("run", "work.ipynb")
    home.until("cells_completed = 1")

    process.send_signal(signal.SIGINT)

    out, err = process.communicate()
    assert process.returncode == 3
    assert "work: CANCELLED after" in out
    assert "Traceback" not in err
    assert home.jobs("status") == [("CANCELLED",)]
    assert texts(home.output("work-output.ipynb"))[0] == "first\n"


def test_two_interrupts_end_it_at_once_with_its_kernel(home):
    home.notebook("work.ipynb", STUBBORN)
    process = home.start("run", "work.ipynb", "--watch")
    process.stdout.readline()
    kernels = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGINT)
    process.stderr.readline()
    process.stderr.readline()
    process.send_signal(signal.SIGINT)

    assert process.communicate()[0] == ""
    assert process.returncode == 130
    assert kernels
    assert psutil.wait_procs(kernels, timeout=30)[1] == []


def test_another_command_cancels_a_job_that_runs(home):
    home.notebook("work.ipynb", SLOW)
    process = home.start("run", "work.ipynb", "--watch")
    process.stdout.readline()
    id = home.until("status = 'EXECUTING'")

    cancelled = home("cancel", id[:13])

    assert process.communicate()[0] == ""
    assert process.returncode == 3
    assert cancelled.out.startswith("work: CANCELLED after")
    assert cancelled.err == "It was cancelled.\n"


def test_another_command_cancels_a_job_that_waits_to_be_tried_again(home):
    home.notebook("work.ipynb", "1 / 0")
    process = home.start("run", "work.ipynb", "--max-attempts", "2")
    assert process.stderr.readline().startswith("Attempt 1 failed (Cell 1: ZeroDivisionError: divi")

    cancelled = home("cancel", home.until("status = 'SUBMITTED'"))

    assert cancelled.err == "It was cancelled before it ran.\n"
    assert process.wait() == 3
    process.communicate()


def test_a_kernel_that_does_not_start_is_told_with_what_it_said(home):
    home.notebook("work.ipynb", "1")
    spec = home.data / "kernels/broken/kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(BROKEN))

    ran = home("run", "work.ipynb", "-k", "broken")

    assert ran.status == 1
    assert "work: FAILED" in ran.out
    assert ran.err.endswith("no ipykernel in here\n")
