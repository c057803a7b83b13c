"""Forks and fork servers that fail: the kernel starts all the same, and nothing is left."""

from __future__ import annotations

import signal
import sys
import venv

import psutil
import pytest

from jupyter_nbtasks.kernels.launcher import KernelStartFailed

from .conftest import ask, bench, kernelspec


async def test_a_module_that_cannot_be_imported_is_left_out_and_named(tmp_path, modules, caplog):
    modules("broken", "raise RuntimeError('not today')")
    modules("fine", "value = 1")
    async with bench(tmp_path, preload=("no_such_module", "broken", "fine")) as kernels:
        await kernels.prepare()

        assert await ask(await kernels.fork(), "import sys\n'fine' in sys.modules") is True

    assert "no_such_module cannot be imported: ModuleNotFoundError" in caplog.text
    assert "broken cannot be imported: RuntimeError: not today" in caplog.text


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (
            "from threading import Thread\nfrom time import sleep\n"
            "Thread(target=sleep, args=[600], daemon=True).start()",
            "threads",
        ),
        ("import socket\nkept = socket.socket()", "socket"),
        ("import select\nkept = select.epoll()", "anon_inode"),
    ],
)
async def test_a_module_that_would_not_survive_a_fork_is_left_out(
    tmp_path, modules, caplog, source, what
):
    modules("clinging", source)
    modules("fine", "value = 1")
    async with bench(tmp_path, preload=("fine", "clinging")) as kernels:
        await kernels.prepare()

        kernel = await kernels.fork()

        source = "import sys\n['fine' in sys.modules, 'clinging' in sys.modules]"
        assert await ask(kernel, source) == [True, False]
    assert "fork_preload does without clinging: clinging leaves" in caplog.text
    assert what in caplog.text


async def test_an_interpreter_without_ipykernel_is_not_tried_again_and_again(
    tmp_path, data, caplog
):
    venv.create(tmp_path / "venv")
    argv = [str(tmp_path / "venv" / "bin" / "python"), "-m", "ipykernel_launcher"]
    kernelspec(data, "bare", argv=argv)
    async with bench(tmp_path) as kernels:
        kernel = await kernels.start("bare")
        await kernel.prepare_next()

        again = await kernels.start("bare")

        assert again.start == "cold: No module named 'ipykernel'"
        assert again.prepare_next().done()
    assert "are not forked: No module named 'ipykernel'" in caplog.text


async def test_a_fork_that_fails_becomes_a_cold_start(tmp_path, modules):
    modules("failing", "import os; os.register_at_fork(after_in_child=lambda: os._exit(5))")
    async with bench(tmp_path, preload=("failing",)) as kernels:
        await kernels.prepare()

        kernel = await kernels.start()

        assert kernel.start == "cold: the forked process ended before it was a kernel"
        assert await ask(kernel, "1 + 1") == 2


async def test_a_fork_that_fails_in_a_restart_becomes_a_cold_start(tmp_path, modules):
    flag = tmp_path / "flag"
    end = f"os.path.exists({str(flag)!r}) and os._exit(5)"
    modules("failing", f"import os; os.register_at_fork(after_in_child=lambda: {end})")
    async with bench(tmp_path, preload=("failing",)) as kernels:
        await kernels.prepare()
        kernel = await kernels.fork()
        flag.touch()

        await kernels.manager.restart_kernel(kernel.id)

        manager = kernels.manager.get_kernel(kernel.id)
        why = "the forked process ended before it was a kernel"
        assert manager.provisioner.start == f"cold: {why}"
        assert await ask(manager, "1 + 1") == 2


async def test_a_fork_that_hangs_is_killed_and_becomes_a_cold_start(tmp_path, modules):
    modules("hanging", "import os, signal; os.register_at_fork(after_in_child=signal.pause)")
    async with bench(tmp_path, preload=("hanging",), answer=3.0) as kernels:
        await kernels.prepare()
        server = kernels.server

        kernel = await kernels.start()

        assert kernel.start == "cold: the forked process did not become a kernel in time"
        assert await ask(kernel, "1 + 1") == 2
        # No other kernel is forked there either; it has gone with its last process.
        await server.ended()


async def test_nothing_is_left_of_a_kernel_that_can_neither_be_forked_nor_started(
    tmp_path, data, modules
):
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o700)
    kernelspec(
        data, "own", argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    )
    end = f"(os.unlink({str(python)!r}), os._exit(5))"
    modules("failing", f"import os; os.register_at_fork(after_in_child=lambda: {end})")
    async with bench(tmp_path, preload=("failing",)) as kernels:
        first = await kernels.start("own")
        await first.prepare_next()
        await first.kill()

        with pytest.raises(KernelStartFailed, match="No such file"):
            await kernels.start("own")

        assert kernels.manager.list_kernels() == []


async def test_a_fork_server_that_does_not_answer_is_not_waited_for(tmp_path):
    async with bench(tmp_path, answer=0.3) as kernels:
        await kernels.prepare()
        server = psutil.Process(kernels.server._process.pid)
        server.suspend()

        kernel = await kernels.start()

        assert kernel.start == "cold: its fork server does not answer"
        assert await ask(kernel, "1 + 1") == 2
        # Once it goes on, it is too late to fork.
        server.resume()
        assert server.wait(30) == 0


async def test_a_kernel_ends_though_its_fork_server_is_stopped_and_that_is_killed(tmp_path):
    async with bench(tmp_path, answer=0.3) as kernels:
        await kernels.prepare()
        kernel = await kernels.fork()
        process = kernels.manager.get_kernel(kernel.id).provisioner.process
        server, stopped = kernels.server, psutil.Process(kernels.server._process.pid)
        stopped.suspend()

        assert (await kernels.start()).start == "cold: its fork server does not answer"
        await kernel.kill()

        assert process.poll() == -signal.SIGKILL
        assert kernel.id not in kernels.manager.list_kernel_ids()
        await server.ended()
        assert psutil.wait_procs([stopped], timeout=60)[1] == []


async def test_a_fork_server_that_was_killed_is_noticed_and_started_anew(kernels):
    kernel = await kernels.fork()
    process = kernels.manager.get_kernel(kernel.id).provisioner.process
    server, alive = kernels.server, psutil.Process(process.pid)

    alive.parent().kill()
    await server.ended()

    assert process.poll() == -signal.SIGKILL
    assert psutil.wait_procs([alive], timeout=30)[1] == []
    cold = await kernels.start()
    assert cold.start == "cold: its fork server has not begun yet"
    await cold.prepare_next()
    assert (await kernels.start()).start == "fork"
