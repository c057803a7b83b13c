"""The execution of a notebook in this process: its outputs are bounded, kept and written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..background import beside
from ..storage.blobs import Blobs
from . import document
from .document import Cell
from .events import Event, ExecutionState, ExecutorEvent, FinalState, KeptCell
from .execution import Order
from .executor import Executor
from .journal import Journal
from .kernel_messages import KernelInfo
from .outputlimit import OutputLimit
from .stream import JobStream
from .transcript import Transcript

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient

_MAX_RESULTS_BYTES = 1_000_000


class LocalExecution:
    """An Execution in this process.

    *client*, *is_alive* and *report* are those of the executor; *report* also hears ``kept``.
    """

    def __init__(
        self,
        client: AsyncKernelClient,
        is_alive: Callable[[], Awaitable[bool]],
        blobs: Blobs,
        order: Order,
        report: Callable[[Event], None],
    ) -> None:
        self._blobs = blobs
        self._order = order
        self._report = report
        limit = self._limit = OutputLimit(order.max_output_characters)
        self._executor = Executor(client, self._hear, is_alive, lambda: limit.is_full)
        self._transcript = Transcript({"cells": []})
        self._journal = Journal(self._transcript, blobs, report)
        self._cells: list[Cell] = []
        self._language_info: dict[str, Any] = {}
        self.stream = JobStream(order.attempt, self._transcript)

    async def ready(self, seconds: float) -> KernelInfo:
        """Wait until the kernel answers; return its kernel_info."""
        info = await self._executor.ready(seconds, self._order.code)
        self._language_info = info["language_info"]
        return info

    async def begin(self, hash: str) -> ExecutionState:
        """Take the stored notebook *hash* as the one to run; raises NotFound."""
        data = await self._blobs.get(hash)
        notebook = await asyncio.to_thread(document.read, data)
        self._cells = notebook["cells"]
        self._transcript = Transcript(notebook)
        self._journal = Journal(self._transcript, self._blobs, self._report)
        self.stream = JobStream(self._order.attempt, self._transcript)
        return self._state()

    async def run(self) -> None:
        """Run the cells, and keep their outputs."""
        try:
            async with beside(self._journal.run_forever()):
                await self._executor.run(self._cells)
        finally:
            self.stream.end()

    def stop(self) -> None:
        """Begin no further cell."""
        self._executor.stop()

    async def finish(self) -> FinalState:
        """Store the executed notebook; raises Unavailable or OSError."""
        notebook = self._transcript.notebook()
        metadata = dict(notebook["metadata"])
        if "name" in self._language_info:
            metadata["language_info"] = self._language_info
        pieces = document.write({**notebook, "metadata": metadata})
        hash, size = await self._blobs.put_written(pieces)
        results: dict[str, Any] | None = self._transcript.results()
        warnings = self._executor.warnings
        if self._limit.is_reached:
            kept = self._order.max_output_characters
            warnings.append(f"Some output was left out: {kept:,} characters of a job are kept.")
        if len(await asyncio.to_thread(json.dumps, results)) > _MAX_RESULTS_BYTES:
            results = None
            warnings.append(
                f"The results are larger than {_MAX_RESULTS_BYTES:,} bytes; "
                "they are only in the output."
            )
        return {
            **self._state(),
            "hash": hash,
            "size": size,
            "results": results,
            "warnings": warnings,
        }

    def close(self) -> None:
        """Let go of the kernel, which lives on."""
        self._executor.close()

    def _hear(self, event: ExecutorEvent) -> None:
        for admitted in self._limit.admit(event):
            self._journal.add(admitted)
            self.stream.add(admitted)
            self._report(admitted)

    def _state(self) -> ExecutionState:
        cells: list[KeptCell] = [
            {**state, "outputs_hash": None} for state in self._transcript.cells()
        ]
        return {"cells": cells, "progress": self._transcript.progress()}
