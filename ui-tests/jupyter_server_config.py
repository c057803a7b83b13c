"""The server of the UI tests: JupyterLab as Galata wants it, with a store of its own."""

from __future__ import annotations

import os
from tempfile import mkdtemp
from typing import Any

from jupyterlab.galata import configure_jupyter_server

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821

configure_jupyter_server(c)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["NBTASKS_PORT"])
c.ServerApp.allow_root = True
c.ServerApp.log_level = "ERROR"
c.NbTasksApp.data_dir = mkdtemp(prefix="nbtasks-ui-")
