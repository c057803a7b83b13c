"""A Jupyter server in a process of its own, and what benchmarks say to it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FINAL = ("COMPLETED", "FAILED", "CANCELLED")
_HEADERS = {"Authorization": "token bench", "Content-Type": "application/json"}
# Between two looks at a job.
_LOOK_SECONDS = 0.002


class Server:
    """A server whose files are in *folder*; without *extension* Jupyter's own alone.

    *settings* are those of the extension. The address is this machine's alone.
    """

    def __init__(self, folder: Path, *, extension: bool = True, **settings: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        places = {name: str(folder / f".{name}") for name in ("DATA", "RUNTIME", "CONFIG")}
        env = os.environ | {f"JUPYTER_{name}_DIR": place for name, place in places.items()}
        env |= {"JUPYTER_PREFER_ENV_PATH": "0"}
        flags = ["--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1", "--log-level=ERROR"]
        flags += [f"--ServerApp.port={self.port}", f"--ServerApp.root_dir={folder}"]
        flags += ["--IdentityProvider.token=bench"]
        flags += [f"--ServerApp.jpserver_extensions=jupyter_nbtasks={extension}"]
        flags += [f"--NbTasksApp.{name}={value}" for name, value in settings.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *flags], env=env, stderr=subprocess.DEVNULL
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self._wait("/nbtasks/api/config" if extension else "/api/status")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self.process.terminate()
        self.process.wait()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer of the extension at *path*."""
        status, answer = self._send(method, f"/nbtasks/api/{path}", body)
        assert status < 300, answer
        return json.loads(answer)

    def submit(self, notebook: str, **more: Any) -> str:
        """Submit a job; return its id."""
        return str(self.ask("POST", "jobs", {"notebook": notebook, **more})["id"])

    def final(self, id: str) -> dict[str, Any]:
        """Return the job once it has completed."""
        while (job := self.ask("GET", f"jobs/{id}"))["status"] not in FINAL:
            time.sleep(_LOOK_SECONDS)
        assert job["status"] == "COMPLETED", job["message"]
        return dict(job)

    def run(self, notebook: str) -> float:
        """Return the seconds from the submission of a job to its final status."""
        begun = time.perf_counter()
        self.final(self.submit(notebook))
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
