"""Notebooks of every kind: for nbclient to execute, and for us."""

from __future__ import annotations

from typing import Any

from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

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
