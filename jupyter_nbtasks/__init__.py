"""Run, parameterise and observe notebooks as jobs of a Jupyter server."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

__version__ = version("jupyter_nbtasks")


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell Jupyter Server which app to start."""
    from .app import NbTasksApp

    return [{"module": "jupyter_nbtasks", "app": NbTasksApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the built front end is."""
    return [{"src": "labextension", "dest": "jupyter-nbtasks"}]
