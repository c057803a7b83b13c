"""The command line: the real command, in processes of its own."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from fcntl import ioctl
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from ..conftest import texts

# Each command takes seconds to begin, and there are dozens.
pytestmark = pytest.mark.timeout(300)

COMMAND = str(Path(sys.executable).with_name("jupyter-nbtasks"))
COLUMNS = ["JOB", "STATUS", "NOTEBOOK", "CELLS", "SUBMITTED", "TOOK", "WHY"]
PARAMETERS = """from datetime import date
xs: list = [1]
is_new: bool = False
day: date = date(2020, 1, 1)
n: int = 3"""
SLOW = "import time\nprint('asleep', flush=True)\ntime.sleep(600)"
STUBBORN = f"""import signal, subprocess
subprocess.Popen(["sleep", "600"])
signal.signal(signal.SIGINT, signal.SIG_IGN)
{SLOW}"""
BROKEN = {
    "argv": [sys.executable, "-c", "raise SystemExit('no ipykernel in here')", "{connection_file}"],
    "display_name": "Broken",
    "language": "python",
}


class Home:
    """A person's machine: a folder to work in, and Jupyter's folders."""

    def __init__(self, folder):
        self.here = folder / "work"
        # Its path is longer than that of a socket may be.
        self.runtime = folder / ("runtime" * 20)
        self.data = folder / "data"
        self.here.mkdir()
        folders = {"DATA": self.data, "RUNTIME": self.runtime, "CONFIG": folder / "config"}
        # These would say of a terminal something other than it does itself.
        others = {"NO_COLOR", "COLUMNS", "LINES"}
        self.env = {name: value for name, value in os.environ.items() if name not in others}
        self.env |= {f"JUPYTER_{name}_DIR": str(path) for name, path in folders.items()}
        self.env |= {"IPYTHONDIR": str(folder / "ipython")}
        (folder / "config").mkdir()

    def notebook(self, path, *sources, parameters=None):
        """Write a notebook of these code cells."""
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        if parameters is not None:
            tagged = {"tags": ["parameters"]}
            cells.insert(0, nbformat.v4.new_code_cell(parameters, metadata=tagged))
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        target = self.here / path
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, target)

    def start(self, *arguments, **options):
        """Start the command."""
        given = {"stdin": subprocess.DEVNULL, "env": self.env, "cwd": self.here, "text": True}
        given |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([COMMAND, *map(str, arguments)], **given | options)

    def __call__(self, *arguments, **options):
        """Run the command to its end: its exit status, and all that it said."""
        process = self.start(*arguments, **options)
        out, err = process.communicate()
        return SimpleNamespace(status=process.returncode, out=out, err=err)

    def on_terminal(self, *arguments, columns=80):
        """Run the command on a terminal: its exit status, and all that came there."""
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = self.start(*arguments, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        try:
            while some := os.read(ours, 65536):
                shown += some
        except OSError:  # What Linux says at the end of a terminal.
            os.close(ours)
        return SimpleNamespace(status=process.wait(), out=shown.decode())

    def output(self, path):
        return nbformat.read(self.here / path, as_version=4)

    def jobs(self, columns, condition="TRUE"):
        """These columns of the jobs in the store."""
        with closing(sqlite3.connect(self.data / "nbtasks/nbtasks.sqlite3")) as database:
            return database.execute(f"SELECT {columns} FROM jobs WHERE {condition}").fetchall()

    def until(self, condition):
        """Wait until an SQL condition holds for a job; its id."""
        while True:
            with suppress(sqlite3.OperationalError):  # It is raised before the first migration.
                if found := self.jobs("id", condition):
                    return found[0][0]
            time.sleep(0.05)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


LOOKS = [
    ("jobs", "--status", "FAILED"),
    ("jobs", "--json", "-q", "bad"),
    ("show", "{bad}"),
    ("show", "{bad}", "-o", "again.md"),
]


def refusals():
    """Each command line that is refused, with a part of the sentence that says why."""
    return {
        ("run", "typed.ipynb", "-p", "n", "many"): "'n' must be a whole number, not \"many\".",
        ("run", "typed.ipynb", "-p", "m", "1"): "There is no parameter 'm'.",
        ("run", "typed.ipynb", "-o", "out.exe"): "The output's name must end in one of .ipynb",
        ("run", "typed.ipynb", "-o", "no/out.ipynb"): "There is no folder 'no' for the output.",
        ("run", "absent.ipynb"): "File 'absent.ipynb' does not exist.",
        ("run", "diary.ipynb"): "This is not a notebook.",
        ("show", "j0123"): "There is no job 'j0123'.",
        ("show", "j"): "Several jobs begin with 'j': j",
        ("show", "{bad}", "-o", "/proc/again.md"): "'/proc/again.md' cannot be written: No such",
    }


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A home where these were run, at the same time: their answers by their arguments."""
    home = Home(tmp_path_factory.mktemp("shared"))
    home.notebook(
        "typed.ipynb", "print(xs, is_new, day, type(day).__name__, n)", parameters=PARAMETERS
    )
    home.notebook("sub/bad.ipynb", "print('before')", "1 / 0", "print('never')")
    home.notebook("slow.ipynb", SLOW)
    home.notebook("twin.ipynb", "print('twin')")
    home.notebook("gone.ipynb", "import os\nos.rmdir('gone')")
    (home.here / "gone").mkdir()
    (home.here / "twin-output.ipynb").write_text("mine")
    (home.here / "diary.ipynb").write_text("Dear diary")
    runs = [
        (
            "run",
            "typed.ipynb",
            "-p",
            "xs",
            "[1, 2]",
            "-p",
            "is_new",
            "yes",
            "-p",
            "day",
            "2024-02-03",
        ),
        ("run", "typed.ipynb", "-p", "n", "-7", "-o", "seven.html"),
        ("run", "sub/bad.ipynb"),
        ("run", "slow.ipynb", "--timeout", "6"),
        ("run", "twin.ipynb"),
        ("run", "twin.ipynb"),
        ("run", "twin.ipynb", "-o", "twin.py"),
        ("run", "gone.ipynb", "-o", "gone/out.ipynb"),
    ]
    with ThreadPoolExecutor(3) as pool:
        first = list(pool.map(lambda run: home(*run), runs))
        [(bad,)] = home.jobs("substr(id, 1, 13)", "name = 'bad'")
        looks = [*LOOKS, *refusals()]
        filled = [[argument.format(bad=bad) for argument in look] for look in looks]
        second = pool.map(lambda look: home(*look), filled)
        return SimpleNamespace(
            home=home, bad=bad, runs=first, looks=dict(zip(looks, second, strict=True))
        )


