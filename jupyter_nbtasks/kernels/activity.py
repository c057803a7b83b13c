"""What the server knows of the activity of a job's kernel: told by us, not read off its socket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


class Activity:
    """The activity of kernel *id* of *kernels*, a MappingKernelManager that lists and culls it.

    By itself the server receives, on its loop, all that a kernel publishes, to see from it when
    it was last active. Does nothing where *kernels* offers no way to stop that.
    """

    def __init__(self, kernels: Any, id: str) -> None:
        self._kernels = kernels
        self._id = id
        self._is_ours = False

    def take_over(self) -> None:
        """Have the server watch no longer, and tell it from here on; the kernel is ready."""
        if hasattr(self._kernels, "stop_watching_activity") and self._id in self._kernels:
            self._kernels.stop_watching_activity(self._id)
            self._is_ours = True
            self.tell("idle")

    def tell(self, state: str | None = None) -> None:
        """Note that the kernel was active just now; *state* is ``busy`` or ``idle`` if it turned.

        A kernel that is busy is culled only by a server that culls busy ones.
        """
        if not self._is_ours or self._id not in self._kernels:
            return
        kernel, now = self._kernels.get_kernel(self._id), datetime.now(UTC)
        self._kernels.last_kernel_activity = kernel.last_activity = now
        if state is not None:
            kernel.execution_state = state

    def give_back(self) -> None:
        """Have the server watch again: nothing more is told of the kernel."""
        if self._is_ours and self._id in self._kernels:
            self._kernels.start_watching_activity(self._id)
        self._is_ours = False
