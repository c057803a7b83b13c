"""From a notebook to what a tool runs: its snapshot, its inputs, whether it can run here."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import FieldError, Forbidden, InvalidRequest, NotFound
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
        try:
            source = await self._submission.find(path, item_id)
            await source.parsed()
        except (NotFound, Forbidden, InvalidRequest) as error:
            wrong = [FieldError("notebook", str(error))]
            raise InvalidRequest(str(error), reason=error.reason, errors=wrong) from error
        return source

    async def pinned(self, tool: Tool) -> Source:
        """Return the notebook that *tool* runs, where its file is now."""
        return Source(
            data=await self._blobs.get(tool.hash),
            path=self.place(tool),
            item_id=tool.item_id,
            snapshot_id=tool.snapshot_id,
        )

    def place(self, tool: Tool) -> str:
        """Return where the file of *tool* is, as far as is known."""
        return self._submission.place(tool.notebook, tool.item_id)

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
