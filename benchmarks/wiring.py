"""The parts of a server, without one: what benchmarks measure of them."""

from __future__ import annotations

from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from jupyter_nbtasks.assembly.assembly import Assembly
from jupyter_nbtasks.assembly.ground import Managers
from jupyter_nbtasks.assembly.storage import Storage
from jupyter_nbtasks.jobs.policy import Policy

POLICY = Policy(max_concurrent_jobs=1, cancel_grace=1)


async def open_assembly(folder: Path) -> Assembly:
    """Return what runs on a server, opened in *folder*, with one notebook below its root."""
    root = folder / "root"
    root.mkdir(parents=True)
    cells = [nbformat.v4.new_code_cell("1")]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(notebook, root / "work.ipynb")
    kernels = AsyncMappingKernelManager(kernel_spec_manager=KernelSpecManager(), root_dir=str(root))
    managers = Managers(
        contents=AsyncLargeFileManager(root_dir=str(root)),
        kernels=kernels,
        kernel_specs=kernels.kernel_spec_manager,
    )
    url = f"sqlite:///{folder / 'nbtasks.sqlite3'}"
    storage = Storage(data_dir=folder, database_url=url, root="bench", timezone="UTC")
    # Its worker takes no jobs: what they do is not what is measured here.
    assembly = Assembly(storage, managers, POLICY, only_reserved=True)
    await assembly.open()
    return assembly
