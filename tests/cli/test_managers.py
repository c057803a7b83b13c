"""The kernels that a command starts, and their end."""

from __future__ import annotations

import json

import psutil

from jupyter_nbtasks.cli.managers import local_managers


async def test_all_kernels_are_killed_also_where_one_has_ended_by_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    folder = tmp_path / "kernels" / "odd"
    folder.mkdir(parents=True)
    spec = {"argv": ["sleep", "600"], "display_name": "Odd", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    kernels = local_managers(tmp_path, None).kernels
    with (tmp_path / "noise").open("wb") as kernels.noise:
        ids = [await kernels.start_kernel(kernel_name="odd") for _ in range(2)]
        processes = [kernels.get_kernel(id).provisioner.process for id in ids]
        kernels.get_kernel(ids[0]).stop_restarter()
        processes[0].kill()
        processes[0].wait()

        kernels.kill_all()

        assert psutil.wait_procs([psutil.Process(processes[1].pid)], timeout=60)[1] == []
        await kernels.shutdown_all(now=True)
