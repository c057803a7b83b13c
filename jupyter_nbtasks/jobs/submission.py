"""From a request to a submitted job: read, check, freeze, store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from ..contents.file_ids import R
from ..contents.notebook_files import Contents
from ..contents.paths import clean
from ..errors import Conflict, InvalidRequest, NotFound
from ..ids import new_id
from ..kernels.environments import Environments
from ..kernels.launcher import Kernels
from ..kernels.model import KernelSpec
from ..notebooks import ipynb, parameters_cell
from ..parameters.model import check
from ..storage.blobs import Blobs
from ..storage.digest import digest
from .idempotency import same_request
from .model import Job, Trigger
from .output_path import expand
from .policy import Policy
from .requests import JobOptions
from .sql.store import JobStore

# These hold for one submission only: a job that is run again has not been promised them.
ONCE = {"expected_hash", "idempotency_key"}


@dataclass(kw_only=True)
class Source:
    """The notebook to run: its bytes, and the file that they come from, if any.

    *snapshot_id* is the snapshot that has them, if any.
    What was found out about it serves all the jobs that are made of it: *fits* are the kernels on
    which it runs, by what was asked for, *frozen* is its blob once it is stored.
    """

    data: bytes
    path: str | None = None
    item_id: str | None = None
    fits: dict[str, KernelSpec] = field(default_factory=dict, init=False)
    frozen: str | None = field(default=None, init=False)
    snapshot_id: str | None = None

    @cached_property
    def hash(self) -> str:
        """SHA-256, as Contents gives it and ``expected_hash`` takes it."""
        return digest(self.data)

    @cached_property
    def _parsed(self) -> tuple[Any, list[str]]:
        return ipynb.parse(self.data)

    async def parsed(self) -> tuple[Any, list[str]]:
        """Return the notebook in the bytes, to look at, and warnings of what was repaired.

        Raises NotebookInvalid; a large one does not hold up the loop.
        """
        if "_parsed" not in vars(self):
            await asyncio.to_thread(lambda: self._parsed)
        return self._parsed


@dataclass(frozen=True, kw_only=True)
class Submitter:
    """On whose behalf a job is submitted, by what; *server* is the only one that may run it.

    *sees_all* says that they may run what is private to others, too. *schedule_id* and
    *nominal_time* are those of the occurrence that the job is, if it is one. *environment* is the
    one to run in, for a kernel of that name; without it, that of this server.
    """

    owner: str
    trigger: Trigger
    server: str | None = None
    sees_all: bool = False
    schedule_id: str | None = None
    nominal_time: datetime | None = None
    environment: str | None = None


class Submission:
    """Makes jobs of requests; whatever is refused is refused before anything is stored."""

    def __init__(
        self,
        *,
        store: JobStore,
        blobs: Blobs,
        contents: Contents,
        kernels: Kernels,
        environments: Environments,
        policy: Policy,
        root: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._contents = contents
        self._kernels = kernels
        self._environments = environments
        self._policy = policy
        self._root = root
        self._now = now

    async def read(self, path: str) -> Source:
        """Return the notebook at the Contents *path*."""
        path = clean(path)
        data = await self._contents.read(path)
        return Source(data=data, path=path, item_id=self._contents.file_ids.id_of(path))

    def inline(self, data: bytes) -> Source:
        """Return the notebook in *data*, which has no file; raises InvalidRequest if too large."""
        self._contents.check_size("The notebook", len(data))
        return Source(data=data)

    async def find(self, path: str, item_id: str | None) -> Source:
        """Return the notebook *item_id*, which was at *path*, wherever this server moved it.

        Raises NotFound if it is gone.
        """
        if item_id is None:
            return await self.read(path)
        for place in dict.fromkeys([self._contents.file_ids.current_path(path, item_id), path]):
            try:
                return await self.read(place)
            except NotFound:
                continue
        msg = f"The notebook {path!r} is gone: it was deleted, or moved elsewhere."
        raise NotFound(msg, reason="notebook_gone")

    def followed(self, ref: R) -> R:
        """Return *ref* with its notebook where this server moved it, as far as is known."""
        return self._contents.file_ids.followed(ref)

    async def inspect(self, data: bytes) -> tuple[str, parameters_cell.Inspection]:
        """Return the name of the kernel for the notebook in *data*, and its parameters.

        They can be read where the kernel is not installed; a warning says so.
        """
        notebook, repairs = await asyncio.to_thread(ipynb.parse, data)
        name = ipynb.kernel_name(notebook) or self._kernels.default_name
        language, missing = ipynb.language(notebook) or "python", []
        try:
            language = (await self._kernels.spec(name)).language
        except InvalidRequest as error:
            missing = [str(error)]
        inspection = await asyncio.to_thread(parameters_cell.inspect, notebook, name, language)
        return name, replace(inspection, warnings=[*repairs, *missing, *inspection.warnings])

    async def submit(self, options: JobOptions, source: Source, by: Submitter) -> Job:
        """Store a job that runs *source* as *options* say.

        Raises Conflict where the file is not the expected one, or the idempotency key belongs to
        another request; the same key with the same request gives the first job again.
        """
        asked = options.model_dump(mode="json")
        request_hash = _hash(asked, source)
        if options.idempotency_key is not None:
            first = await self._store.find_key(by.owner, options.idempotency_key)
            if first is not None:
                return same_request(first, request_hash)
        if options.expected_hash not in (None, source.hash):
            name = repr(source.path) if source.path else "The notebook"
            msg = f"{name} is not what you saw: it was saved since. Look again and repeat."
            raise Conflict(msg, reason="hash_differs")
        stored = await self._store.add(await self.prepare(options, source, by))
        return same_request(stored, request_hash)

    async def check(
        self, options: JobOptions, source: Source, environment: str | None = None
    ) -> str | None:
        """Refuse what `prepare` would, for *environment*; return the one that the job would get.

        Raises InvalidRequest.
        """
        spec = await self._kernel(options, source, environment)
        await self._output_path(options, source, new_id(self._now()))
        return await self._environments.store.keep(spec)

    async def kernel(
        self, name: str | None, source: Source, environment: str | None = None
    ) -> KernelSpec:
        """Return the kernel *name*, or else the one for *source*; raises InvalidRequest.

        It is that of *environment*, if that is called so, and else this server's.
        """
        notebook, _repairs = await source.parsed()
        named = name or ipynb.kernel_name(notebook)
        return await self._environments.kernel(named, environment)

    async def prepare(self, options: JobOptions, source: Source, by: Submitter) -> Job:
        """Return the job that runs *source* as *options* say, its input frozen, but not stored.

        Raises InvalidRequest.
        """
        spec = await self._kernel(options, source, by.environment)
        now = self._now()
        id = new_id(now)
        request = options.model_dump(mode="json", exclude=ONCE)
        if options.cell_timeout is None:
            request["cell_timeout"] = self._policy.default_cell_timeout
        output_path = await self._output_path(options, source, id)
        _notebook, repairs = await source.parsed()
        return Job(
            id=id,
            root=self._root,
            owner=by.owner,
            name=_name(options, source),
            notebook=source.path,
            item_id=source.item_id,
            input_hash=await self._freeze(source),
            kernel_name=spec.name,
            environment=await self._environments.store.keep(spec),
            parameters=options.parameters,
            request=request,
            created_at=now,
            max_attempts=options.max_attempts,
            priority=options.priority,
            timeout=options.timeout or self._policy.default_timeout,
            tags=options.tags,
            trigger=by.trigger,
            batch_id=options.batch_id,
            output_path=output_path,
            idempotency_key=options.idempotency_key,
            request_hash=_hash(options.model_dump(mode="json"), source),
            server=by.server,
            lease_until=now + timedelta(seconds=self._policy.lease) if by.server else None,
            schedule_id=by.schedule_id,
            snapshot_id=source.snapshot_id,
            input_size=len(source.data),
            nominal_time=by.nominal_time,
            warnings=repairs,
        )

    async def _kernel(
        self, options: JobOptions, source: Source, environment: str | None
    ) -> KernelSpec:
        """Return the kernel to run on; raises InvalidRequest for what would fail only there."""
        said = [options.kernel_name, options.strict, options.parameters, environment]
        asked = json.dumps(said)
        if asked not in source.fits:
            spec = await self.kernel(options.kernel_name, source, environment)
            notebook, _repairs = await source.parsed()
            await asyncio.to_thread(_try_out, notebook, options, spec)
            source.fits[asked] = spec
        return source.fits[asked]

    async def _freeze(self, source: Source) -> str:
        if source.frozen is None:
            source.frozen = await self._blobs.put(source.data)
        return source.frozen

    async def _output_path(self, options: JobOptions, source: Source, id: str) -> str | None:
        """Return where to write the output of job *id* too, if that was asked for."""
        if options.output_path is None:
            return None
        name, local = _name(options, source), self._now().astimezone()
        path = expand(options.output_path, id, name, options.parameters, local)
        await self._contents.check_target(path)
        return path


def _try_out(notebook: Any, options: JobOptions, spec: KernelSpec) -> None:
    inspection = parameters_cell.inspect(notebook, spec.name, spec.language)
    parameters_cell.check_names(options.parameters, spec.language)
    check(inspection.parameters, options.parameters, strict=options.strict)
    parameters_cell.fill_in(
        notebook, options.parameters, inspection.parameters, spec.name, spec.language
    )


def _name(options: JobOptions, source: Source) -> str:
    return options.name or PurePosixPath(source.path or "notebook").stem


def _hash(asked: dict[str, Any], source: Source) -> str:
    """Return what tells two requests apart; the file may change between them."""
    content = source.hash if source.path is None or source.snapshot_id else None
    said = [asked, source.path, content]
    return digest(json.dumps(said, sort_keys=True).encode())
