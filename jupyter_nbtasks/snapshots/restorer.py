"""Puts notebooks back as they were, and makes new ones of what was kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..caller import Caller
from ..contents.notebook_files import Contents, check_hash
from ..contents.paths import clean
from ..errors import Conflict, NotFound, invalid_field
from ..storage.blobs import Blobs
from ..storage.digest import digest
from .keeper import Keeper, NewSnapshot
from .model import Snapshot, SnapshotKind
from .requests import RestoreRequest


@dataclass(frozen=True, kw_only=True)
class Restored:
    """A notebook that was put back: where it is, its hash, and what was kept of it before."""

    path: str
    hash: str
    preserved: Snapshot | None = None


class Restorer:
    """Writes snapshots into Contents; never over what nobody looked at, kept or gave up."""

    def __init__(self, keeper: Keeper, blobs: Blobs, contents: Contents) -> None:
        self._keeper = keeper
        self._blobs = blobs
        self._contents = contents

    async def restore(
        self, snapshot: Snapshot, request: RestoreRequest, caller: Caller
    ) -> Restored:
        """Put the notebook back, byte for byte, once what is there is kept.

        Raises Conflict where the file is not the expected one, or is saved meanwhile; then, and
        where what is there cannot be kept, nothing is written.
        """
        document, path = await self._blobs.get(snapshot.hash), snapshot.path
        await self._contents.check_target(path)
        there = await self._there(path)
        was = None if there is None else await asyncio.to_thread(digest, there)
        check_hash(path, was or "", request.expected_hash)
        given_up = there
        if request.content is not None:
            given_up = await self._keeper.as_saved(request.content)
        preserved = None
        if given_up is not None and given_up != document and self._preserves(request):
            preserved = await self._keeper.keep(_before_restore(path, given_up, request, caller))
        if was == snapshot.hash:
            return Restored(path=path, hash=was, preserved=preserved)
        return await self._put_back(path, document, was, preserved)

    async def save_as(self, snapshot: Snapshot, path: str) -> tuple[str, str | None]:
        """Make a new notebook at *path*; return that and its item id.

        Raises InvalidRequest for a path that is not a notebook's, Conflict if there is a file.
        """
        path = clean(path)
        if not path.endswith(".ipynb"):
            msg = f"A notebook's name ends in .ipynb, not as in {path!r}."
            raise invalid_field("path", msg)
        await self._contents.check_target(path)
        await self._contents.replace(path, await self._blobs.get(snapshot.hash), was=None)
        return path, self._contents.file_ids.id_of(path)

    def _preserves(self, request: RestoreRequest) -> bool:
        default = self._keeper.policy.before_restore
        return default if request.preserve is None else request.preserve

    async def _there(self, path: str) -> bytes | None:
        try:
            return await self._contents.read(path)
        except NotFound:
            return None

    async def _put_back(
        self, path: str, document: bytes, was: str | None, preserved: Snapshot | None
    ) -> Restored:
        try:
            hash = await self._contents.replace(path, document, was=was)
        except Conflict:
            # The file was saved in this moment, and is not overwritten: nothing was given up.
            if preserved is not None:
                await self._keeper.drop(preserved)
            raise
        return Restored(path=path, hash=hash, preserved=preserved)


def _before_restore(path: str, data: bytes, request: RestoreRequest, caller: Caller) -> NewSnapshot:
    return NewSnapshot(
        path=path,
        data=data,
        owner=caller.name,
        kind=SnapshotKind.RESTORE,
        name=request.name,
        description=request.description,
    )
