"""A real server with our extension, in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from types import SimpleNamespace
from urllib.error import URLError

import nbformat
import psutil

from .conftest import FINAL, texts

TOKEN = "crash"


class Server:
    """A server on *root*; all that are below one *home* share their database.

    *settings* are of the extension; *env* is added to the environment. One that
    *is_open* asks nobody who they are. It runs on the interpreter *python*, and is waited for
    until *awaited* is answered.
    """

    def __init__(
        self,
        home,
        root,
        *,
        env=None,
        is_open=False,
        python=sys.executable,
        awaited="config",
        **settings,
    ):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folders = {name: home / name.lower() for name in ("DATA", "RUNTIME", "CONFIG")}
        ours = {f"JUPYTER_{name}_DIR": str(path) for name, path in folders.items()}
        env = os.environ | ours | {"IPYTHONDIR": str(home / "ipython")} | (env or {})
        flags = ["--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1"]
        flags += [f"--ServerApp.port={port}", f"--ServerApp.root_dir={root}"]
        flags += [f"--IdentityProvider.token={'' if is_open else TOKEN}"]
        flags += [f"--ServerApp.disable_check_xsrf={is_open}"]
        # A kernel that waits for its job would be counted with those of jobs.
        settings = {"max_concurrent_jobs": 1, "warm_kernels": 0} | settings
        flags += [f"--NbTasksApp.{name}={value}" for name, value in settings.items()]
        flags += [f"--NbTasksApp.data_dir={home / 'nbtasks'}"]
        # The other one looks for its programs by processes, which are taken for kernels.
        for extension in ("jupyter_nbtasks=True", "jupyter_lsp=False"):
            flags.append(f"--ServerApp.jpserver_extensions={extension}")
        self.base = f"http://127.0.0.1:{port}"
        self.url = f"{self.base}/nbtasks/api"
        self.log_file = home / f"{port}.log"
        self._log = self.log_file.open("wb")
        self.process = subprocess.Popen(
            [str(python), "-m", "jupyter_server", *flags], env=env, cwd=root, stderr=self._log
        )
        self._wait_until_it_answers(awaited)

    def __call__(self, method, path, body=None):
        """The JSON of an answer; a *path* that begins with a slash is one of Jupyter's own."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        url = f"{self.base}{path}" if path.startswith("/") else f"{self.url}/{path}"
        request = urllib.request.Request(url, sent, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def submit(self, notebook, **fields):
        return self("POST", "jobs", {"notebook": notebook, **fields})["id"]

    def until(self, reached):
        """Wait until ``reached()`` is something, and return that."""
        while not (found := reached()):
            assert self.process.poll() is None, "the server ended"
            time.sleep(0.05)
        return found

    def ended(self, id):
        job = self.until(lambda: (job := self("GET", f"jobs/{id}"))["status"] in FINAL and job)
        return SimpleNamespace(**job)

    def output(self, id):
        document = json.dumps(self("GET", f"jobs/{id}/output"))
        return texts(nbformat.reads(document, as_version=4))

    def sees_both_prints(self, id):
        """Whether the partial output of job *id* has what both cells printed so far."""
        has_output = self("GET", f"jobs/{id}")["kernel_id"] is not None
        return has_output and self.output(id) == ["first\n", "second\n"]

    def kernels(self):
        """The processes below it, but for those that it has itself for its own work."""
        server = psutil.Process(self.process.pid)
        return [one for one in server.children(recursive=True) if not _works_for(server, one)]

    def end(self, number):
        """Send a signal and wait for the end; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self._log.close()
        return self.process.wait(60)

    def _wait_until_it_answers(self, awaited):
        def answers():
            with suppress(URLError, ConnectionError):
                return self("GET", awaited)

        self.until(answers)


def _works_for(server, process):
    """Whether *server* gave that process its code itself, as it does for no kernel."""
    with suppress(psutil.NoSuchProcess):
        return process.ppid() == server.pid and "-c" in process.cmdline()[:3]
    return False
