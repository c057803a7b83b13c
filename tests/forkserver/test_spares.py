"""Kernels that wait for a job."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import psutil
from jupyter_client.connect import LocalPortCache

from .conftest import ask, bench

PID = "import os\nos.getpid()"


async def spare(kernels):
    """The process of the one spare there is."""
    kernel = await kernels.start()
    await kernel.prepare_spare()
    await kernel.kill()
    [spare] = kernels.server.spares._pool
    return psutil.Process(spare.process.pid)


async def waits(kernels):
    """Return once the one spare there is has nothing to do but to wait for its job."""
    [spare] = kernels.server.spares._pool
    # It tells nobody, but needs its connection file no longer.
    while Path(spare.file).name in os.listdir(tempfile.gettempdir()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_each_job_has_one_of_its_own(kernels):
    waiting = (await spare(kernels)).pid
    one = await kernels.warm()
    other = await kernels.warm()

    assert [await ask(kernel, PID) for kernel in (one, other)] == [
        waiting,
        other.processes.pid,
    ]
    assert one.processes.pid != other.processes.pid
    assert (await kernels.start()).start == "fork"


async def test_it_is_one_of_the_servers_only_once_it_has_a_job(kernels):
    ports = {*LocalPortCache.instance().currently_used_ports}
    waiting = await spare(kernels)
    [told] = kernels.server.spares._pool
    assert list(kernels.manager.list_kernel_ids()) == []

    kernel = await kernels.warm()

    assert list(kernels.manager.list_kernel_ids()) == [kernel.id]
    assert kernel.processes.pid == waiting.pid
    file = await ask(kernel, "from ipykernel import connect\nconnect.get_connection_file()")
    assert Path(file).name == f"kernel-{kernel.id}.json"
    await kernel.shutdown()
    assert Path(file).name not in os.listdir(kernels.root)
    assert Path(told.file).name not in os.listdir(tempfile.gettempdir())
    assert ports == LocalPortCache.instance().currently_used_ports


async def test_it_can_be_given_its_job_before_it_is_ready_for_it(kernels):
    kernel = await kernels.start()
    for _ in range(5):
        await kernel.prepare_spare()
        assert await ask(await kernels.warm(NBTASKS_X="1"), PID) > 0


async def test_it_runs_in_the_folder_of_its_job(kernels):
    await spare(kernels)
    (kernels.root / "deep").mkdir()
    kernel = await kernels.start(folder="deep")

    assert kernel.start == "warm"
    source = "import os\n[os.getcwd(), str(_dh[0]), os.listdir()]"
    deep = str(kernels.root / "deep")
    assert await ask(kernel, source) == [deep, deep, []]


async def test_startup_files_run_when_there_is_a_job(tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "first.py").write_text("import os; seen = [os.getcwd(), os.environ['NBTASKS_X']]")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    async with bench(tmp_path) as kernels:
        kernel = await kernels.start(NBTASKS_X="first")
        await kernel.prepare_spare()

        kernel = await kernels.warm(NBTASKS_X="second")

        assert await ask(kernel, "seen") == [str(tmp_path), "second"]


async def test_a_job_that_it_does_not_fit_leaves_it_to_others(kernels):
    waiting = await spare(kernels)
    (kernels.root / "noise").touch()

    assert (await kernels.start(PYTHONHASHSEED="1")).start.startswith("cold")
    assert (await kernels.start(JPY_SESSION_NAME="mine")).start == "fork"
    with (kernels.root / "noise").open("wb") as noise:
        kernel = await kernels.start_with(stdout=noise)
    assert kernel.provisioner.start == "fork"

    assert (await kernels.warm()).processes.pid == waiting.pid


async def test_one_that_has_ended_is_not_used(kernels):
    waiting = await spare(kernels)
    [gone] = kernels.server.spares._pool
    waiting.kill()
    await gone.process.begun

    assert (await kernels.start()).start == "fork"


async def test_one_that_ends_when_it_gets_its_job_is_replaced(kernels):
    waiting = await spare(kernels)
    server, spares = waiting.parent(), kernels.server.spares
    # It would tell of the end before there is a job.
    server.suspend()
    waiting.kill()
    starting = asyncio.create_task(kernels.start())
    while len(spares):  # noqa: ASYNC110
        await asyncio.sleep(0)
    server.resume()

    kernel = await starting

    assert kernel.start == "cold: the forked process ended before it was a kernel"
    assert await ask(kernel, "1 + 1") == 2
    assert kernel.connection()["shell_port"] in LocalPortCache.instance().currently_used_ports


async def test_one_that_hangs_is_replaced(tmp_path):
    async with bench(tmp_path, answer=1.0) as kernels:
        await kernels.prepare()
        waiting = await spare(kernels)
        waiting.suspend()

        kernel = await kernels.start()

        assert kernel.start == "cold: the forked process did not become a kernel in time"
        assert await ask(kernel, "1 + 1") == 2
        assert psutil.wait_procs([waiting], timeout=30)[1] == []


async def test_one_that_has_imported_what_changed_is_replaced(kernels, modules, tmp_path):
    file = modules("changing", "value = 1")
    async with bench(tmp_path / "modules", preload=("changing",)) as kernels:
        await kernels.prepare()
        await spare(kernels)
        file.write_text("value = 'new'")

        kernel = await kernels.start()

        assert kernel.start == f"cold: {file} has changed since its fork server began"
        assert await ask(kernel, "import changing\nchanging.value") == "new"


async def test_one_that_has_read_settings_that_changed_is_replaced(tmp_path, monkeypatch):
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    async with bench(tmp_path) as kernels:
        await kernels.prepare()
        kernel = await kernels.warm()
        await kernel.prepare_spare()
        await waits(kernels)
        lines = "c.InteractiveShellApp.exec_lines = ['lines = 1']"
        (profile / "ipython_kernel_config.py").write_text(lines)

        kernel = await kernels.start()

        assert kernel.start == "cold: the forked process ended before it was a kernel"
        assert await ask(kernel, "lines") == 1
        await kernel.prepare_spare()
        assert await ask(await kernels.warm(), "lines") == 1


async def test_there_are_no_more_than_wanted(tmp_path):
    async with bench(tmp_path, spares=2) as kernels:
        await kernels.prepare()
        kernel = await kernels.start()
        for _ in range(4):
            await kernel.prepare_spare()
        await asyncio.gather(*(kernel.prepare_spare() for _ in range(4)))

        assert len(kernels.server.spares) == 2
    async with bench(tmp_path, spares=0) as kernels:
        await kernels.prepare()
        kernel = await kernels.start()
        await kernel.prepare_spare()

        assert len(kernels.server.spares) == 0
        assert (await kernels.start()).start == "fork"


async def test_it_is_given_up_when_no_job_comes_and_its_fork_server_with_it(tmp_path):
    async with bench(tmp_path, idle=2.0) as kernels:
        kernel = await kernels.start()
        await kernel.prepare_spare()
        [spare] = kernels.server.spares._pool
        server = psutil.Process(psutil.Process(spare.process.pid).ppid())
        asked = kernels.server
        await kernel.kill()

        await spare.process.begun
        # It does not take as long again.
        assert not asked.is_usable
        assert await asyncio.to_thread(server.wait, 30) in (0, None)

        assert not psutil.pid_exists(spare.process.pid)


async def test_after_one_that_was_given_up_there_may_be_another(tmp_path):
    async with bench(tmp_path, idle=2.0) as kernels:
        await kernels.prepare()
        kernel = await kernels.fork()
        await kernel.prepare_spare()
        [spare] = kernels.server.spares._pool
        await spare.process.begun

        await kernel.prepare_spare()

        assert (await kernels.start()).start == "warm"


async def test_nothing_is_left_of_it_when_the_server_stops(tmp_path):
    ports = {*LocalPortCache.instance().currently_used_ports}
    async with bench(tmp_path) as kernels:
        await kernels.prepare()
        kernel = await kernels.start()
        await kernel.prepare_spare()
        await kernel.kill()
        [spare] = kernels.server.spares._pool
        waiting = psutil.Process(spare.process.pid)

    assert psutil.wait_procs([waiting], timeout=30)[1] == []
    assert Path(spare.file).name not in os.listdir(tempfile.gettempdir())
    assert ports == LocalPortCache.instance().currently_used_ports


async def test_it_can_be_reached_where_jupyters_folders_are_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rel").mkdir()
    async with bench(tmp_path) as kernels:
        kernels.manager.connection_dir = "rel"
        await kernels.prepare()

        assert await ask(await kernels.warm(), "1 + 1") == 2
