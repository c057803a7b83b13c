"""From a notebook to what a tool runs: its snapshot, its inputs, whether it can run here."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import at_field
from ..jobs.submission import Source, Submission
from ..snapshots.keeper import Keeper, NewSnapshot
from ..snapshots.model import Snapshot, SnapshotKind
from ..storage.blobs import Blobs
from .fields import inputs_of
from .model import Input, Tool
from .requests import InputOptions


class ToolPublisher:
    """Takes snapshots of notebooks for tools, and reads them."""

    def __init__(self, submission: Submission, keeper: Keeper, blobs: Blobs) -> None:
        self._submission = submission
        self._keeper = keeper
        self._blobs = blobs

    async def read(self, path: str, item_id: str | None) -> Source:
        """Return the notebook as it is now; raises InvalidRequest."""
        with at_field("notebook"):
            source = await self._submission.find(path, item_id)
            await source.parsed()
        return source

    async def pinned(self, tool: Tool) -> Source:
        """Return the notebook that *tool* runs, where its file is now."""
        return Source(
            data=await self._blobs.get(tool.hash),
            path=self.followed(tool).notebook,
            item_id=tool.item_id,
            snapshot_id=tool.snapshot_id,
        )

    def followed(self, tool: Tool) -> Tool:
        """Return *tool* with its notebook where this server moved it."""
        return self._submission.followed(tool)

    async def inputs(
        self, source: Source, said: Mapping[str, InputOptions], kernel_name: str | None
    ) -> list[Input]:
        """Return what a tool takes that runs *source* on that kernel; raises InvalidRequest."""
        await self._submission.kernel(kernel_name, source)
        _, inspection = await self._submission.inspect(source.data)
        return inputs_of(inspection.parameters or [], said)

    async def keep(self, source: Source, owner: str) -> Snapshot:
        """Return a snapshot of *source*, that of an earlier tool if it is the same."""
        path = str(source.path)
        new = NewSnapshot(path=path, data=source.data, owner=owner, kind=SnapshotKind.TOOL)
        return await self._keeper.keep_version(new)
