"""What a server costs that runs nothing, with jupyter_nbtasks and without."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import peers
import psutil
from measuring import Report, Row, at_most, finish, options
from serving import Server

SECONDS = 60
_SETTLE_SECONDS = 10


def main() -> int:
    """Let both servers be for a minute."""
    asked = options()
    seconds = 5 if asked.quick else SECONDS
    report = Report("Idle")
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder, "ours")) as ours,
        Server(Path(folder, "plain"), ()) as plain,
    ):
        # What a job leaves behind is there too: its fork server, and the process of the execution.
        peers.write(Path(folder, "ours", "work.ipynb"), ["1"])
        ours.warm_up("work.ipynb")
        time.sleep(_SETTLE_SECONDS)
        before = [_cpu(server) for server in (ours, plain)]
        time.sleep(seconds)
        spent = [_cpu(server) - was for server, was in zip((ours, plain), before, strict=True)]
        memory = [_memory(server) for server in (ours, plain)]
    cpu = Row("processor", 100 * spent[0] / seconds, "%", "Jupyter", 100 * spent[1] / seconds)
    more = Row("processor beyond Jupyter itself", cpu.ours - (cpu.theirs or 0), "%")
    beyond = Row("memory beyond Jupyter itself (PSS)", memory[0] - memory[1], "MB")
    report.rows.extend([cpu, at_most(more, 0.1), at_most(beyond, 60)])
    return finish("idle", report, asked)


def _processes(server: Server) -> list[psutil.Process]:
    own = psutil.Process(server.process.pid)
    return [own, *own.children(recursive=True)]


def _cpu(server: Server) -> float:
    times = [process.cpu_times() for process in _processes(server)]
    return sum(one.user + one.system for one in times)


def _memory(server: Server) -> float:
    return sum(map(peers.pss, _processes(server)))


if __name__ == "__main__":
    sys.exit(main())
