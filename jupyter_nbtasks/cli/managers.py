"""Jupyter's managers for a command: as a server on the same folder would have them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from ..assembly.ground import Managers
from ..kernels.kernel import kernel_pid
from ..kernels.processes import KernelProcesses, kill

_NOISE_LINES = 20


class LocalKernels(AsyncMappingKernelManager):
    """Keeps what kernel processes themselves print out of our terminal, in the file *noise*."""

    noise: IO[bytes]

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Start a kernel as a server would."""
        streams = {"stdout": self.noise, "stderr": self.noise}
        return str(await super().start_kernel(**streams | options))

    def last_noise(self) -> list[str]:
        """Return the last lines that kernel processes printed."""
        self.noise.seek(0)
        return self.noise.read().decode(errors="replace").splitlines()[-_NOISE_LINES:]

    def kill_all(self) -> None:
        """Kill every kernel and what it started, without waiting for anything."""
        for id in self.list_kernel_ids():
            if pid := kernel_pid(self.get_kernel(id)):
                with suppress(ProcessLookupError):
                    kill(KernelProcesses(pid).family(detached=True))


def local_managers(root: Path, config: Any) -> Managers:
    """Return Jupyter's managers for the files below *root*, as a server there would have them."""
    kernels = _kernels(root, config)
    return Managers(
        contents=AsyncLargeFileManager(root_dir=str(root), allow_hidden=True),
        kernels=kernels,
        kernel_specs=kernels.kernel_spec_manager,
    )


def _kernels(root: Path, config: Any) -> LocalKernels:
    folder = Path(jupyter_runtime_dir())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings: dict[str, Any] = {
        "kernel_spec_manager": KernelSpecManager(config=config),
        "connection_dir": str(folder),
        "root_dir": str(root),
        "config": config,
    }
    return LocalKernels(**settings)  # type: ignore[no-untyped-call]
