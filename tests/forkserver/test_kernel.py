"""A forked kernel is the kernel that a fresh interpreter would have become."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from jupyter_nbtasks.execution.executor import CellFailed, KernelDied

from .conftest import ask, bench, run
from .facts import DISTURBING, DRAWN, FACTS

JOB = {"TZ": "Asia/Tokyo", "TMPDIR": "/dev/shm", "NBTASKS_X": "of this job"}
NAMES = re.findall(r"^    (\w+)=", FACTS.split("facts = dict(")[1], re.M)
DRAWN_NAMES = re.findall(r"^    (\w+)=", DRAWN, re.M)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a cold kernel and forked ones tell of themselves; they share a fork server."""
    root = tmp_path_factory.mktemp("told")
    (root / "disturbing.py").write_text(DISTURBING)

    async def tell():
        # numpy is imported by the cell anyway.
        async with bench(root, preload=("numpy", "disturbing")) as kernels:
            cold = await kernels.start(**JOB)
            told = SimpleNamespace(cold=await ask(cold, FACTS))
            await cold.prepare_next()
            told.forked = await ask(await kernels.fork(**JOB), FACTS)
            told.warm = await ask(await kernels.warm(**JOB), FACTS)
            told.drawn = [
                await ask(await start(**JOB), DRAWN)
                for start in (kernels.fork, kernels.warm, kernels.warm)
            ]
            return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "/")]))
        # Otherwise a fresh kernel has a socket for the warning that pydevd prints at its import.
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        return asyncio.run(tell())


@pytest.mark.parametrize("start", ["forked", "warm"])
@pytest.mark.parametrize("name", NAMES)
def test_it_tells_the_same_of_itself_as_a_cold_one(told, name, start):
    forked, cold = getattr(told, start)[name], told.cold[name]
    if name == "modules":
        assert "disturbing" in forked
        assert [each for each in forked if each.startswith("_nbtasks")] == []
        forked.remove("disturbing")
    if name == "atexit":
        forked -= 1  # The one that ends the process.
    assert forked == cold


@pytest.mark.parametrize("name", DRAWN_NAMES)
def test_no_two_draw_the_same(told, name):
    assert len({each[name] for each in told.drawn}) == 3


@pytest.mark.parametrize("package", ["jupyter_server", "sqlalchemy", "nbformat", "jsonschema"])
def test_it_carries_nothing_of_the_server(told, package):
    assert package not in {name.split(".")[0] for name in told.forked["modules"]}


async def test_it_can_be_interrupted(kernels):
    kernel = await kernels.fork()
    printed = asyncio.Event()
    source = "import time; print('now', flush=True); time.sleep(600)"
    running = asyncio.create_task(run(kernel, source, lambda text: printed.set()))
    await printed.wait()

    await kernel.interrupt()

    with pytest.raises(CellFailed) as caught:
        await running
    assert caught.value.ename == "KeyboardInterrupt"
    assert await ask(kernel, "1 + 1") == 2


async def test_it_is_one_of_the_servers_and_can_be_restarted(kernels):
    kernel = await kernels.fork()
    assert [each["id"] for each in kernels.manager.list_kernels()] == [kernel.id]
    first = await ask(kernel, "import os\nx = 1\nos.getpid()")

    await kernels.manager.restart_kernel(kernel.id)

    manager = kernels.manager.get_kernel(kernel.id)
    assert manager.provisioner.start == "fork"
    assert manager.provisioner.pid != first
    assert await ask(manager, "'x' in globals()") is False


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
        ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
        ("os._exit(3)", 3),
    ],
)
async def test_how_it_died_is_known(kernels, end, status):
    kernel = await kernels.fork()
    provisioner = kernels.manager.get_kernel(kernel.id).provisioner
    process = provisioner.process

    with pytest.raises(KernelDied):
        await run(kernel, f"import os, signal; {end}")

    assert process.poll() == status
    assert await provisioner.wait() == status
    assert not provisioner.has_process


async def test_killing_it_reaches_what_it_started(kernels):
    kernel = await kernels.fork()
    source = "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\nchild.pid"
    child = psutil.Process(await ask(kernel, source))

    await kernel.kill()

    assert psutil.wait_procs([child], timeout=30)[1] == []


async def test_its_own_exit_handlers_run_and_no_others(tmp_path, monkeypatch):
    (tmp_path / "leaving.py").write_text(
        "import atexit, os\natexit.register(lambda: print(os.getpid(), file=open('left', 'a')))"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    async with bench(tmp_path, preload=("leaving",)) as kernels:
        await kernels.prepare()
        kernel = await kernels.fork()
        pid = await ask(kernel, "import os\nos.getpid()")
        await kernel.shutdown()
        assert (tmp_path / "left").read_text() == f"{pid}\n"

    assert (tmp_path / "left").read_text() == f"{pid}\n"


UNCLOSED = {
    "by a name": "file = open('left', 'w'); file.write('all')",
    "by a library": "import json; json.kept = open('left', 'w'); json.kept.write('all')",
    "by a module": "import leaving; leaving.file.write('all')",
    "in bytes": "import json; json.kept = open('left', 'wb'); json.kept.write(b'all')",
}


@pytest.mark.parametrize("start", ["cold", "fork"])
@pytest.mark.parametrize("source", UNCLOSED.values(), ids=UNCLOSED)
async def test_a_file_that_is_left_open_is_written_at_the_end(kernels, tmp_path, source, start):
    (tmp_path / "leaving.py").write_text("file = open('left', 'w')")
    kernel = await kernels.start(
        NBTASKS_X="1", **({"PYTHONHASHSEED": "1"} if start == "cold" else {})
    )
    assert kernel.start.startswith(start)

    await run(kernel, source)
    await kernel.shutdown()

    assert (tmp_path / "left").read_text() == "all"


async def test_what_the_process_itself_prints_goes_where_a_cold_ones_would(kernels, tmp_path):
    with (tmp_path / "noise").open("wb") as noise:
        kernel = await kernels.start_with(stdout=noise, stderr=noise)
    assert kernel.provisioner.start == "fork"

    await run(kernel, "import sys; print('here', file=sys.__stderr__, flush=True)")

    assert "here" in (tmp_path / "noise").read_text()


def count_in_memory(pid, text):
    """How often *text* is in what the process *pid* has written to memory."""
    found = 0
    areas = [line.split() for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for area in areas:
            if area[1].startswith("rw") and not area[-1].startswith("[v"):
                begin, end = (int(number, 16) for number in area[0].split("-"))
                memory.seek(begin)
                found += memory.read(end - begin).count(text)
    return found


async def test_no_job_sees_what_another_was_told(kernels):
    told = await kernels.fork(SECRET="of-the-first-job")
    server = psutil.Process(told.processes.pid).ppid()
    assert count_in_memory(told.processes.pid, b"of-the-first-job") > 0
    # A kernel cannot inherit what its fork server has never read, either.
    assert count_in_memory(server, b"of-the-first-job") == 0

    other = await kernels.fork()

    assert await ask(other, "import os\n'SECRET' in os.environ") is False
    assert count_in_memory(other.processes.pid, b"of-the-first-job") == 0


async def test_no_spare_knows_what_the_job_before_it_was_told(kernels):
    await kernels.warm(SECRET="of-the-first-job")

    other = await kernels.warm()

    assert await ask(other, "import os\n'SECRET' in os.environ") is False
    assert count_in_memory(other.processes.pid, b"of-the-first-job") == 0
