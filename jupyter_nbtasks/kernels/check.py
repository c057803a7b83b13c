"""Starts a kernel to see whether it does."""

from __future__ import annotations

from ..execution.executor import Executor, KernelDied, KernelNotReady
from .launcher import Kernels, KernelStartFailed


async def fault_of(kernels: Kernels, name: str, seconds: float) -> str | None:
    """Start kernel *name*, wait up to *seconds* for its answer, end it; return what went wrong."""
    try:
        kernel = await kernels.start(name, "", {}, seconds)
    except KernelStartFailed as error:
        return str(error)
    executor = Executor(kernel.client(), lambda event: None, kernel.is_alive)
    try:
        await executor.ready(seconds)
    except (KernelDied, KernelNotReady) as error:
        return f"{error}."
    finally:
        executor.close()
        await kernel.kill()
    return None
