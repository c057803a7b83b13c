"""The same notebooks executed by us and by nbclient: the outputs must be equal."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from jupyter_nbtasks import notebooks
from jupyter_nbtasks.execution.executor import CellFailed, KernelDied
from jupyter_nbtasks.forkserver.launch import ForkSettings
from jupyter_nbtasks.forkserver.servers import ForkServers

OLD = new_output("stream", name="stdout", text="from an earlier run")


def code(source: str, *tags: str, **more: Any) -> dict[str, Any]:
    return new_code_cell(source, metadata={"tags": list(tags)}, **more)


COMPLETE: dict[str, list[Any]] = {
    "nothing": [],
    "stdout and stderr in turn": [
        """
import sys
for i in range(50):
    print(i, flush=True)
    print(-i, file=sys.stderr, flush=True)
"""
    ],
    "5000 prints": ["for i in range(5000): print(i)", "print('on', end='')"],
    "carriage returns": ["for i in range(100): print(i, end='\\r', flush=i % 9 == 0)"],
    "displays and results": [
        """
from IPython.display import HTML, JSON, Latex, Markdown, SVG, display
display(1, HTML("<b>bold</b>"), Markdown("*it*"), Latex("$x$"), JSON({"a": [1, {"b": None}]}))
display({"text/plain": "raw", "application/x-own+json": {"a": 1}}, raw=True, metadata={"m": 1})
'the result'
""",
        "_",
        "None",
        "1;",
    ],
    "pandas": [
        "import pandas\nframe = pandas.DataFrame({'a': [1, 2], 'b': ['x', None]})\nframe",
        "frame.style.highlight_null().set_uuid('fixed')",
        "frame.describe()",
    ],
    "matplotlib": [
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.show()\nplt.plot([1, 2])",
    ],
    "updates across cells": [
        "from IPython.display import display\nhandle = display('old', display_id='d')\nprint('a')",
        "display('another', display_id='d')\nprint('b')\ndisplay('third', display_id='e')",
        "handle.update('new')\nhandle.update('newer')",
        "from IPython.display import update_display\nupdate_display('x', display_id='never')",
    ],
    "a display id used again": [
        "from IPython.display import display\ndisplay('1', display_id='d'); display('2')",
        "display('3', display_id='d')",
    ],
    "updates after clearing": [
        """
from IPython.display import clear_output, display
handle = display('gone', display_id='d')
clear_output()
print('stays')
handle.update('must not appear')
display('again', display_id='d')
handle.update('appears')
"""
    ],
    "clearing": [
        "from IPython.display import clear_output\nprint('gone', flush=True)\nclear_output()",
        "print('a', flush=True)\nclear_output()\nprint('b', flush=True)",
        "print('a', flush=True)\nclear_output(wait=True)\nprint('b', flush=True)",
        "print('a', flush=True)\nclear_output(wait=True)",
        "print('untouched')",
    ],
    "displays in a loop": [
        """
from IPython.display import clear_output, display
for i in range(20):
    clear_output(wait=True)
    display(i)
    print('at', i, flush=True)
"""
    ],
    "errors that are allowed": [
        "print('before')",
        code("1/0", "raises-exception"),
        code("def broken(:", "raises-exception"),
        code("import sys; sys.exit(2)", "raises-exception"),
        "print('after')",
    ],
    "cells that are not executed": [
        new_markdown_cell("# Title"),
        new_raw_cell("raw"),
        "",
        "  \n\t\n",
        code("never()", "skip-execution", execution_count=5, outputs=[OLD]),
        "# only a comment",
        code("1", outputs=[OLD], execution_count=5),
    ],
    "await": ["import asyncio\nawait asyncio.sleep(0)\nprint('slept')\nawait asyncio.sleep(0, 3)"],
    "subprocesses": [
        "!echo hello; echo error >&2; exit 3",
        "lines = !echo a; echo b\nlines",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'], check=True)",
    ],
    "magics": [
        "%%capture captured\nprint('held back')",
        "captured.show()",
        "%%html\n<i>it</i>",
        "%%writefile /dev/null\ntext",
        "%env NBTASKS_X=1",
        "%xmode Minimal",
    ],
    "warnings": [
        "import warnings\nwarnings.warn('careful')\nwarnings.warn('old', DeprecationWarning)"
    ],
    "5 MB": ["print('x' * 5_000_000)", "'y' * 1000"],
    "unicode": ["print('å∀\\N{SNAKE}\\x1b[31mred\\x1b[0m\\x00\\b')\n'é\\u2028'"],
    "threads": [
        """
