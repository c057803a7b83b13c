"""A Jupyter server in a process of its own, and what benchmarks say to it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import websocket

from jupyter_nbtasks.app import NbTasksApp

FINAL = ("COMPLETED", "FAILED", "CANCELLED")
# This many are enough where no kernel can be forked.
_WARMING_JOBS = 30
_HERE = Path(__file__).parent
_TOKEN = {"Authorization": "token bench"}
_HEADERS = _TOKEN | {"Content-Type": "application/json"}


def forks() -> bool:
    """Whether this version can fork the kernels of jobs."""
    return bool(NbTasksApp.class_traits().get("fork_kernels"))


def kernels(*, fork: bool, warm: bool = True) -> dict[str, Any]:
    """Return the settings for kernels that are forked and that wait for their job, or not."""
    return {"fork_kernels": fork, "warm_kernels": int(warm)} if forks() else {}


class Server:
    """A server whose files are in *folder*, with some *extensions*; `ticking` is another of ours.

    *settings* are those of jupyter_nbtasks, *python* whose packages it has. The address is this
    machine's alone.
    """

    def __init__(
        self,
        folder: Path,
        extensions: Sequence[str] = ("jupyter_nbtasks",),
        python: str | Path = sys.executable,
        **settings: Any,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        places = {name: str(folder / f".{name}") for name in ("DATA", "RUNTIME", "CONFIG")}
        for place in places.values():
            Path(place).mkdir(exist_ok=True)
        env = os.environ | {f"JUPYTER_{name}_DIR": place for name, place in places.items()}
        # An empty part would mean the current folder, in which nothing is forked.
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_HERE), env.get("PYTHONPATH")]))
        flags = ["--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1", "--log-level=ERROR"]
        flags += [f"--ServerApp.port={self.port}", f"--ServerApp.root_dir={folder}"]
        flags += ["--IdentityProvider.token=bench"]
        # Where ours is installed, it is loaded unless it is said not to be.
        is_loaded = {"jupyter_nbtasks": False} | dict.fromkeys(extensions, True)
        flags += [f"--ServerApp.jpserver_extensions={name}={on}" for name, on in is_loaded.items()]
        flags += [f"--NbTasksApp.{name}={value}" for name, value in settings.items()]
        self.process = subprocess.Popen(
            [python, "-m", "jupyter_server", *flags], env=env, stderr=subprocess.DEVNULL
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self._wait("/nbtasks/api/config" if "jupyter_nbtasks" in extensions else "/api/status")
        # As JupyterLab hears of jobs: to ask again and again would burden what is measured.
        events = f"ws://127.0.0.1:{self.port}/api/events/subscribe"
        self._events = websocket.create_connection(events, header=_TOKEN)
        self._statuses: dict[str, str] = {}

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._events.close()
        self._connection.close()
        self.process.terminate()
        self.process.wait()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer of the extension at *path*."""
        return self.fetch(method, f"/nbtasks/api/{path}", body)

    def fetch(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer of the server at *path*."""
        status, answer = self._send(method, path, body)
        assert status < http.client.MULTIPLE_CHOICES, answer
        return json.loads(answer)

    def submit(self, notebook: str, **more: Any) -> str:
        """Submit a job; return its id."""
        return str(self.ask("POST", "jobs", {"notebook": notebook, **more})["id"])

    def final(self, id: str) -> None:
        """Wait until the job has completed."""
        while self._statuses.get(id) not in FINAL:
            event = json.loads(self._events.recv())
            self._statuses[event.get("id", "")] = event.get("status", "")
        assert self._statuses[id] == "COMPLETED", self.ask("GET", f"jobs/{id}")["message"]

    def warm_up(self, notebook: str) -> None:
        """Run jobs until what the first ones start is there: their kernels are forked."""
        for _ in range(_WARMING_JOBS):
            id = self.submit(notebook)
            self.final(id)
            if not str(self.ask("GET", f"jobs/{id}")["kernel_start"]).startswith("cold"):
                return

    def run(self, notebook: str, **more: Any) -> float:
        """Return the seconds from the submission of a job to its final status."""
        begun = time.perf_counter()
        self.final(self.submit(notebook, **more))
        return time.perf_counter() - begun

    def _send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        sent = None if body is None else json.dumps(body)
        self._connection.request(method, path, sent, _HEADERS)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def _wait(self, path: str) -> None:
        while True:
            assert self.process.poll() is None, "The server ended."
            try:
                if self._send("GET", path)[0] == http.client.OK:
                    return
            except OSError:
                self._connection.close()
            time.sleep(0.05)
