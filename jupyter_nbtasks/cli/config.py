"""The settings that this person's server has, read from its config files but without a server."""

from __future__ import annotations

from pathlib import Path

from jupyter_core.application import JupyterApp

from ..settings import Settings

# A later file wins: what the server's own says overrules what the extension's says.
_FILES = ("jupyter_nbtasks_config", "jupyter_server_config")


class NbTasksApp(Settings, JupyterApp):
    """The extension's settings; they stand in config files under this name.

    The extension itself is not imported, as jupyter_server takes seconds.
    """

    def read(self) -> None:
        """Read the config files; exits where a setting is wrong, once it has said which."""
        for name in _FILES:
            self.config_file_name = name
            self.load_config_file()

    def root_on(self, folder: Path) -> str:
        """Return what the root of a server on *folder* is called."""
        return self.root_name or str(folder)
