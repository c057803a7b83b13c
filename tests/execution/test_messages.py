"""Kernel messages and the events they become."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_nbtasks.execution.message_cleaner import MessageCleaner
from jupyter_nbtasks.execution.messages import MessageReader
from jupyter_nbtasks.execution.widgets import CommUpdate, Widgets

HELLO = {"output_type": "stream", "name": "stdout", "text": "hello"}


def message(kind: str, parent: str = "first", **content: Any) -> dict[str, Any]:
    header = {"msg_type": kind, "msg_id": "its own"}
    return {"header": header, "parent_header": {"msg_id": parent}, "content": content}


def shown(kind: str, value: str, display_id: str | None = None, **content: Any) -> dict[str, Any]:
    data = {"data": {"text/plain": value}, "metadata": {}}
    return message(kind, transient={"display_id": display_id}, **data, **content)


def hello(parent: str = "first") -> dict[str, Any]:
    return message("stream", parent, name="stdout", text="hello")


def comm(kind: str, comm_id: str = "c", **state: Any) -> dict[str, Any]:
    target = {"target_name": "jupyter.widget"} if kind == "comm_open" else {}
    return message(kind, comm_id=comm_id, data={"method": "update", "state": state}, **target)


def output_widget(comm_id: str = "c", **state: Any) -> dict[str, Any]:
    model = {"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output"}
    return comm("comm_open", comm_id, **model, outputs=[], msg_id="", **state)


@pytest.fixture
def widgets() -> Widgets:
    return Widgets(MessageCleaner())


@pytest.fixture
def reader(widgets: Widgets) -> MessageReader:
    reader = MessageReader(widgets)
    reader.begin(3, "first")
    reader.begin(5, "second")
    return reader


def read(reader: MessageReader, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """Have *reader* read what the cleaner makes of *messages*."""
    cleaned = [MessageCleaner().clean(message) for message in messages]
    return [event for message in cleaned for event in reader.read(message)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (hello(), {"type": "output", "cell": 3, "output": HELLO}),
        (hello("second"), {"type": "output", "cell": 5, "output": HELLO}),
        (
            message("execute_input", execution_count=7, code=""),
            {"type": "execution_count", "cell": 3, "count": 7},
        ),
        (message("clear_output", wait=False), {"type": "clear_output", "cell": 3}),
        (
            message("error", ename="E", evalue="v", traceback=["t"]),
            {
                "type": "output",
                "cell": 3,
                "output": {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
            },
        ),
        (
            shown("execute_result", "1", execution_count=7),
            {
                "type": "output",
                "cell": 3,
                "output": {
                    "output_type": "execute_result",
                    "data": {"text/plain": "1"},
                    "metadata": {},
                    "execution_count": 7,
                },
            },
        ),
        (
            shown("display_data", "1", "d"),
            {
                "type": "output",
                "cell": 3,
                "output": {
                    "output_type": "display_data",
                    "data": {"text/plain": "1"},
                    "metadata": {},
                },
                "display_id": "d",
            },
        ),
    ],
)
def test_a_message_becomes_an_event_of_its_cell(reader, given, expected):
    assert read(reader, given) == [expected]


@pytest.mark.parametrize(
    "given",
    [
        hello("nobody's"),
        {**hello(), "parent_header": {}},
        message("status", execution_state="idle"),
        message("unheard_of"),
        message("display_data", "nobody's", transient=None, data={}, metadata={}),
        shown("update_display_data", "1", "never shown"),
        message("comm_msg", comm_id="c", data={"method": "custom"}),
        message("comm_close", comm_id="c"),
    ],
)
def test_other_messages_are_not_events(reader, given):
    assert read(reader, given) == []


def test_a_kernel_may_send_no_transient_at_all(reader):
    (event,) = read(reader, message("display_data", transient=None, data={}, metadata={}))
    assert "display_id" not in event


def test_a_clearing_that_waits_comes_just_before_the_next_output(reader):
    kinds = [event["type"] for event in read(reader, hello(), message("clear_output", wait=True))]
    assert kinds == ["output"]
    kinds = [event["type"] for event in read(reader, hello("second"), hello(), hello())]
    assert kinds == ["output", "clear_output", "output", "output"]


def test_an_update_reaches_what_was_shown_under_its_id(reader):
    read(reader, shown("display_data", "old", "d"))
    assert read(reader, shown("update_display_data", "new", "d")) == [
        {
            "type": "update_display",
            "display_id": "d",
            "data": {"text/plain": "new"},
            "metadata": {},
        }
    ]


def test_a_display_id_that_is_used_again_updates_what_was_shown(reader):
    events = read(reader, shown("display_data", "1", "d"), shown("display_data", "2", "d"))
    assert [event["type"] for event in events] == ["output", "update_display", "output"]


def test_an_output_widget_captures_while_it_is_told_to(reader, widgets):
    events = read(
        reader,
        output_widget(),
        comm("comm_msg", msg_id="first"),
        hello(),
        hello(),
        hello("second"),
        comm("comm_msg", msg_id=""),
        hello(),
    )
    assert [event["cell"] for event in events] == [5, 3]
    twice = {**HELLO, "text": "hellohello"}
    data = {"method": "update", "state": {"outputs": [twice]}, "buffer_paths": []}
    update = CommUpdate({"comm_id": "c", "data": data}, {"msg_id": "first"})
    assert widgets.take_updates() == [update]
    assert widgets.take_updates() == []


def captured(widgets: Widgets, comm_id: str = "c") -> list[str]:
    models = widgets.state()["application/vnd.jupyter.widget-state+json"]["state"]
    return [output["text"] for output in models[comm_id]["state"]["outputs"]]


def test_the_innermost_output_widget_captures(reader, widgets):
    read(
        reader,
        output_widget("outer"),
        output_widget("inner"),
        comm("comm_msg", "outer", msg_id="first"),
        comm("comm_msg", "inner", msg_id="first"),
        hello(),
        comm("comm_msg", "inner", msg_id=""),
        hello(),
        hello(),
    )
    assert captured(widgets, "inner") == ["hello"]
    assert captured(widgets, "outer") == ["hellohello"]


@pytest.mark.parametrize(("wait", "left"), [(False, []), (True, ["hello"])])
def test_an_output_widget_is_cleared_instead_of_the_cell(reader, widgets, wait, left):
    begin = [output_widget(), comm("comm_msg", msg_id="first"), hello()]
    assert read(reader, *begin, message("clear_output", wait=wait)) == []
    assert captured(widgets) == left
    read(reader, hello())
    assert captured(widgets) == ["hello"]


def test_outputs_that_the_kernel_sets_replace_what_was_captured(reader, widgets):
    appended = {**HELLO, "text": "appended"}
    read(reader, output_widget(), comm("comm_msg", msg_id="first"), hello())
    read(reader, comm("comm_msg", outputs=[appended]))
    assert captured(widgets) == ["appended"]
    assert widgets.take_updates() == []
    read(reader, hello())
    assert captured(widgets) == ["appendedhello"]


def test_the_state_of_widgets_is_kept_with_its_buffers(reader, widgets):
    opened = comm("comm_open", _model_name="M", _model_module="m", _model_module_version="1", x=1)
    changed = comm("comm_msg", x=2)
    changed["content"]["data"]["buffer_paths"] = [["image", "data"]]
    changed["buffers"] = [memoryview(b"\0\1")]
    read(reader, opened, changed, comm("comm_msg", "a comm that is not a widget", y=1))

    assert widgets.state() == {
        "application/vnd.jupyter.widget-state+json": {
            "state": {
                "c": {
                    "model_name": "M",
                    "model_module": "m",
                    "model_module_version": "1",
                    "state": {
                        "_model_name": "M",
                        "_model_module": "m",
                        "_model_module_version": "1",
                        "x": 2,
                    },
                    "buffers": [{"data": "AAE=", "encoding": "base64", "path": ["image", "data"]}],
                }
            },
            "version_major": 2,
            "version_minor": 0,
        }
    }


def test_without_widgets_there_is_no_state(widgets):
    assert widgets.state() == {}
