"""Where an executed notebook goes besides the job itself: to a path, back into its source."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

from ...contents.notebook_files import Contents
from ...errors import Conflict, NbTasksError, NotFound
from ...notebooks import ipynb, parameters_cell
from ...snapshots.keeper import Keeper, NewSnapshot
from ...snapshots.model import SnapshotKind
from ...storage.blobs import Blobs
from ...storage.digest import digest
from ..model import Job
from ..sql.store import JobStore

_CHANGED = "has changed since the job was submitted"


class OutputDelivery:
    """Writes executed notebooks into Contents, and never over what somebody edited."""

    def __init__(self, contents: Contents, store: JobStore, blobs: Blobs, keeper: Keeper) -> None:
        self._contents = contents
        self._store = store
        self._blobs = blobs
        self._keeper = keeper

    async def deliver(self, job: Job, *, completed: bool) -> Job:
        """Write the output of *job* where it asks for and return the job with what came of it.

        The source is updated only by a run that *completed*: a failed one would replace good
        outputs by bad. Raises an NbTasksError or OSError if a file cannot be written.
        """
        updates = completed and job.request.get("update_notebook") and job.notebook
        if not (job.output_path or updates):
            return job
        document = await self._blobs.get(str(job.output_hash))
        if not job.request.get("save_parameters", True):
            document = await asyncio.to_thread(_without_injected, document)
        if job.output_path:
            job = await self._write(job, job.output_path, document)
        if updates:
            job = await self._update(job, str(job.notebook), document)
        return job

    async def _write(self, job: Job, path: str, document: bytes) -> Job:
        there = await self._contents.hash(path)
        if there is None or await self._store.has_saved(path, there):
            # It may be edited while we look who wrote it.
            with suppress(Conflict):
                saved = await self._contents.replace(path, document, was=there, is_ours=True)
                return replace(job, saved_hash=saved)
        beside = _beside(path, job)
        saved = await self._contents.write_notebook(beside, document)
        warning = (
            f"{path!r} is not an output of ours, or was edited since, and was left alone; "
            f"the output was written to {beside!r}."
        )
        job = replace(job, output_path=beside, saved_hash=saved)
        return replace(job, warnings=[*job.warnings, warning])

    async def _update(self, job: Job, path: str, document: bytes) -> Job:
        try:
            there = await self._contents.read(path)
        except NotFound:
            return await self._write_beside(job, path, document, _CHANGED)
        if await asyncio.to_thread(digest, there) != job.input_hash:
            return await self._write_beside(job, path, document, _CHANGED)
        if complaint := await self._unkept(job, path, there):
            why = f"could not be kept as a snapshot ({complaint})"
            return await self._write_beside(job, path, document, why)
        try:
            await self._contents.replace(path, document, was=job.input_hash, is_ours=True)
        except Conflict:
            return await self._write_beside(job, path, document, _CHANGED)
        return job

    async def _write_beside(self, job: Job, path: str, document: bytes, why: str) -> Job:
        beside = _beside(path, job)
        await self._contents.write_notebook(beside, document)
        warning = f"{path!r} {why} and was left alone; the output was written to {beside!r}."
        return replace(job, warnings=[*job.warnings, warning])

    async def _unkept(self, job: Job, path: str, there: bytes) -> str | None:
        """Keep what is *there*, if that is wanted; return why that could not be done."""
        if not self._keeper.policy.before_update:
            return None
        new = NewSnapshot(
            path=path,
            data=there,
            owner=job.owner,
            kind=SnapshotKind.UPDATE,
            description=f"Before job {job.id} wrote its outputs.",
        )
        try:
            await self._keeper.keep_version(new)
        except (NbTasksError, OSError) as error:
            return str(error)
        return None


def _without_injected(document: bytes) -> bytes:
    return ipynb.write(parameters_cell.without_injected(json.loads(document)))


def _beside(path: str, job: Job) -> str:
    return f"{path.removesuffix('.ipynb')}-{job.id}.ipynb"
