"""The process of the execution: what it is made of, how it ends, and what that does to its jobs."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_nbtasks.execution.rpc import pack_error, unpack_error
from jupyter_nbtasks.execution.rpc_client import ExecutionLost, ExecutionProcess

HEAVY = {"jupyter_server", "sqlalchemy", "nbformat", "papermill", "jsonschema", "pydantic"}
SLEEP = "import time\nprint('begun', flush=True)\ntime.sleep(600)"


def notebook(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


@pytest.fixture
def bench(on_bench, tmp_path, jp_asyncio_loop):
    """Executes in a process for it, whose blobs are below tmp_path."""
    opening = on_bench(tmp_path / "blobs", here=False)
    yield jp_asyncio_loop.run_until_complete(opening.__aenter__())
    jp_asyncio_loop.run_until_complete(opening.__aexit__(None, None, None))


def listening():
    """A reporter, and an event that is set when a cell begins."""
    begun = asyncio.Event()

    def report(event):
        if event["type"] == "cell_started":
            begun.set()

    return report, begun


def test_it_imports_little():
    code = (
        "import sys, json, jupyter_nbtasks.execution.rpc_server; print(json.dumps([*sys.modules]))"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
    assert HEAVY.isdisjoint({name.split(".")[0] for name in json.loads(printed)})


async def test_many_notebooks_are_executed_by_one_process(bench):
    ran = await asyncio.gather(*(bench.run(notebook(f"print({n})")) for n in range(3)))
    link = await bench.process.start()

    assert [one.document.cells[0].outputs[0].text for one in ran] == ["0\n", "1\n", "2\n"]
    assert psutil.Process(link.pid).parent().pid == psutil.Process().pid


async def test_what_a_terminal_sends_does_not_end_it(bench):
    report, begun = listening()
    async with bench.opened(notebook(SLEEP), report) as opened:
        run = asyncio.create_task(opened.execution.run())
        await begun.wait()
        link = await bench.process.start()
        process = psutil.Process(link.pid)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(number)

        [state] = await opened.execution.stream.read(None)
        assert state["cells"][0]["status"] == "running"
        run.cancel()
        await asyncio.wait([run])


async def test_it_ends_with_the_server(tmp_path):
    process = ExecutionProcess(tmp_path)
    link = await process.start()
    seen = psutil.Process(link.pid)

    await process.stop()

    assert not seen.is_running()
    assert link.is_lost


SERVER = """
import asyncio, sys
from pathlib import Path
from jupyter_nbtasks.execution.rpc_client import ExecutionProcess

async def main():
    link = await ExecutionProcess(Path(sys.argv[1])).start()
    print(link.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_no_orphan_is_left_by_a_server_that_is_killed(tmp_path):
    command = [sys.executable, "-c", SERVER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        process = psutil.Process(int(server.stdout.readline()))
        server.kill()

    assert psutil.wait_procs([process], timeout=60)[1] == []


async def test_when_it_is_killed_all_that_it_ran_is_lost_and_the_next_runs_in_a_new_one(bench):
    report, begun = listening()
    async with bench.opened(notebook(SLEEP), report) as opened:
        run = asyncio.create_task(opened.execution.run())
        await begun.wait()
        link = await bench.process.start()
        psutil.Process(link.pid).kill()

        with pytest.raises(ExecutionLost):
            await run
        with pytest.raises(ExecutionLost):
            await opened.execution.finish()
        assert await opened.execution.stream.read(None) == []
        await opened.execution.stream.more(0)

    ran = await bench.run(notebook("print('on')"))
    assert ran.document.cells[0].outputs[0].text == "on\n"
    assert (await bench.process.start()).pid != link.pid


async def test_a_kernel_that_is_gone_ends_the_run(bench):
    report, begun = listening()
    async with bench.opened(notebook(SLEEP), report) as opened:
        run = asyncio.create_task(opened.execution.run())
        await begun.wait()
        await opened.kernel.shutdown_kernel(now=True)

        with pytest.raises(Exception, match="The kernel"):
            await run


async def test_a_run_that_is_cancelled_ends_there_too(bench):
    report, begun = listening()
    async with bench.opened(notebook(SLEEP, "1"), report) as opened:
        run = asyncio.create_task(opened.execution.run())
        await begun.wait()
        run.cancel()
        await asyncio.wait([run])

        known = await opened.execution.finish()

    assert [cell["status"] for cell in known["cells"]] == ["running", "pending"]


async def test_outputs_come_here_only_when_they_are_asked_for(bench):
    events, frames, seq, heavy = [], [], 0, 1_000_000
    async with bench.opened(notebook(f"print('x' * {heavy})"), events.append) as opened:
        await opened.execution.run()
        with opened.execution.stream.watched():
            while more := await opened.execution.stream.read(seq):
                frames, seq = frames + more, more[-1]["seq"]
            state = await opened.execution.stream.read(None)

    assert {event["type"] for event in events} <= {"cell_started", "cell_finished", "kept"}
    assert sum(len(json.dumps(event)) for event in events) < 10_000
    printed = "".join(frame["output"]["text"] for frame in frames if "output" in frame)
    assert len(printed) == heavy + 1
    assert state[0]["cells"][0]["outputs"][0]["cut"] == heavy + 1 - 200_000


async def test_an_execution_that_is_over_and_unwatched_is_forgotten(bench):
    async with bench.opened(notebook("print('x')")) as opened:
        stream = opened.execution.stream
        await opened.execution.run()
        watched = stream.watched()
        watched.__enter__()
    assert await stream.read(0)

    watched.__exit__(None, None, None)

    while await stream.read(0):
        pass


def test_an_error_that_is_not_one_of_ours_is_named():
    error = unpack_error(json.loads(json.dumps(pack_error(ZeroDivisionError("by zero")))))
    assert f"{error!r}" == "RuntimeError('ZeroDivisionError: by zero')"