import threading
def work():
    for i in range(20):
        print(i, flush=True)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print('joined')
"""
    ],
    "run_cell": [
        "result = get_ipython().run_cell('print(1)\\n2')",
        "result = get_ipython().run_cell('1/0')\nprint('goes on')",
    ],
    "hooks and payloads": [
        "get_ipython().set_next_input('x = 1')\n%pinfo print\nprint('seen')",
        "get_ipython().display_pub.publish({'text/plain': 'published'}, metadata={'a': 1})",
    ],
    "slider": [
        "import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider",
        "slider.value = 8\nslider.description = 'changed'",
        "image = ipywidgets.Image(value=b'\\x89PNG', format='png')\nimage",
        "image.value = b'\\x00\\x01\\x02'\nslider.close()",
    ],
    "interact": [
        "import ipywidgets\nipywidgets.interact(lambda n: print('n is', n), n=(0, 10));",
        "@ipywidgets.interact(word=['a', 'b'])\ndef show(word):\n    return word * 2",
    ],
    "output widget": [
        """
import ipywidgets, sys
from IPython.display import display
out = ipywidgets.Output()
display(out)
with out:
    print('captured', flush=True)
    print('error', file=sys.stderr, flush=True)
    display('shown')
print('not captured', flush=True)
with out:
    1/0
print('not reached?', flush=True)
""",
        "print(len(out.outputs), out.outputs[0])",
        "with out:\n    print('more')",
        "out.clear_output()\nwith out:\n    print('fresh')",
        "out.clear_output(wait=True)\nwith out:\n    print('replaced')",
        "print(len(out.outputs), out.outputs[-1])",
        "out.append_stdout('appended')",
    ],
    "nested output widgets": [
        """
import ipywidgets
outer, inner = ipywidgets.Output(), ipywidgets.Output()
with outer:
    print('outer', flush=True)
    with inner:
        print('inner', flush=True)
    print('outer again', flush=True)
print('cell')
""",
        "print(len(outer.outputs), len(inner.outputs))",
    ],
    "display ids in an output widget": [
        """
import ipywidgets
from IPython.display import display
out = ipywidgets.Output()
with out:
    handle = display('captured', display_id='d')
handle.update('updated')
display('in the cell', display_id='d')
handle.update('updated again')
"""
    ],
    "a comm without a handler": [
        "import comm\nopened = comm.create_comm('own', data={'a': 1})\nopened.send({'b': 2})",
        "opened.close({'c': 3})\nprint('fine')",
    ],
}
FAILING: dict[str, list[Any]] = {
    "an error": ["print('before')", "print('in')\n1/0", "print('never')"],
    "an error in a chain": [
        """
def inner():
    raise KeyError('missing')
def outer():
    try:
        inner()
    except KeyError as error:
        raise ValueError('bad\\nvalue') from error
