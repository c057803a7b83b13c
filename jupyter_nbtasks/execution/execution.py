"""The execution of a notebook on its kernel, wherever that is done: here or in another process."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from .events import ExecutionState, FinalState
from .frames import Frame
from .kernel_messages import KernelInfo


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be known of a job: which *attempt* it is, and how much output is kept of it.

    *code* is run before the notebook, which does not see that.
    """

    attempt: int
    max_output_characters: int
    code: str | None = None


class Stream(Protocol):
    """What happens in an attempt at a job, frame by frame, for any number of viewers."""

    @property
    def is_over(self) -> bool:
        """Whether nothing follows."""

    async def read(self, seq: int | None) -> list[Frame]:
        """Return what a viewer who has seen frame *seq* needs next: the state where that is too
        long ago or None, nothing if there is no more; of much, the beginning.
        """

    async def more(self, seq: int) -> None:
        """Wait until there is more than frame *seq*, or the end."""

    def watched(self) -> AbstractContextManager[None]:
        """Say that it is read inside this context."""

    def end(self) -> None:
        """Tell the viewers that nothing follows."""


class Execution(Protocol):
    """One notebook on one kernel; it reports events as they happen.

    Call `ready` and `begin`, then `run` and, however that ended, `finish`; `close` whatever
    happened. In another process, each raises ExecutionLost once that process is gone.
    """

    @property
    def stream(self) -> Stream:
        """What happens in it; another one once it has begun."""

    async def ready(self, seconds: float) -> KernelInfo:
        """Wait until the kernel answers; return its kernel_info.

        Raises KernelDied, or KernelNotReady after *seconds*.
        """

    async def begin(self, hash: str) -> ExecutionState:
        """Take the stored notebook *hash* as the one to run; raises NotFound."""

    async def run(self) -> None:
        """Run the code cells in order; return early if one of them exits as a success.

        Raises CellFailed, KernelDied or Stopped, after everything printed was reported.
        """

    def stop(self) -> None:
        """Begin no further cell; the one that runs goes on."""

    async def finish(self) -> FinalState:
        """Store the executed notebook; raises Unavailable or OSError."""

    def close(self) -> None:
        """Let go of the kernel, which lives on."""
