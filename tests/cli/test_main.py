"""The command line: the real command, in processes of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from ..conftest import texts
from .conftest import COLUMNS, SLOW, Home

# Each command takes seconds to begin, and there are dozens.
pytestmark = pytest.mark.timeout(300)
PARAMETERS = """from datetime import date
xs: list = [1]
is_new: bool = False
day: date = date(2020, 1, 1)
n: int = 3"""
LOOKS = [
    ("jobs", "--status", "FAILED"),
    ("jobs", "--json", "-q", "bad"),
    ("show", "{bad}"),
    ("show", "{bad}", "-o", "again.md"),
]


def refusals():
    """Each command line that is refused, with a part of the sentence that says why."""
    needs = {("run", "typed.ipynb", "-o", "out.pdf"): "For 'out.pdf' the program pandoc is needed"}
    return ({} if shutil.which("pandoc") else needs) | {
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
        "environment  Python 3",
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
