"""A notebook executed on its kernel: outputs put together, bounded, kept, and the document written.

Plain data in, plain data out, so that it can be done in another process (remote.py).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..storage.blobs import Blobs
from . import document
from .executor import Executor
from .journal import Journal
from .messages import Event
from .outputlimit import OutputLimit
from .stream import JobStream
from .transcript import Transcript

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient

_MAX_RESULTS_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be known of a job: which *attempt* it is, and how much output is kept of it.

    *code* is run before the notebook, which does not see that.
    """

    attempt: int
    max_output_characters: int
    code: str | None = None


class Execution:
    """One notebook on one kernel; *client*, *is_alive* and *report* are those of the executor.

    *report* also hears ``kept`` (see journal.py). Call `ready` and `begin`, then `run` and,
    however that ended, `finish`; `close` whatever happened.
    """

    def __init__(
        self,
        client: AsyncKernelClient,
        is_alive: Callable[[], Awaitable[bool]],
        blobs: Blobs,
        order: Order,
        report: Callable[[Event], None],
    ) -> None:
        self._executor = Executor(client, self._hear, is_alive)
        self._blobs = blobs
        self._order = order
        self._report = report
        self._limit = OutputLimit(order.max_output_characters)
        self._transcript = Transcript({"cells": []})
        self._journal = Journal(self._transcript, blobs, report)
        self._cells: list[dict[str, Any]] = []
        self._language_info: dict[str, Any] = {}
        self.stream = JobStream(order.attempt, self._transcript)

    async def ready(self, seconds: float) -> dict[str, Any]:
        """Wait until the kernel answers; return its kernel_info. Raises as Executor.ready."""
        info = await self._executor.ready(seconds, self._order.code)
        self._language_info = info.get("language_info", {})
        return info

    async def begin(self, hash: str) -> dict[str, Any]:
        """Take the stored notebook *hash* as the one to run; return its *cells* and *progress*.

        Raises NotFound.
        """
        data = await self._blobs.get(hash)
        notebook = await asyncio.to_thread(document.read, data)
        self._cells = notebook["cells"]
        self._transcript = Transcript(notebook)
        self._journal = Journal(self._transcript, self._blobs, self._report)
        self.stream = JobStream(self._order.attempt, self._transcript)
        return self._state()

    async def run(self) -> None:
        """Run the cells, and keep what they put out. Raises as Executor.run."""
        async with self._keeping():
            await self._executor.run(self._cells)

    def stop(self) -> None:
        """Begin no further cell."""
        self._executor.stop()

    async def finish(self) -> dict[str, Any]:
        """Store the executed notebook and return what is to be known of it.

        That is its *hash* and *size* in bytes, *cells* and *progress* at the end, *warnings*, and
        the *results*, None if they are too large. Raises DiskFull or OSError.
        """
        notebook = self._transcript.notebook()
        metadata = {**notebook["metadata"], "language_info": self._language_info}
        data = await asyncio.to_thread(document.write, {**notebook, "metadata": metadata})
        results: dict[str, Any] | None = self._transcript.results()
        warnings = []
        if self._limit.is_reached:
            kept = self._order.max_output_characters
            warnings.append(f"Some output was left out: {kept:,} characters of a job are kept.")
        if len(await asyncio.to_thread(json.dumps, results)) > _MAX_RESULTS_BYTES:
            results = None
            warnings.append(
                f"The results are larger than {_MAX_RESULTS_BYTES:,} bytes; "
                "they are only in the output."
            )
        hash = await self._blobs.put(data)
        facts = {"hash": hash, "size": len(data), "results": results, "warnings": warnings}
        return {**self._state(), **facts}

    def close(self) -> None:
        """Let go of the kernel, which lives on."""
        self._executor.close()

    @asynccontextmanager
    async def _keeping(self) -> AsyncIterator[None]:
        keeping = asyncio.create_task(self._journal.run_forever())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            self.stream.end()

    def _hear(self, event: Event) -> None:
        for admitted in self._limit.admit(event):
            self._journal.add(admitted)
            self.stream.add(admitted)
            self._report(admitted)

    def _state(self) -> dict[str, Any]:
        cells = [{**asdict(cell), "outputs_hash": None} for cell in self._transcript.cells()]
        return {"cells": cells, "progress": asdict(self._transcript.progress())}