def test_a_notebook_runs_with_parameters_of_the_types_it_declares(shared):
    ran, home = shared.runs[0], shared.home

    assert (ran.status, ran.err) == (0, "")
    said = r"typed: COMPLETED after [\d.]+ s \(job j\w{28}\)\nOutput: typed-output\.ipynb\n"
    assert re.fullmatch(said, ran.out)
    assert texts(home.output("typed-output.ipynb"))[-1] == "[1, 2] True 2024-02-03 date 3\n"


def test_the_ending_of_the_output_says_its_format(shared):
    ran, home = shared.runs[1], shared.home

    assert ran.out.endswith("Output: seven.html\n")
    page = (home.here / "seven.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "[1] False 2020-01-01 date -7" in page
    assert "print('twin')" in (home.here / "twin.py").read_text()


def test_a_notebook_that_fails_is_told_with_its_traceback(shared):
    ran, home = shared.runs[2], shared.home

    assert ran.status == 1
    assert "bad: FAILED after" in ran.out
    assert "----> 1 1 / 0" in ran.err
    assert ran.err.endswith("Cell 2: ZeroDivisionError: division by zero\n")
    assert texts(home.output("bad-output.ipynb"))[0] == "before\n"


def test_a_notebook_that_takes_too_long_is_ended(shared):
    ran = shared.runs[3]

    assert ran.status == 4
    assert "The job ran longer than its timeout of 6 seconds." in ran.err
    assert texts(shared.home.output("slow-output.ipynb"))[0].startswith("asleep\n")


def test_a_file_that_is_there_is_not_overwritten_unasked(shared):
    first, second = shared.runs[4:6]

    assert (shared.home.here / "twin-output.ipynb").read_text() == "mine"
    names = {ran.out.splitlines()[-1] for ran in (first, second)}
    assert names == {"Output: twin-output1.ipynb", "Output: twin-output2.ipynb"}


def test_an_output_that_cannot_be_written_is_kept_and_that_is_said(shared):
    ran = shared.runs[7]

    assert ran.status == 1
    assert "gone: COMPLETED" in ran.out
    assert "The output could not be written: [Errno 2]" in ran.err
    assert re.search(r"\nIt is kept: jupyter nbtasks show j\w{28} -o FILE\n$", ran.err)


def test_a_job_belongs_to_the_folder_where_its_command_was_given(shared):
    here = str(shared.home.here)

    assert shared.home.jobs("root, notebook", "name = 'bad'") == [(here, "sub/bad.ipynb")]


@pytest.mark.parametrize("arguments", refusals(), ids=" ".join)
def test_what_is_refused_is_refused_in_a_sentence(shared, arguments):
    refused = shared.looks[arguments]

    assert (refused.status, refused.out) == (2, "")
    assert f"Error: {refusals()[arguments]}" in refused.err.replace(
        "Invalid value for 'NOTEBOOK': ", ""
    )
    assert "Traceback" not in refused.err


def test_what_is_refused_is_not_stored(shared):
    assert len(shared.home.jobs("id", "name = 'typed'")) == 2
    assert shared.home.jobs("id", "name = 'diary'") == []


def test_nothing_is_left_behind(shared):
    made = "typed-output.ipynb seven.html bad-output.ipynb slow-output.ipynb twin.py"
    made += " again.md twin-output.ipynb twin-output1.ipynb twin-output2.ipynb"
    written = "typed.ipynb sub gone.ipynb slow.ipynb twin.ipynb diary.ipynb"

    assert {path.name for path in shared.home.here.iterdir()} == {*made.split(), *written.split()}
    assert list(shared.home.runtime.iterdir()) == []


def test_jobs_are_listed_in_a_table(shared):
    listed = shared.looks[LOOKS[0]].out.splitlines()

    assert listed[0].split() == COLUMNS
    bad = next(line for line in listed if "sub/bad.ipynb" in line)
    pattern = (
        r"j\w{28}  FAILED  sub/bad.ipynb  1/3    20[\d-]+ [\d:]+  \d\.\d s  Cell 2: ZeroDivi.*zero"
    )
    assert re.fullmatch(pattern, bad)
    assert len(listed) == 3


def test_on_a_terminal_the_table_is_as_wide_as_that_and_in_colour(shared):
    listed = shared.home.on_terminal("jobs", columns=90).out

    assert re.search(r"\n(j\w{12})  \x1b\[31mFAILED\x1b\[0m     sub/bad\.ipynb ", listed)
    lines = re.sub(r"\x1b\[\d+m", "", listed).splitlines()
    assert max(map(len, lines)) <= 90
    assert any("Cell 2: Zero" in line and line.endswith("…") for line in lines)


def test_jobs_are_told_to_programs_as_json(shared):
    bad = json.loads(shared.looks[LOOKS[1]].out)

    assert (bad["status"], bad["reason"], bad["trigger"]["type"]) == ("FAILED", "cell_error", "cli")
    assert bad["progress"] == {"completed": 1, "total": 3, "current": None}
    assert bad["error"]["ename"] == "ZeroDivisionError"
    assert "lease_until" not in bad


def test_a_job_is_shown_by_the_beginning_of_its_id(shared):
    shown = shared.looks[LOOKS[2]]

    assert (shown.status, shown.err) == (0, "")
    for fact in (
        f"job  {shared.bad}",
        "status  FAILED",
        "3  pending",
        "root  /",
        "----> 1 1 / 0",
    ):
        assert fact in shown.out
    assert "\x1b" not in shown.out


def test_the_output_of_a_job_is_written_when_asked_for(shared):
    assert shared.looks[LOOKS[3]].out == "Output: again.md\n"
    assert "before" in (shared.home.here / "again.md").read_text()


def test_jupyter_knows_the_command(shared):
    jupyter = str(Path(sys.executable).with_name("jupyter"))
    shown = subprocess.run([jupyter, "nbtasks", "--help"], capture_output=True, text=True)

    assert shown.returncode == 0
    commands = shown.stdout.split("Commands:")[1]
    assert re.findall(r"^  (\w+)", commands, re.MULTILINE) == [
        "cancel", "jobs", "run", "schedules", "show", "snapshots",
    ]  # fmt: skip
    assert "\n  Exit status of 'run': 0 completed, 1 failed," in shown.stdout


@pytest.mark.parametrize("arguments", [("run", "work.ipynb"), ("jobs",)], ids=" ".join)
def test_a_store_that_is_not_there_has_an_exit_status_of_its_own(home, arguments):
    home.notebook("work.ipynb", "1")
    settings = {"NbTasksApp": {"database_url": "sqlite:////proc/tasks.sqlite3"}}
    (home.data.parent / "config/jupyter_server_config.json").write_text(json.dumps(settings))

    refused = home(*arguments)

    assert (refused.status, refused.out) == (5, "")
    assert refused.err.startswith("Error: The database sqlite:////proc/tasks.sqlite3 cannot be ope")
    assert "Traceback" not in refused.err


def test_a_setting_that_is_wrong_is_refused(home):
    settings = {"NbTasksApp": {"max_concurrent_jobs": "many"}}
    (home.data.parent / "config/jupyter_server_config.json").write_text(json.dumps(settings))

    refused = home("jobs")

    assert refused.status == 2
    assert "The 'max_concurrent_jobs' trait of a NbTasksApp instance expected an int" in refused.err


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
