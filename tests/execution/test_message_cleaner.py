"""What the odd messages of kernels become, whatever is in them."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_nbtasks.execution import document
from jupyter_nbtasks.execution.document import OutputsWriter
from jupyter_nbtasks.execution.message_cleaner import MessageCleaner
from jupyter_nbtasks.execution.messages import MessageReader
from jupyter_nbtasks.execution.outputlimit import OutputLimit
from jupyter_nbtasks.execution.stream import JobStream
from jupyter_nbtasks.execution.transcript import Transcript
from jupyter_nbtasks.execution.widgets import Widgets

KINDS = [
    *("stream", "error", "display_data", "execute_result", "update_display_data"),
    *("execute_input", "clear_output", "status", "comm_open", "comm_msg", "comm_close"),
]
KEYS = [
    *("name", "text", "ename", "evalue", "traceback", "data", "metadata", "transient"),
    *("display_id", "execution_count", "wait", "execution_state", "comm_id", "target_name"),
    *("state", "buffer_paths", "outputs", "msg_id", "output_type", "_model_name", "_model_module"),
    *("text/plain", "application/json", "application/vnd.nbtasks.result+json", "value"),
]
WORDS = ["stdout", "d", "c", "jupyter.widget", "OutputModel", "@jupyter-widgets/output", "request"]
texts = st.sampled_from(WORDS) | st.text(
    st.characters(codec=None, exclude_categories=()), max_size=9
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=6)
        | st.integers(90, 300).flatmap(lambda depth: inner.map(lambda value: nested(depth, value)))
    ),
    max_leaves=12,
)
contents = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS[:16], anything)) | anything
messages = st.fixed_dictionaries(
    {"header": st.fixed_dictionaries({"msg_type": st.sampled_from(KINDS)}) | anything},
    optional={
        "parent_header": st.just({"msg_id": "request"}) | anything,
        "content": contents,
        "buffers": st.lists(st.binary() | anything, max_size=2) | anything,
    },
)


def nested(depth: int, value: Any = None) -> Any:
    for _ in range(depth):
        value = [value]
    return value


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def loads_strictly(data: bytes) -> Any:
    return json.loads(data.decode(), parse_constant=refuse)


class Hearing:
    """One cell that runs, with all that hears of what its kernel sends."""

    def __init__(self, limit: int = 10**6) -> None:
        self.cleaner = MessageCleaner()
        self.widgets = Widgets(self.cleaner)
        self.reader = MessageReader(self.widgets)
        self.reader.begin(0, "request")
        self.transcript = Transcript(new_notebook(cells=[new_code_cell("1", id="one")]))
        self.stream = JobStream(1, self.transcript)
        self.limit = OutputLimit(limit)

    def hear(self, *raw: Any) -> Hearing:
        for one in raw:
            if message := self.cleaner.clean(one):
                for event in self.reader.read(message):
                    self._tell(event)
        self.updates = self.widgets.take_updates()
        return self

    def _tell(self, event: Any) -> None:
        for admitted in self.limit.admit(event):
            self.transcript.apply(admitted)
            self.stream.add(admitted)

    def outputs(self) -> list[dict[str, Any]]:
        """The outputs of the cell, from a document which is valid and strict JSON."""
        if state := self.widgets.state():
            self._tell({"type": "widget_state", "state": state})
        data = b"".join(document.write(self.transcript.notebook()))
        nbformat.validate(nbformat.reads(data.decode(), as_version=4), relax_add_props=False)
        written = OutputsWriter()
        pages = b"".join([*written.write(self.transcript.outputs(0)), written.end])
        frames = [*self.stream.since(0), *self.stream.since(None)]
        for each in (data, pages, json.dumps(frames).encode()):
            loads_strictly(each)
        json.dumps([self.transcript.results(), *(each.content for each in self.updates)])
        return document.read(data)["cells"][0]["outputs"]


def message(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    parent = {"msg_id": "request"}
    return {"header": {"msg_type": kind}, "parent_header": parent, "content": content, **more}


def shown(data: Any, **more: Any) -> dict[str, Any]:
    return message("display_data", {"data": data, "metadata": {}, **more})


@given(st.lists(messages, max_size=6), st.sampled_from([10, 10**6]))
@settings(deadline=None, max_examples=300)
def test_whatever_comes_the_output_is_a_valid_notebook_in_strict_json(given, limit):
    Hearing(limit).hear(*given).outputs()


@given(anything)
@settings(deadline=None)
def test_whatever_a_reply_has_in_it_there_is_one(content):
    reply = MessageCleaner().clean(message("execute_reply", content))["content"]
    info = MessageCleaner().clean(message("kernel_info_reply", content))["content"]

    assert isinstance(reply["status"], str)
    assert all(isinstance(item, dict) for item in reply["payload"])
    assert (reply["status"] == "error") == ("ename" in reply)
    metadata = {"language_info": info["language_info"]} if "name" in info["language_info"] else {}
    nbformat.validate(new_notebook(metadata=metadata))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            message("error", {"ename": None, "evalue": 5, "traceback": ["a", None, "b"]}),
            {"output_type": "error", "ename": "", "evalue": "5", "traceback": ["a", "b"]},
        ),
        (
            message("error", {"traceback": "one\ntwo"}),
            {"output_type": "error", "ename": "", "evalue": "", "traceback": ["one", "two"]},
        ),
        (
            message("stream", {"text": ["a", "b"]}),
            {"output_type": "stream", "name": "stdout", "text": "ab"},
        ),
        (
            shown({"application/json": {"a": float("nan"), "b": [float("-inf"), 1.5]}}),
            {
                "output_type": "display_data",
                "data": {"application/json": {"a": None, "b": [None, 1.5]}},
                "metadata": {},
            },
        ),
        (
            shown({"text/plain": "half: \ud800"}, metadata=None, transient=5),
            {"output_type": "display_data", "data": {"text/plain": "half: \ufffd"}, "metadata": {}},
        ),
    ],
)
def test_of_an_odd_message_is_kept_what_can_be(sent, kept):
    hearing = Hearing().hear(sent)

    assert hearing.outputs() == [kept]
    assert hearing.cleaner.warnings == []


@pytest.mark.parametrize(
    ("sent", "about"),
    [
        (None, "could not be read"),
        ({"header": {}, "content": {}}, "could not be read"),
        (message("stream", {"name": "stdout", "text": None}), "'stream'"),
        (message("stream", {"name": "stdout", "text": [1]}), "'stream'"),
        (message("stream", "text"), "'stream'"),
        (message("display_data", {"data": None}), "'display_data'"),
        (message("display_data", {"data": 5, "metadata": None}), "'display_data'"),
        (message("execute_result", {"data": ["text/plain"]}), "'execute_result'"),
        (message("execute_input", {"execution_count": "7"}), "'execute_input'"),
        (message("execute_input", {"execution_count": 2**40}), "'execute_input'"),
        (message("status", {}), "'status'"),
        (message("clear_output", []), "'clear_output'"),
        (message("comm_open", {"comm_id": 5, "data": 7}), "'comm'"),
    ],
)
def test_what_cannot_be_kept_is_left_out_with_one_warning(sent, about):
    before = message("stream", {"name": "stdout", "text": "before"})
    after = message("stream", {"name": "stdout", "text": " and after"})

    hearing = Hearing().hear(before, sent, sent, after)

    assert [output["text"] for output in hearing.outputs()] == ["before and after"]
    [warning] = hearing.cleaner.warnings
    assert about in warning
    assert "left out" in warning


def test_of_an_output_only_the_data_that_cannot_be_kept_are_left_out():
    deep = {"text/plain": "a table", "application/json": nested(300)}

    hearing = Hearing().hear(shown(deep), shown({"image/png": 7}))

    first, second = hearing.outputs()
    assert first["data"] == {"text/plain": "a table"}
    assert "left out" in second["data"]["text/plain"]
    assert len(hearing.cleaner.warnings) == 2


@pytest.mark.parametrize("value", [nested(300), float("nan"), {"rows": [1, float("inf")]}])
def test_a_result_that_cannot_be_kept_is_none_at_all(value):
    def result(name: str, value: Any) -> dict[str, Any]:
        bundle = {"name": name, "value": value}
        return shown({"application/vnd.nbtasks.result+json": bundle})

    hearing = Hearing().hear(result("odd", value), result("good", [1]))

    assert hearing.transcript.results() == {"good": [1]}
    assert len(hearing.cleaner.warnings) == 1
