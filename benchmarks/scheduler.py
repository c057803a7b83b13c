"""jupyter-scheduler on a server of its own, in a virtual environment of its own."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import peers
from serving import Server

_LOOK_SECONDS = 0.01


class Scheduler:
    """Runs `work.ipynb` in *folder*; the environment is kept in *venvs* if that is given."""

    def __init__(self, folder: Path, venvs: Path | None) -> None:
        self._stack = ExitStack()
        environment = peers.environment(venvs, "jupyter-scheduler", "jupyter-server", "ipykernel")
        python = self._stack.enter_context(environment)
        server = Server(folder, ("jupyter_scheduler",), python)
        self._server = self._stack.enter_context(server)
        [first, *_] = self._server.fetch("GET", "/scheduler/runtime_environments")
        self._runtime = first["name"]

    def __enter__(self) -> Scheduler:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self) -> float:
        """Return the seconds from the submission of a job to its final status."""
        body = {"name": "work", "input_uri": "work.ipynb", "output_formats": ["ipynb"]}
        body |= {"runtime_environment_name": self._runtime, "parameters": {"x": 5}}
        begun = time.perf_counter()
        id = self._server.fetch("POST", "/scheduler/jobs", body)["job_id"]
        # It says STOPPED of a job whose process has not begun yet.
        while (job := self._server.fetch("GET", f"/scheduler/jobs/{id}"))["status"] in (
            "CREATED",
            "QUEUED",
            "IN_PROGRESS",
            "STOPPED",
        ):
            time.sleep(_LOOK_SECONDS)
        assert job["status"] == "COMPLETED", job
        return time.perf_counter() - begun