outer()
"""
    ],
    "a syntax error": ["x = (1,"],
    "an error in a group": ["raise ExceptionGroup('many', [ValueError(1), TypeError(2)])"],
    "input": ["print('asking')\ninput('name? ')", "print('never')"],
    "an exit with a code": ["import sys\nprint('bye')\nsys.exit(1)", "print('never')"],
    "an error of a magic": ["%no_such_magic"],
    "an error of a subprocess": ["import subprocess\nsubprocess.check_call(['false'])"],
    "an error with widgets": ["import ipywidgets\nipywidgets.Text()", "1/0"],
}
EXITING: dict[str, list[Any]] = {
    "an exit with 0": ["import sys\nprint('bye')\nsys.exit(0)", "print('never')"],
    "an exit without code": ["import sys\nprint('bye')\nsys.exit()", "print('never')"],
    "exit()": ["print('bye')\nexit()"],
}
DYING: dict[str, list[Any]] = {
    "os._exit": [
        "print('fine')",
        "import os, time\nprint('last', flush=True)\ntime.sleep(0.3)\nos._exit(1)",
        "print('never')",
    ],
    "SIGKILL": [
        "import os, time\nprint('last', flush=True)\ntime.sleep(0.3)\nos.kill(os.getpid(), 9)",
    ],
}
NOTEBOOKS = COMPLETE | FAILING | EXITING | DYING
# nbclient's own failure leaves out the state of widgets.
WITH_WIDGETS = [name for name, cells in COMPLETE.items() if "widgets" in f"{cells}"]


def build(name: str) -> Any:
    return new_notebook(
        cells=[code(cell) if isinstance(cell, str) else cell for cell in NOTEBOOKS[name]]
    )


async def all_of(execute: Callable[[str], Awaitable[Any]]) -> dict[str, Any]:
    """What comes of each notebook, a few at a time, by its name."""
    places = asyncio.Semaphore(3)

    async def one(name: str) -> tuple[str, Any]:
        async with places:
            return name, await execute(name)

    return dict(await asyncio.gather(*map(one, NOTEBOOKS)))


@pytest.fixture(scope="module")
def theirs(start_kernel: Any) -> dict[str, Any]:
    """All notebooks executed by nbclient: name to notebook and error."""

    async def execute(name: str) -> tuple[Any, Exception | None]:
        notebook = build(name)
        async with start_kernel() as kernel:
            client = NotebookClient(notebook, km=kernel)
            waking = asyncio.create_task(wake(client))
            try:
                await client.async_execute(cleanup_kc=False)
            except (CellExecutionError, DeadKernelError) as error:
                return notebook, error
            finally:
                waking.cancel()
                client.kc.stop_channels()
        return notebook, None

    return asyncio.run(all_of(execute))


@pytest.fixture(
    scope="module",
    params=[("process", "cold"), ("here", "cold"), ("process", "fork"), ("process", "preload")],
    ids="-".join,
)
def ours(request: Any, start_kernel: Any, on_bench: Any, tmp_path_factory: Any) -> dict[str, Any]:
    """All notebooks executed by us, in the process for it or here: name to what ran."""
    where, start = request.param
    preload = ("numpy", "pandas", "matplotlib.pyplot") if start == "preload" else ()

    async def execute() -> dict[str, Any]:
        servers = ForkServers(ForkSettings(preload=preload))
        if start != "cold":
            async with start_kernel(servers) as kernel:
                await kernel.provisioner.prepare()
            async with start_kernel(servers) as kernel:
                assert kernel.provisioner.start == "fork"
        kernels = None if start == "cold" else servers
        folder = tmp_path_factory.mktemp("blobs")
        try:
            async with on_bench(folder, here=where == "here", servers=kernels) as bench:
                return await all_of(lambda name: bench.run(build(name)))
        finally:
            await servers.close()

    return asyncio.run(execute())


@pytest.fixture(scope="module")
def runs(ours: Any, theirs: Any) -> dict[str, Any]:
    """All notebooks executed on both sides: name to (ours, theirs)."""
    return {name: (ours[name], theirs[name]) for name in NOTEBOOKS}


async def wake(client: NotebookClient) -> None:
    """Keeps nbclient from hanging: as it updates Output widgets, it may miss a reply."""
    while True:
        await asyncio.sleep(0.1)
        if client.kc and client.kc.shell_channel.socket:
            client.kc.shell_channel.socket.get(zmq.EVENTS)


def merge_streams(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    merged: list[dict[str, Any]] = []
    for output in outputs:
        if (
            merged
            and output["output_type"] == "stream"
            and output["name"] == merged[-1].get("name")
        ):
            merged[-1]["text"] += output["text"]
        else:
            merged.append(dict(output))
    return merged


def comparable(document: Any) -> Any:
    """*document* without what differs between two runs by nature: addresses, ids, folders."""
    text = json.dumps(document)
    text = re.sub(r"0x[0-9a-f]{6,}", "ADDRESS", text)
    text = re.sub(r"ipykernel_\d+/\d+", "ipykernel", text)
    ids = dict.fromkeys(re.findall(r"\b[0-9a-f]{32}\b|(?<=IPY_MODEL_)[0-9a-f]{32}\b", text))
    for number, id in enumerate(ids):
        text = text.replace(id, f"ID{number}")
    return json.loads(text)


def outputs_of(notebook: Any) -> list[Any]:
    return comparable([merge_streams(cell.get("outputs", [])) for cell in notebook["cells"]])


def counts_of(notebook: Any) -> list[int | None]:
    return [cell.get("execution_count") for cell in notebook["cells"]]


def widgets_of(notebook: Any) -> Any:
    """The outputs, and the models in the order in which they refer to each other."""
    shown = [cell.get("outputs", []) for cell in notebook["cells"]]
    models = {
        id: json.dumps(model, sort_keys=True)
        for state in notebook["metadata"].get("widgets", {}).values()
        for id, model in state["state"].items()
    }
    alike = re.compile(r"[0-9a-f]{32}")
    referred = {id for text in models.values() for id in alike.findall(text)}
    # A model is known by what refers to it, or by what it holds.
    roots = sorted(models, key=lambda id: (id in referred, alike.sub("", models[id])))
    order: list[str] = []
    for waiting in [alike.findall(json.dumps(shown)), *([id] for id in roots)]:
        while waiting:
            id = waiting.pop(0)
            if id in models and id not in order:
                order.append(id)
                waiting += alike.findall(models[id])
    found = [[id, json.loads(models[id])] for id in order]
    return comparable([[merge_streams(outputs) for outputs in shown], found])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_and_counts_are_those_of_nbclient(runs, name):
    ours, (theirs, _error) = runs[name]
    document = ours.document
    assert outputs_of(document) == outputs_of(theirs)
    assert counts_of(document) == counts_of(theirs)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_document_is_the_file_that_nbformat_would_write(ours, name):
    assert ours[name].data == notebooks.write(ours[name].document)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_notebook_completes_where_nbclient_does(runs, name):
    ours, (_notebook, error) = runs[name]
    assert (ours.error, error) == (None, None)


@pytest.mark.parametrize("name", FAILING)
def test_a_notebook_fails_where_and_as_with_nbclient(runs, name):
    ours, (theirs, error) = runs[name]
    assert isinstance(ours.error, CellFailed)
    assert (ours.error.ename, ours.error.evalue) == (error.ename, error.evalue)
    assert max(index for index, count in enumerate(counts_of(theirs)) if count) == ours.error.index


@pytest.mark.parametrize("name", EXITING)
def test_an_exit_is_a_success_unlike_with_nbclient(runs, name):
    ours, (_notebook, error) = runs[name]
    assert ours.error is None
    assert error is None or error.ename == "SystemExit"


@pytest.mark.parametrize("name", DYING)
def test_a_dead_kernel_is_noticed_as_by_nbclient(runs, name):
    ours, (_notebook, error) = runs[name]
    assert isinstance(ours.error, KernelDied)
    assert isinstance(error, DeadKernelError)


@pytest.mark.parametrize("name", WITH_WIDGETS)
def test_the_state_of_widgets_is_that_of_nbclient(runs, name):
    ours, (theirs, _error) = runs[name]
    state = widgets_of(ours.document)
    assert state == widgets_of(theirs)
    assert state[1]
