"""The executor on real kernels."""

from __future__ import annotations

import asyncio
import gc
import os
import time
import warnings
from typing import Any

import pytest
from jupyter_client.session import Session
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from jupyter_nbtasks.execution.executor import (
    CellFailed,
    Executor,
    KernelDied,
    KernelNotReady,
    Stopped,
)


def code(source: str, *tags: str) -> dict[str, Any]:
    return new_code_cell(source, metadata={"tags": list(tags)})


def text(ran: Any, index: int) -> str:
    return "".join(output.get("text", "") for output in ran.transcript.outputs(index))


def is_printed(event: dict[str, Any]) -> bool:
    return event["type"] == "output" and event["output"]["output_type"] == "stream"


def statuses(ran: Any) -> list[str]:
    return [cell["status"] for cell in ran.transcript.cells()]


async def test_a_kernel_that_is_ready_tells_its_language(start_kernel):
    async with start_kernel() as kernel:
        executor = Executor(kernel.client(), print, kernel.is_alive)
        info = await executor.ready(60)
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


@pytest.mark.parametrize("death", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
async def test_a_kernel_that_dies_leaves_what_it_printed(execute, death):
    printing = "import os, time\nfor i in range(3): print(i, flush=True)\ntime.sleep(0.2)\n"
    ran = await execute([code("'fine'"), code(printing + death), code("print('never')")])

    assert isinstance(ran.error, KernelDied)
    assert (ran.error.index, f"{ran.error}") == (1, "The kernel died.")
    assert text(ran, 1) == "0\n1\n2\n"
    assert statuses(ran) == ["completed", "failed", "pending"]


async def test_a_kernel_that_is_replaced_unnoticed_is_not_the_same(start_kernel):
    async def seems_alive():
        return True

    printed, events = asyncio.Event(), []

    def report(event):
        events.append(event)
        if is_printed(event):
            printed.set()

    async with start_kernel() as kernel:
        executor = Executor(kernel.client(), report, seems_alive)
        await executor.ready(60)
        sleeping = code("import time\nprint('one')\ntime.sleep(60)")
        run = asyncio.create_task(executor.run([sleeping]))
        await printed.wait()
        await kernel.restart_kernel(now=True)
        with pytest.raises(KernelDied, match="restarted"):
            await run
        executor.close()


async def test_a_kernel_that_is_shut_down_meanwhile_is_gone(execute):
    shutdowns = []

    def shut_down(event, kernel, _executor):
        if is_printed(event):
            shutdowns.append(asyncio.create_task(kernel.request_shutdown()))

    waiting = "import asyncio\nprint('one')\nawait asyncio.sleep(60)"
    ran = await execute([code(waiting)], shut_down)
    await asyncio.gather(*shutdowns)

    assert isinstance(ran.error, KernelDied)
    assert text(ran, 0) == "one\n"


async def test_an_interrupted_cell_has_failed(execute):
    interrupts = []

    def interrupt(event, kernel, _executor):
        if is_printed(event):
            interrupts.append(asyncio.create_task(kernel.interrupt_kernel()))

    ran = await execute([code("import time\nprint('one', flush=True)\ntime.sleep(60)")], interrupt)
    await asyncio.gather(*interrupts)

    assert (ran.error.index, ran.error.ename) == (0, "KeyboardInterrupt")


async def test_a_stopped_run_begins_no_further_cell(execute):
    def stop(event, _kernel, executor):
        if event["type"] == "cell_started":
            executor.stop()

    ran = await execute([code("print('one')"), code("print('never')")], stop)

    assert isinstance(ran.error, Stopped)
    assert statuses(ran) == ["completed", "pending"]


async def test_a_cell_that_the_kernel_refuses_to_execute_has_failed(start_kernel):
    async with start_kernel() as kernel:
        other, events = kernel.client(), []
        other.session = Session(key=kernel.session.key)
        executor = Executor(kernel.client(), events.append, kernel.is_alive)
        await executor.ready(60)
        other.start_channels()
        other.execute("print('busy', flush=True)\nimport time; time.sleep(0.3)\n1/0")
        while (await other.get_iopub_msg())["msg_type"] != "stream":
            pass
        with pytest.raises(CellFailed, match="Aborted"):
            await executor.run([code("print('never')")])
        executor.close()
        other.stop_channels()


async def test_a_cancelled_run_leaves_nothing_behind(start_kernel):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with start_kernel() as kernel:
            started = asyncio.Event()
            client = kernel.client()
            before = asyncio.all_tasks()
            executor = Executor(client, lambda _event: started.set(), kernel.is_alive)
            await executor.ready(60)
            run = asyncio.create_task(executor.run([code("import time; time.sleep(60)")]))
            await started.wait()
            run.cancel()
            with pytest.raises(asyncio.CancelledError):
                await run
            executor.close()
            executor.close()
            assert asyncio.all_tasks() == before
            assert not client.channels_running
        del executor, client, run
        gc.collect()
    assert [f"{warning.message}" for warning in caught] == []


async def test_a_reporter_that_fails_ends_the_run(execute):
    def fail(event, _kernel, _executor):
        if is_printed(event):
            raise ZeroDivisionError("the store is full")

    ran = await execute([code("print('one')"), code("print('never')")], fail)

    assert f"{ran.error!r}" == "ZeroDivisionError('the store is full')"


async def test_a_connection_that_is_closed_meanwhile_ends_the_run(execute):
    def close(event, _kernel, executor):
        if is_printed(event):
            asyncio.get_running_loop().call_soon(executor.close)

    ran = await execute([code("import time\nprint('one', flush=True)\ntime.sleep(60)")], close)

    assert isinstance(ran.error, KernelDied)
    assert "closed" in f"{ran.error}"


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
