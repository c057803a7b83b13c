"""What we are measured beside: papermill, nbclient and a plain client, on the same notebooks."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

_CLEAN = {
    name: value
    for name, value in os.environ.items()
    # Either falsifies how long imports take.
    if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
}
_SAMPLE_SECONDS = 0.1


def write(path: Path, sources: Sequence[str]) -> Path:
    """Write a Python notebook with these cells; the first holds its parameters."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    return path


@contextmanager
def environment(folder: Path | None, *packages: str) -> Iterator[Path]:
    """Give the Python of a virtual environment with *packages*; kept where *folder* is named."""
    with tempfile.TemporaryDirectory() as temporary:
        place = (folder or Path(temporary)) / "-".join(packages)
        python = place / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            install = [python, "-m", "pip", "install", "-qq", *packages]
            subprocess.run(install, check=True, env=_CLEAN)
        yield python


def papermill(python: Path, notebook: Path) -> float:
    """Return the seconds of papermill's command line; the output stands beside the notebook."""
    begun = time.perf_counter()
    output = notebook.with_suffix(f".{threading.get_ident()}.out.ipynb")
    command = [python.with_name("papermill"), notebook, output, "-p", "x", "5", "--no-progress-bar"]
    subprocess.run(command, check=True, env=_CLEAN, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def nbclient(notebook: Path) -> float:
    """Return the seconds that nbclient takes in this process, which has all it needs in memory."""
    begun = time.perf_counter()
    document = nbformat.read(notebook, 4)
    NotebookClient(document, kernel_name="python3").execute()
    nbformat.write(document, notebook.with_suffix(".nbclient.ipynb"))
    return time.perf_counter() - begun


def papermills(python: Path, notebook: Path, count: int, at_once: int) -> float:
    """Return the seconds of *count* runs by papermill's command line, so many *at_once*."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda _: papermill(python, notebook), range(count)))
    return time.perf_counter() - begun


async def nbclients(notebook: Path, count: int, at_once: int) -> float:
    """Return the seconds of *count* runs by nbclient, so many *at_once*."""
    slots = asyncio.Semaphore(at_once)

    async def run() -> None:
        async with slots:
            document = nbformat.read(notebook, 4)
            await NotebookClient(document, kernel_name="python3").async_execute()

    begun = time.perf_counter()
    await asyncio.gather(*(run() for _ in range(count)))
    return time.perf_counter() - begun


def plain(sources: Sequence[str]) -> float:
    """Return the seconds that *sources* take with a client that does nothing but wait for each."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        begun = time.perf_counter()
        for source in sources:
            _execute(client, source)
        return time.perf_counter() - begun
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _execute(client: BlockingKernelClient, source: str) -> None:
    request = client.execute(source)
    client.get_shell_msg(timeout=60)
    while True:
        message = client.get_iopub_msg(timeout=60)
        ours = message["parent_header"].get("msg_id") == request
        if ours and message["content"].get("execution_state") == "idle":
            return


@contextmanager
def watching(pid: int) -> Iterator[Callable[[], float]]:
    """Give what tells the most memory (PSS, MB) that the descendants of *pid* had at once."""
    peak, is_over = 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.wait(_SAMPLE_SECONDS):
            peak = max(peak, sum(map(pss, psutil.Process(pid).children(recursive=True))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield lambda: peak
    finally:
        is_over.set()
        watcher.join()


def pss(process: psutil.Process) -> float:
    """Return its share of the memory in MB: what n processes share counts to each by 1/n."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1e3
    return 0.0


def take_peak(pid: int) -> float:
    """Return the most memory (MB) that process *pid* had since this was asked last."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak / 1e3
