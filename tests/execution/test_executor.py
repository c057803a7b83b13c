"""The executor on real kernels."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
import zmq.asyncio
from nbformat.v4 import new_markdown_cell, new_raw_cell

from jupyter_nbtasks.execution.executor import (
    CellFailed,
    Executor,
    KernelDied,
    KernelNotReady,
)

from .conftest import code, is_printed, statuses, text


async def test_a_kernel_that_is_ready_tells_its_language(start_kernel):
    async with start_kernel() as kernel:
        executor = Executor(kernel.client(), print, kernel.is_alive)
        info = await executor.ready(60)
        executor.close()
        assert info["language_info"]["name"] == "python"


def lead(place, socket):
    Path(place).unlink(missing_ok=True)
    Path(place).symlink_to(socket)


async def test_a_kernel_is_asked_again_where_another_has_taken_the_request(start_kernel):
    async with start_kernel() as kernel:
        client = kernel.client()
        client.shell_port = 99
        place = f"{client.ip}-{client.shell_port}"
        with zmq.asyncio.Context() as context:
            other = context.socket(zmq.ROUTER)
            other.bind(f"ipc://{place}")
            executor = Executor(client, print, kernel.is_alive)
            ready = asyncio.create_task(executor.ready(60))
            await other.recv_multipart()
            other.close(linger=0)
        # From here on, who connects there has the kernel.
        lead(place, f"{kernel.ip}-{kernel.shell_port}")

        info = await ready

        executor.close()
        assert info["language_info"]["name"] == "python"


async def test_a_kernel_that_never_answers_is_not_ready(start_kernel):
    async with start_kernel() as kernel:
        # It is stopped, not dead: nobody answers.
        os.kill(kernel.provisioner.pid, 19)
        executor = Executor(kernel.client(), print, kernel.is_alive)
        with pytest.raises(KernelNotReady, match=r"0\.2 seconds"):
            await executor.ready(0.2)
        executor.close()


async def test_a_kernel_that_is_dead_from_the_start_is_noticed(start_kernel):
    async with start_kernel() as kernel:
        client = kernel.client()
        await kernel.shutdown_kernel(now=True)
        executor = Executor(client, print, kernel.is_alive)
        with pytest.raises(KernelDied) as caught:
            await executor.ready(60)
        executor.close()
        assert caught.value.index is None


async def test_a_run_is_reported_cell_by_cell(execute):
    cells = [
        new_markdown_cell("# Title"),
        code("print('one')"),
        code("  \n"),
        new_raw_cell("raw"),
        code("never()", "skip-execution"),
        code("1 + 1"),
    ]
    ran = await execute(cells)

    assert ran.error is None
    assert [(event["type"], event["cell"]) for event in ran.events] == [
        ("cell_started", 1),
        ("execution_count", 1),
        ("output", 1),
        ("cell_finished", 1),
        ("cell_finished", 2),
        ("cell_finished", 4),
        ("cell_started", 5),
        ("execution_count", 5),
        ("output", 5),
        ("cell_finished", 5),
    ]
    assert statuses(ran) == ["completed", "skipped", "skipped", "completed"]
    first, blank, *_ = ran.transcript.cells()
    assert first["seconds"] > 0
    assert abs(first["started_at"] - time.time()) < 3600
    assert (blank["started_at"], blank["seconds"]) == (None, None)


async def test_a_failing_cell_ends_the_run_with_its_output_kept(execute):
    ran = await execute([code("print('before')\n1/0"), code("print('never')")])

    assert isinstance(ran.error, CellFailed)
    assert (ran.error.index, ran.error.ename) == (0, "ZeroDivisionError")
    assert ran.error.evalue == "division by zero"
    assert "ZeroDivisionError" in ran.error.traceback[-1]
    assert f"{ran.error}" == "Cell 0 failed with ZeroDivisionError: division by zero"
    assert text(ran, 0) == "before\n"
    assert ran.transcript.outputs(0)[-1]["output_type"] == "error"
    assert statuses(ran) == ["failed", "pending"]


async def test_a_cell_that_may_fail_lets_the_run_go_on(execute):
    ran = await execute([code("1/0", "raises-exception"), code("print('on')")])

    assert ran.error is None
    assert statuses(ran) == ["failed", "completed"]
    assert text(ran, 1) == "on\n"


@pytest.mark.parametrize(
    "source",
    ["import sys; sys.exit()", "import sys; sys.exit(0)", "raise SystemExit(None)", "exit()"],
)
async def test_a_cell_that_exits_ends_the_run_as_a_success(execute, source):
    ran = await execute([code(f"print('bye')\n{source}"), code("print('never')")])

    assert ran.error is None
    assert statuses(ran) == ["completed", "pending"]
    assert text(ran, 0).startswith("bye\n")


async def test_a_cell_that_exits_with_a_code_has_failed(execute):
    ran = await execute([code("import sys; sys.exit(3)"), code("print('never')")])

    assert (ran.error.ename, ran.error.evalue) == ("SystemExit", "3")
    assert statuses(ran) == ["failed", "pending"]


async def test_a_loop_that_was_blocked_loses_nothing_and_gets_its_turns(execute, tmp_path):
    printed, turns, at_output = tmp_path / "printed", [0], []

    async def count_turns():
        while True:
            turns[0] += 1
            await asyncio.sleep(0)

    def block(event, _kernel, _executor):
        if is_printed(event):
            at_output.append(turns[0])
            while not printed.exists():
                time.sleep(0.01)

    # It does not print at full speed: the kernel, too, has a queue that may overflow.
    source = f"""
import time
for i in range(4000):
    print(i, flush=True)
    time.sleep(0.0002)
open({f"{printed}"!r}, "w").close()
"""
    counting = asyncio.create_task(count_turns())
    ran = await execute([code(source)], block)
    counting.cancel()

    assert ran.error is None
    assert text(ran, 0).split() == [f"{i}" for i in range(4000)]
    assert len(set(at_output)) > 3


async def test_what_a_task_prints_later_belongs_to_the_cell_that_started_it(execute):
    starting = """
import asyncio
go = asyncio.Event()
async def work():
    await go.wait()
    print("from the task")
task = asyncio.create_task(work())
print("started")
"""
    ran = await execute([code(starting), code("go.set(); await task; print('second')")])

    assert text(ran, 0) == "started\nfrom the task\n"
    assert text(ran, 1) == "second\n"


async def test_the_kernel_learns_what_an_output_widget_captured(execute):
    cells = [
        code("import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    print('a'); 1/0"),
        code("print([output['output_type'] for output in out.outputs])"),
    ]
    ran = await execute(cells)

    assert ran.error is None
    assert text(ran, 1) == "['stream', 'error']\n"


async def test_widgets_are_kept_of_a_run_that_failed(execute):
    ran = await execute([code("import ipywidgets\nslider = ipywidgets.IntSlider()\n1/0")])

    assert isinstance(ran.error, CellFailed)
    assert ran.events[-1]["type"] == "widget_state"
