"""How the end of an attempt is stored when something in its output stands in the way."""

from __future__ import annotations

import sys

import pytest

from .test_attempt import printed
from .test_executions import WAIT

LONG_NUMBER = "display({'application/json': 10 ** 1_000}, raw=True)"
NAMELESS = """
kernel = get_ipython().kernel
async def reply(*args, **kwargs):
    return {"status": "error", "ename": None, "evalue": None, "traceback": ["a", None]}
kernel.do_execute = reply
"""
DEEP = """
value = 0
for _ in range(300):
    value = [value]
display({"application/vnd.nbtasks.result+json": {"name": "rows", "value": value}}, raw=True)
"""


@pytest.fixture
def nbtasks_config():
    """What it takes to write an output is to be had by the test."""
    return {"executor_process": False}


@pytest.fixture
def shorten_numbers():
    """Have Python write no long numbers from now on."""
    before = sys.get_int_max_str_digits()
    yield lambda: sys.set_int_max_str_digits(700)
    sys.set_int_max_str_digits(before)


async def test_a_job_whose_output_cannot_be_made_has_ended_and_is_not_tried_again(
    api, notebook, jp_root_dir, shorten_numbers
):
    path = notebook(LONG_NUMBER, f"print('begun', flush=True)\n{WAIT}")
    job = await api.submit(path, max_attempts=3)
    await printed(api, job["id"], "begun")
    shorten_numbers()
    (jp_root_dir / "go").touch()

    ended = await api.ended(job["id"])

    assert (ended["status"], ended["reason"]) == ("FAILED", "output_not_saved")
    assert ended["message"].startswith("The output could not be stored: ValueError")
    assert ended["attempt"] == 1


async def test_an_error_without_a_name_fails_its_job_as_any_other(api, notebook):
    job = await api.run(notebook(NAMELESS, "1"))

    assert (job["status"], job["reason"]) == ("FAILED", "cell_error")
    assert job["message"] == "Cell 2: an error without a name"
    assert job["error"]["traceback"] == ["a"]


async def test_a_result_that_is_nested_too_deep_is_left_out_of_the_job(api, notebook):
    job = await api.run(notebook(DEEP))

    assert (job["status"], job["results"]) == ("COMPLETED", {})
    assert "nested more than 100 deep" in job["warnings"][0]
    assert [one["id"] for one in (await api("GET", "jobs"))["items"]] == [job["id"]]
