"""Says why an attempt failed, from what was raised while its notebook ran."""

from __future__ import annotations

import logging

from ...errors import DATABASE_UNAVAILABLE, InvalidRequest, NotFound, Unavailable
from ...execution.executor import CellFailed, KernelDied, KernelNotReady, Stopped
from ...execution.rpc_client import ExecutionLost
from ...kernels.kernel import JobKernel
from ...kernels.launcher import KernelStartFailed
from ..model import CellError, Failure, Job, Reason

_MAX_MESSAGE = 1_000

_REASONS: dict[type[Exception], Reason] = {
    KernelDied: Reason.KERNEL_DIED,
    KernelNotReady: Reason.KERNEL_START_FAILED,
    KernelStartFailed: Reason.KERNEL_START_FAILED,
    Stopped: Reason.TIMEOUT,
    ExecutionLost: Reason.SERVER_LOST,
    InvalidRequest: Reason.NOTEBOOK_INVALID,
    NotFound: Reason.NOTEBOOK_INVALID,
}

_log = logging.getLogger(__name__)


def failure_of(error: Exception, kernel: JobKernel | None, job: Job) -> Failure:
    """Return why an attempt at *job* failed: it ended in *error*, on *kernel* if it had one."""
    if isinstance(error, CellFailed):
        return _cell_failure(error)
    if isinstance(error, KernelDied) and kernel is not None:
        never_ran = error.index is None
        reason = Reason.KERNEL_START_FAILED if never_ran else Reason.KERNEL_DIED
        said = "\n".join(["", *kernel.last_lines()]) if never_ran else ""
        return Failure(reason=reason, message=_death(error, kernel) + said)
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return Failure(reason=reason, message=str(error))
    _log.error("Job %s could not go on", job.id, exc_info=error)
    first_line = (str(error).splitlines() or [type(error).__name__])[0][:_MAX_MESSAGE]
    message = f"The server could not go on with it: {first_line}"
    return Failure(reason=Reason.SERVER_ERROR, message=message)


def is_of_database(error: Exception) -> bool:
    """Return whether *error* is that the database cannot be reached."""
    return isinstance(error, Unavailable) and error.reason == DATABASE_UNAVAILABLE


def _death(error: KernelDied, kernel: JobKernel) -> str:
    """Say how the kernel died, as far as is known, and what it and its processes had used."""
    if not kernel.end:
        return str(error)
    peak = kernel.processes.peak_memory_bytes if kernel.processes else 0
    used = f"; it had used up to {peak / 1e6:,.0f} MB" if peak else ""
    return f"{str(error).rstrip('.')}: {kernel.end}{used}."


def _cell_failure(failed: CellFailed) -> Failure:
    error = CellError(
        cell=failed.index,
        ename=failed.ename,
        evalue=failed.evalue,
        traceback=failed.traceback,
    )
    # People count from one; *cell* of the error, for programs, is the index.
    said = [text for text in (failed.ename, failed.evalue) if text] or ["an error without a name"]
    message = ": ".join([f"Cell {failed.index + 1}", *said])[:_MAX_MESSAGE]
    return Failure(reason=Reason.CELL_ERROR, message=message, error=error)
