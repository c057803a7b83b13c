"""Kernels one of whose ports another process takes."""

from __future__ import annotations

import socket
from typing import ClassVar

import pytest
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager


class Crowded(ServerKernelManager):
    """The port on which the kernel is to publish is taken once Jupyter has chosen it.

    That happens to one, after *spared* others.
    """

    spared = 0
    taken: ClassVar[list[socket.socket]] = []

    async def _async_pre_start_kernel(self, **given):
        begun = await super()._async_pre_start_kernel(**given)
        if Crowded.spared:
            Crowded.spared -= 1
        elif not self.taken:
            self.taken.append(socket.create_server((self.ip, self.iopub_port)))
        return begun


@pytest.fixture
def crowded(jp_server_config):
    """The class of the kernels of the server, which is to be configured with *jp_server_config*."""
    name = f"{__name__}.{Crowded.__name__}"
    jp_server_config["AsyncMappingKernelManager"] = {"kernel_manager_class": name}
    yield Crowded
    Crowded.spared = 0
    while Crowded.taken:
        Crowded.taken.pop().close()
