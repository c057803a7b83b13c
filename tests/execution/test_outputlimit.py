"""How much of the outputs of a job is kept."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_nbtasks.execution.outputlimit import OutputLimit, weight

LIMIT = 1000
RESULT = "application/vnd.nbtasks.result+json"


@pytest.fixture
def limit() -> OutputLimit:
    return OutputLimit(LIMIT)


def printed(text: str, cell: int = 0) -> dict[str, Any]:
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return {"type": "output", "cell": cell, "output": output}


def shown(data: Any, cell: int = 0, display_id: str | None = None) -> dict[str, Any]:
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    event = {"type": "output", "cell": cell, "output": output}
    return event | ({"display_id": display_id} if display_id else {})


def updated(data: Any, display_id: str) -> dict[str, Any]:
    return {"type": "update_display", "display_id": display_id, "data": data, "metadata": {}}


def texts(events: list[dict[str, Any]]) -> str:
    return "".join(event["output"]["text"] for event in events)


def test_what_fits_passes_as_it_is(limit):
    events = [printed("x" * 500), shown({"text/plain": "y" * 100}), {"type": "cell_started"}]

    assert [limit.admit(event) for event in events] == [[event] for event in events]
    assert not limit.is_reached


def test_a_stream_is_cut_once_with_a_word_on_it(limit):
    first = limit.admit(printed("a" * 990))
    second = limit.admit(printed("b" * 50))
    third = limit.admit(printed("c" * 50))

    assert texts(first + second).startswith("a" * 990 + "b" * 10 + "\n[The rest of this output")
    assert "1,000 characters" in texts(second)
    assert third == []
    assert limit.is_reached


def test_each_cell_that_is_cut_says_so(limit):
    limit.admit(printed("a" * 2000))
    other = limit.admit(printed("b", cell=1))

    assert "left out" in texts(other)
    assert not texts(other).startswith("b")


def test_a_picture_that_does_not_fit_is_replaced_by_a_line(limit):
    [event] = limit.admit(shown({"image/png": "p" * 5000}))

    assert event["output"]["output_type"] == "display_data"
    assert "This output of 5,0" in event["output"]["data"]["text/plain"]
    assert limit.is_reached


def test_errors_and_results_are_kept_beyond_the_limit(limit):
    limit.admit(printed("a" * 2000))
    error = {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["E: no"]}
    failed = {"type": "output", "cell": 0, "output": error}
    result = shown({RESULT: {"name": "total", "value": 42}})

    assert limit.admit(failed) == [failed]
    assert limit.admit(result) == [result]


def test_an_endless_error_is_shortened_and_stays_one(limit):
    limit.admit(printed("a" * 2000))
    error = {"ename": "E", "evalue": "v" * 10**6, "traceback": ["t" * 10**6, "last"]}
    [event] = limit.admit(
        {"type": "output", "cell": 0, "output": {"output_type": "error", **error}}
    )

    assert (event["output"]["ename"], event["output"]["traceback"][-1]) == ("E", "last")
    assert weight(event) < 10**6


def test_what_is_cleared_makes_room_again(limit):
    for _ in range(50):
        assert limit.admit(printed("x" * 900)) == [printed("x" * 900)]
        limit.admit({"type": "clear_output", "cell": 0})

    assert not limit.is_reached


def test_a_display_that_is_replaced_counts_once(limit):
    limit.admit(shown({"text/plain": "0"}, display_id="bar"))
    for _ in range(50):
        event = updated({"text/plain": "x" * 600}, "bar")
        assert limit.admit(event) == [event]
    [large] = limit.admit(updated({"text/plain": "x" * 6000}, "bar"))

    assert "left out" in large["data"]["text/plain"]
    limit.admit({"type": "clear_output", "cell": 0})
    assert limit.admit(printed("y" * 1000)) == [printed("y" * 1000)]


def test_a_display_shown_anew_elsewhere_outlives_its_first_cell(limit):
    limit.admit(shown({"text/plain": "0"}, cell=0, display_id="bar"))
    limit.admit(shown({"text/plain": "1"}, cell=1, display_id="bar"))
    limit.admit({"type": "clear_output", "cell": 0})

    [event] = limit.admit(updated({"text/plain": "y" * 2000}, "bar"))
    assert "left out" in event["data"]["text/plain"]


def test_a_display_that_is_nowhere_counts_nothing(limit):
    gone = updated({"text/plain": "x" * 5000}, "gone")

    assert limit.admit(gone) == [gone]
    assert limit.admit(printed("y" * 1000)) == [printed("y" * 1000)]


class TestOnAServer:
    @pytest.fixture
    def nbtasks_config(self):
        return {"max_output_characters": 100_000}

    async def test_a_job_that_prints_without_end_completes_and_says_what_is_missing(
        self, api, notebook
    ):
        path = notebook(
            "for number in range(200):\n    print('x' * 9_999)",
            "from IPython.display import display\n"
            f"display({{'{RESULT}': {{'name': 'answer', 'value': 42}}}}, raw=True)",
        )
        job = await api.run(path)
        printed, result = (await api.output(job["id"])).cells

        assert (job["status"], job["results"]) == ("COMPLETED", {"answer": 42})
        assert "Some output was left out" in job["warnings"][0]
        assert printed.outputs[0].text.endswith("100,000 characters]\n")
        assert len(printed.outputs[0].text) < 101_000
        assert RESULT in result.outputs[0].data
