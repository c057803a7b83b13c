"""Runs that end before their notebook does: the kernel dies, somebody stops them."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest
from jupyter_client.session import Session

from jupyter_nbtasks.execution.executor import (
    CellFailed,
    Executor,
    KernelDied,
    Stopped,
)

from .conftest import code, is_printed, statuses, text


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
