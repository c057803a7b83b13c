"""A notebook as its run goes on."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from jupyter_nbtasks.execution.events import CellState
from jupyter_nbtasks.execution.transcript import Transcript

OLD = {"output_type": "stream", "name": "stdout", "text": "old"}


def cell(source: str = "1", *tags: str, **more: Any) -> dict[str, Any]:
    fresh = {"execution_count": 9, "outputs": [OLD], "metadata": {"tags": list(tags)}}
    return {"cell_type": "code", "source": source, **fresh, **more}


@pytest.fixture
def notebook() -> dict[str, Any]:
    cells = [
        {"cell_type": "markdown", "source": "# Title", "metadata": {}},
        cell(id="one"),
        cell("2", "raises-exception"),
        cell("3", "skip-execution"),
    ]
    return {"cells": cells, "metadata": {"a": 1}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def transcript(notebook: dict[str, Any]) -> Transcript:
    return Transcript(notebook)


def stream(text: str, index: int = 1, name: str = "stdout") -> dict[str, Any]:
    output = {"output_type": "stream", "name": name, "text": text}
    return {"type": "output", "cell": index, "output": output}


def shown(data: Any, index: int = 1, display_id: str | None = None) -> dict[str, Any]:
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    event = {"type": "output", "cell": index, "output": output}
    return {**event, "display_id": display_id} if display_id else event


def updated(data: Any, display_id: str) -> dict[str, Any]:
    return {"type": "update_display", "display_id": display_id, "data": data, "metadata": {"m": 1}}


def started(index: int) -> dict[str, Any]:
    return {"type": "cell_started", "cell": index, "at": 100.0}


def finished(index: int, status: str = "completed", seconds: float | None = 2.5) -> dict[str, Any]:
    event = {"type": "cell_finished", "cell": index, "at": 102.5}
    return {**event, "status": status, "seconds": seconds}


def clear(index: int = 1) -> dict[str, Any]:
    return {"type": "clear_output", "cell": index}


def result(name: Any, value: Any) -> dict[str, Any]:
    return {"application/vnd.nbtasks.result+json": {"name": name, "value": value}}


def state(*values: Any) -> CellState:
    """The state of a code cell, by its values in their order."""
    return CellState(**dict(zip(CellState.__annotations__, values, strict=True)))


def apply(transcript: Transcript, *events: dict[str, Any]) -> None:
    for event in events:
        transcript.apply(event)


def test_old_outputs_are_forgotten_except_of_skipped_cells(transcript, notebook):
    before = deepcopy(notebook)
    assert [transcript.outputs(index) for index in (1, 2, 3)] == [[], [], [OLD]]
    assert [state["execution_count"] for state in transcript.cells()] == [None, None, 9]
    assert notebook == before


def test_a_stream_is_joined_to_the_one_before_of_the_same_name(transcript):
    apply(transcript, stream("a"), stream("b"), stream("c", name="stderr"), stream("d"))
    texts = [(output["name"], output["text"]) for output in transcript.outputs(1)]
    assert texts == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_a_snapshot_of_outputs_stays_as_it_is(transcript):
    apply(transcript, stream("a"), shown({"text/plain": "1"}, display_id="d"))
    snapshot = transcript.outputs(1)
    before = deepcopy(snapshot)
    apply(transcript, stream("b"), updated({"text/plain": "2"}, "d"), clear())
    assert snapshot == before
    assert transcript.outputs(1) == []


def test_an_update_changes_every_output_with_its_id(transcript):
    old, new = {"text/plain": "old"}, {"text/plain": "new"}
    apply(transcript, shown(old, 1, "d"), shown(old, 2, "d"), shown(old, 2, "e"))
    transcript.take_changed()
    transcript.apply(updated(new, "d"))
    changed = {"output_type": "display_data", "data": new, "metadata": {"m": 1}}
    assert transcript.outputs(1) == [changed]
    assert transcript.outputs(2)[0] == changed
    assert transcript.outputs(2)[1]["data"] == old
    assert transcript.take_changed() == {1, 2}


def test_an_update_leaves_alone_what_came_after_a_clearing(transcript):
    apply(transcript, shown({"text/plain": "1"}, display_id="d"), clear(), stream("a"))
    transcript.take_changed()
    transcript.apply(updated({"text/plain": "2"}, "d"))
    assert transcript.take_changed() == set()
    assert [output["output_type"] for output in transcript.outputs(1)] == ["stream"]


def test_the_state_of_cells_follows_the_run(transcript):
    count = {"type": "execution_count", "cell": 1, "count": 4}
    apply(transcript, started(1), count, finished(1), started(2), finished(3, "skipped", None))
    assert transcript.cells() == [
        state(1, "one", "completed", 100.0, 2.5, 4),
        state(2, None, "running", 100.0, None, None),
        state(3, None, "skipped", None, None, 9),
    ]


@pytest.mark.parametrize(
    ("events", "completed", "current"),
    [
        ([], 0, None),
        ([started(1)], 0, 1),
        ([started(1), finished(1)], 1, None),
        ([started(1), finished(1, "failed")], 0, None),
        ([started(2), finished(2, "failed")], 1, None),
        ([finished(3, "skipped", None)], 1, None),
    ],
)
def test_progress_counts_the_code_cells_that_are_done(transcript, events, completed, current):
    apply(transcript, *events)
    assert transcript.progress() == {
        "completed": completed,
        "total": 3,
        "current": current,
    }


def test_changed_cells_are_told_once(transcript):
    apply(transcript, started(1), stream("a", 2))
    assert transcript.take_changed() == {1, 2}
    assert transcript.take_changed() == set()


def test_the_document_has_what_the_run_produced(transcript, notebook):
    count = {"type": "execution_count", "cell": 1, "count": 1}
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    apply(transcript, count, stream("a"), {"type": "widget_state", "state": widgets})
    document = transcript.notebook()
    first = {"execution_count": 1, "outputs": [stream("a")["output"]]}
    empty = {"execution_count": None, "outputs": []}
    markdown, one, two, three = notebook["cells"]
    assert document == {
        **notebook,
        "metadata": {"a": 1, "widgets": widgets},
        "cells": [markdown, {**one, **first}, {**two, **empty}, three],
    }


def test_a_document_is_not_changed_by_what_comes_later(transcript):
    transcript.apply(stream("a"))
    document = transcript.notebook()
    before = deepcopy(document)
    apply(transcript, stream("b"), shown({}), started(2))
    assert document == before


def test_values_are_handed_back_and_the_last_of_a_name_wins(transcript):
    scrap = {"application/scrapbook.scrap.json+json": {"name": "s", "data": [1], "version": 1}}
    events = [shown(result("x", 1)), shown(result("y", None)), shown(scrap), shown(result("x", 2))]
    apply(transcript, *events, stream("x"))
    assert transcript.results() == {"x": 2, "y": None, "s": [1]}


@pytest.mark.parametrize(
    "data",
    [
        result(1, 1),
        {"application/vnd.nbtasks.result+json": {"name": "x"}},
        {"application/vnd.nbtasks.result+json": '{"name": "x", "value": 1}'},
        {"application/scrapbook.scrap.json+json": {"name": "x", "value": 1}},
        None,
    ],
)
def test_malformed_values_are_ignored(transcript, data):
    transcript.apply(shown(data))
    assert transcript.results() == {}


def test_a_value_of_an_earlier_run_is_not_handed_back():
    kept = {"output_type": "display_data", "data": result("x", 1), "metadata": {}}
    transcript = Transcript({"cells": [cell("1", "skip-execution", outputs=[kept])]})
    assert transcript.results() == {}
    transcript.apply(finished(0, "skipped", None))
    assert transcript.results() == {}


def test_an_unknown_event_is_refused(transcript):
    with pytest.raises(ValueError, match="surprise"):
        transcript.apply({"type": "surprise", "cell": 1})


def test_the_state_of_some_cells_is_theirs_alone(transcript):
    transcript.apply(started(1))

    assert [(cell["index"], cell["status"]) for cell in transcript.cells({2, 1})] == [
        (1, "running"),
        (2, "pending"),
    ]


def test_a_cell_that_runs_once_more_is_counted_once(transcript):
    for event in (finished(1), started(1), finished(1), finished(2, "failed"), started(2)):
        transcript.apply(event)

    assert transcript.progress()["completed"] == 1
