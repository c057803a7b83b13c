"""Kernels that do not keep to Jupyter's protocol: none of what they send ends a run."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_nbtasks.execution.executor import CellFailed

# What a cell calls to have its kernel send anything at all.
SENDER = """
import json
kernel = get_ipython().kernel
kernel.session.pack = lambda value: json.dumps(value, default=str).encode()
def send(kind, content):
    kernel.send_response(kernel.iopub_socket, kind, content)
def send_raw(*parts):
    session = kernel.session
    header = session.pack(session.msg_header("display_data"))
    parent = session.pack(kernel.get_parent()["header"])
    parts = [header, parent, b"{}", *parts][:4]
    kernel.iopub_socket.send_multipart([b"", b"<IDS|MSG>", session.sign(parts), *parts])
"""
SENT = [
    "send('error', {'ename': None, 'evalue': None, 'traceback': None})",
    "send('error', {'ename': 'E', 'evalue': 'v', 'traceback': ['a', None]})",
    "send('stream', {'name': 'stdout', 'text': None})",
    "send('stream', {'name': 'stdout', 'text': ['a', 'b']})",
    "send('stream', {'name': 'stdout', 'text': 5})",
    "send('display_data', {'data': None, 'metadata': None, 'transient': None})",
    "send('display_data', {'data': 5})",
    "send('display_data', {'data': {'application/json': {'a': float('nan')}}, 'metadata': {}})",
    "send('update_display_data', {'data': {}, 'transient': 5})",
    "send('status', {})",
    "send('status', {'execution_state': None})",
    "send('execute_input', {'execution_count': 'x'})",
    "send('clear_output', b'[]')",
    "send('comm_open', {'comm_id': 5, 'data': 7, 'target_name': 'jupyter.widget'})",
    "send('comm_msg', {})",
    "send(None, {})",
    "send('display_data', b'null')",
    "send_raw(b'{\"data\": {\"application/json\": ' + b'[' * 20_000 + b']' * 20_000 + b'}}')",
    "send_raw(b'{\"data\": {\"application/json\": ' + b'9' * 5_000 + b'}}')",
    "send_raw(b'no JSON')",
    'send_raw(b\'{"data": {"text/plain": "\\\\ud800"}, "metadata": {}}\')',
    "kernel.iopub_socket.send_multipart([b'junk'])",
    "kernel.iopub_socket.send_multipart([b'a', b'<IDS|MSG>', b'unsigned', b'{}', b'{}', b'{}'])",
    "kernel.iopub_socket.send_multipart([b'a', b'<IDS|MSG>'])",
]
# From its next request on, the kernel replies so.
REPLIER = """
kernel = get_ipython().kernel
async def reply(*args, **kwargs):
    return {reply!r}
kernel.do_execute = reply
kernel.finish_metadata = lambda parent, metadata, content: metadata
"""


@pytest.fixture
def bench(on_bench, tmp_path, jp_asyncio_loop):
    """Executes here, with blobs below tmp_path."""
    opening = on_bench(tmp_path / "blobs", here=True)
    yield jp_asyncio_loop.run_until_complete(opening.__aenter__())
    jp_asyncio_loop.run_until_complete(opening.__aexit__(None, None, None))


def notebook(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


async def test_no_message_of_a_kernel_ends_a_run_or_spoils_its_output(bench):
    cells = [f"print('before')\n{each}\nprint('after')" for each in SENT]

    ran = await bench.run(notebook(SENDER, *cells))

    assert ran.error is None
    nbformat.validate(ran.document)
    json.loads(ran.data, parse_constant=refuse)
    for cell in ran.document.cells[1:]:
        printed = "".join(output.get("text", "") for output in cell.outputs)
        assert "before\n" in printed, cell.source
        assert "after\n" in printed, cell.source
    warnings = ran.known["warnings"]
    assert len(warnings) == len(set(warnings))
    assert any("could not be read" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (
            {"status": "error", "ename": None, "evalue": 5, "traceback": ["a", None]},
            ("", "5", ["a"]),
        ),
        ({"status": "error"}, ("", "", [])),
        ({"status": "aborted"}, ("Aborted", "The kernel did not execute this cell.", [])),
    ],
)
async def test_a_cell_fails_with_what_its_reply_has(bench, reply, error):
    ran = await bench.run(notebook(REPLIER.format(reply=reply), "1"))

    assert isinstance(ran.error, CellFailed)
    assert (ran.error.ename, ran.error.evalue, ran.error.traceback) == error


@pytest.mark.parametrize("reply", [{}, {"status": None}, {"status": 5, "payload": 5}])
async def test_a_reply_that_says_nothing_completes_a_cell_with_a_warning(bench, reply):
    ran = await bench.run(notebook(REPLIER.format(reply=reply), "1", "2"))

    assert ran.error is None
    assert [cell["status"] for cell in ran.known["cells"]] == ["completed"] * 3
    assert "did not say how cell 2 ended" in ran.known["warnings"][0]


# ipykernel fails in replying when such a traceback is to be sent.
NO_REPLY = """
class Odd(Exception):
    def _render_traceback_(self):
        return [1]
raise Odd("why")
"""
SILENT = """
kernel = get_ipython().kernel
async def say_nothing(*args, **kwargs):
    {said}
    raise RuntimeError("there is no reply")
kernel.do_execute = say_nothing
"""


async def test_a_cell_that_is_over_without_a_reply_has_completed(bench):
    ran = await bench.run(notebook(SILENT.format(said=""), "1"))

    assert ran.error is None
    assert "did not say how cell 2 ended" in ran.known["warnings"][0]


async def test_a_cell_that_shows_an_error_and_is_over_without_a_reply_has_failed(bench):
    error = {"ename": "E", "evalue": "why", "traceback": []}
    said = f"kernel.send_response(kernel.iopub_socket, 'error', {error})"

    ran = await bench.run(notebook(SILENT.format(said=said), "1"))

    assert isinstance(ran.error, CellFailed)
    assert (ran.error.index, ran.error.ename, ran.error.evalue) == (1, "E", "why")


async def test_an_exception_that_cannot_be_shown_ends_the_cell(bench):
    ran = await bench.run(notebook(NO_REPLY))

    assert ran.error is None or isinstance(ran.error, CellFailed)
