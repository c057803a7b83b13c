"""Runs the cells of one notebook on one kernel and reports what happens, event by event.

Plain cells in, plain events out (`events.py` has them): the executor knows neither files nor
stores, so that it can live in a process of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from .connection import Connection, KernelDied, KernelNotReady
from .document import Cell
from .events import CellFinished, CellStatus, ExecutorEvent
from .kernel_messages import Content, ExecuteReply, KernelInfo, Message
from .message_cleaner import UNREADABLE, MessageCleaner
from .messages import MessageReader
from .receiver import Receiver
from .widgets import Widgets

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient

_MAX_TRACEBACK = 100_000
_MAX_ENAME = 1_000

_log = logging.getLogger(__name__)

__all__ = ["CellFailed", "Executor", "KernelDied", "KernelNotReady", "Stopped"]


@dataclass(eq=False)
class CellFailed(Exception):
    """The code of the cell at *index* raised, and was not allowed to."""

    index: int
    ename: str
    evalue: str
    traceback: list[str]

    def __str__(self) -> str:
        return f"Cell {self.index} failed with {self.ename}: {self.evalue}"


class Stopped(Exception):
    """There were more cells to run when `Executor.stop` was called."""


class Executor:
    """One notebook on one kernel.

    *client* has the interface of jupyter_client's AsyncKernelClient, its channels not started;
    *report* is given each event; *is_alive* says whether the kernel still exists, *is_full*
    whether there is no room for more that is printed.
    Call `ready`, then `run` once, and `close` whatever happened.
    """

    def __init__(
        self,
        client: AsyncKernelClient,
        report: Callable[[ExecutorEvent], None],
        is_alive: Callable[[], Awaitable[bool]],
        is_full: Callable[[], bool] = lambda: False,
    ) -> None:
        self._report = report
        self._is_full = is_full
        self._cleaner = MessageCleaner()
        receiver = Receiver(self._leaves_out)
        self._connection = Connection(client, self._hear, is_alive, receiver, self._cleaner)
        self._widgets = Widgets(self._cleaner)
        self._reader = MessageReader(self._widgets)
        self._raised: Content = {}  # what the cell that runs published as its error
        self._is_stopped = False

    @property
    def warnings(self) -> list[str]:
        """What was left out of what the kernel sent, a sentence for each kind."""
        return self._cleaner.warnings

    async def ready(
        self,
        timeout: float,  # noqa: ASYNC109
        code: str | None = None,
    ) -> KernelInfo:
        """Wait until the kernel answers and publishes, and *code* is run; return its kernel_info.

        Raises KernelDied, or KernelNotReady after *timeout* seconds.
        """
        return await self._connection.open(timeout, code)

    async def run(self, cells: Sequence[Cell]) -> None:
        """Run the code cells in order; return early if one of them exits as a success.

        Raises CellFailed, KernelDied or Stopped, after everything printed was reported.
        """
        try:
            async with self._connection.listening():
                for index, cell in enumerate(cells):
                    if cell["cell_type"] == "code" and not await self._run_cell(index, cell):
                        return
        finally:
            if state := self._widgets.state():
                self._report({"type": "widget_state", "state": state})

    def stop(self) -> None:
        """Begin no further cell; the one that runs goes on."""
        self._is_stopped = True

    def close(self) -> None:
        """Stop the channels; the kernel lives on."""
        self._connection.close()

    async def _run_cell(self, index: int, cell: Cell) -> bool:
        """Return whether the run goes on after this cell."""
        # On disk a source may be a list of lines.
        source, tags = "".join(cell["source"]), cell.get("metadata", {}).get("tags", [])
        if not source.strip() or "skip-execution" in tags:
            self._report_finished(index, "skipped", None)
            return True
        if self._is_stopped:
            raise Stopped(f"The run was stopped before cell {index}.")
        may_fail = "raises-exception" in tags
        began = time.monotonic()
        self._report({"type": "cell_started", "cell": index, "at": time.time()})
        try:
            reply = await self._execute(index, source, may_fail)
        except KernelDied as error:
            self._report_finished(index, "failed", began)
            raise KernelDied(index, error.message) from None
        failed = reply["status"] != "ok" and (may_fail or not _exits(reply))
        self._report_finished(index, "failed" if failed else "completed", began)
        if failed and not may_fail:
            raise _failure(index, reply)
        return failed or not _exits(reply)

    async def _execute(self, index: int, source: str, may_fail: bool) -> ExecuteReply:
        request = self._connection.send_code(source, stop_on_error=not may_fail)
        self._reader.begin(index, request.msg_id)
        self._raised = {}
        reply = self._judged(index, await self._connection.answer(request))
        # Not while a reply is due: sending may swallow the socket's wake-up for it.
        for update in self._widgets.take_updates():
            self._connection.send_comm(update.content, update.parent_header)
        return reply

    def _leaves_out(self) -> bool:
        """Return whether what is printed next would be reported in vain."""
        return self._is_full() and not self._reader.is_diverted

    def _hear(self, message: Message) -> None:
        if message["header"]["msg_type"] == "error":
            self._raised = message["content"]
        try:
            events = self._reader.read(message)
        except Exception:
            # No message of a kernel is to end a run, not even one that nobody has thought of.
            _log.exception("A message of the kernel was not understood")
            self._cleaner.warn(UNREADABLE)
            return
        for event in events:
            self._report(event)

    def _judged(self, index: int, reply: ExecuteReply) -> ExecuteReply:
        """Return *reply*, or what the outputs say where the kernel does not say it."""
        if reply["status"]:
            return reply
        if self._raised:
            return cast("ExecuteReply", {"status": "error", **self._raised})
        self._cleaner.warn(
            f"The kernel did not say how cell {index + 1} ended; since it showed no error, "
            "the cell counts as completed."
        )
        return {"status": "ok"}

    def _report_finished(self, index: int, status: CellStatus, began: float | None) -> None:
        finished: CellFinished = {
            "type": "cell_finished",
            "cell": index,
            "at": time.time(),
            "status": status,
            "seconds": None if began is None else time.monotonic() - began,
        }
        self._report(finished)


def _exits(reply: ExecuteReply) -> bool:
    """Return whether the cell asked for the end of the run, as a success."""
    if reply["status"] == "ok":
        return any(item.get("source") == "ask_exit" for item in reply.get("payload", []))
    return reply.get("ename") == "SystemExit" and reply.get("evalue") in ("", "0", "None")


def _failure(index: int, reply: ExecuteReply) -> CellFailed:
    if "ename" not in reply:
        return CellFailed(index, "Aborted", "The kernel did not execute this cell.", [])
    traceback, room = [], _MAX_TRACEBACK
    for line in reply["traceback"]:
        traceback.append(line[:room])
        room = max(0, room - len(line))
    ename, evalue = reply["ename"][:_MAX_ENAME], reply["evalue"][:_MAX_TRACEBACK]
    return CellFailed(index, ename, evalue, traceback)
