"""A command whose terminal, file or reader fails: the run goes on, and its end is told."""

from __future__ import annotations

import os
import subprocess

import pytest

from ..conftest import texts

# Each command takes seconds to begin.
pytestmark = pytest.mark.timeout(300)
LINES = "for n in range(20_000): print(n)"


@pytest.fixture
def full():
    """A disk without room."""
    with open("/dev/full", "w") as file:
        yield file


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_gets_nothing_and_no_file_in_its_place(home, closed):
    home.notebook("work.ipynb", "print('done')")
    line = f'exec "$0" "$@" {closed}'
    ended = subprocess.run(
        ["sh", "-c", line, home.command, "run", "work.ipynb", "-o", "out.ipynb"],
        env=home.env, cwd=home.here, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    assert texts(home.output("out.ipynb")) == ["done\n"]
    assert home.jobs("status") == [("COMPLETED",)]


@pytest.mark.parametrize("more", [[], ["--watch"]], ids=["quiet", "watched"])
def test_a_full_disk_under_what_is_printed_is_not_the_runs_failure(home, full, more):
    home.notebook("work.ipynb", LINES)

    process = home.start("run", "work.ipynb", "-o", "out.ipynb", *more, stdout=full)
    _, err = process.communicate()

    assert process.returncode == 0
    assert "Standard output cannot be written: No space left on device." in err
    assert "Traceback" not in err
    assert texts(home.output("out.ipynb"))[0].endswith("19999\n")


@pytest.mark.parametrize(("source", "status"), [(LINES, 0), (f"{LINES}\n1 / 0", 1)])
def test_a_reader_that_is_gone_is_not_the_runs_failure(home, source, status):
    home.notebook("work.ipynb", source)
    reading, writing = os.pipe()
    process = home.start("run", "work.ipynb", "-o", "out.ipynb", "--watch", stdout=writing)
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)

    _, err = process.communicate()

    assert process.returncode == status
    assert "cannot be written" not in err
    assert texts(home.output("out.ipynb"))[0].endswith("19999\n")


def test_a_list_that_cannot_be_printed_has_failed(home, full):
    home.notebook("work.ipynb", "1")
    assert home("run", "work.ipynb").status == 0

    process = home.start("jobs", "--json", stdout=full)
    _, err = process.communicate()

    assert process.returncode == 1
    assert err == (
        "Standard output cannot be written: No space left on device. The rest is not printed.\n"
    )


def test_a_text_is_given_as_it_is(home):
    home.notebook("work.ipynb", "print(repr([a, b, c, d]))", parameters="a = b = c = d = None")
    given = ["-p", "a", "nan", "-p", "b", "INF", "-r", "c", "1", "-r", "d", "None"]

    assert home("run", "work.ipynb", "-o", "out.ipynb", *given).status == 0

    assert texts(home.output("out.ipynb"))[-1] == "['nan', 'INF', '1', 'None']\n"


def test_a_name_that_is_given_twice_is_refused(home):
    home.notebook("work.ipynb", "1", parameters="a = None")
    ran = home("run", "work.ipynb", "-p", "a", "1", "-r", "a", "1")
    assert (ran.status, ran.err) == (
        2,
        "Error: 'a' is given twice. Use -p or -r for it, not both.\n",
    )
