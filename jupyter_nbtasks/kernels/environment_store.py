"""Keeps the environments in which jobs and schedules were made."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from ..database import Database
from ..errors import NotFound
from .model import KernelSpec
from .processes import this_machine
from .resolving import is_gone
from .tables import environments


class EnvironmentStore:
    """The environments of all roots: few, and none of them ever changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._specs: dict[str, KernelSpec] = {}
        self._ids: dict[KernelSpec, str] = {}

    async def keep(self, spec: KernelSpec) -> str | None:
        """Return the id under which *spec* is kept from now on; None if that makes none."""
        if not spec.is_environment:
            return None
        if spec not in self._ids:
            row = {"id": spec.id, "machine": this_machine(), "spec": spec.as_json()}
            # Another server may be first.
            with suppress(IntegrityError):
                await self._database.write(lambda db: db.execute(insert(environments), row))
            self._learn(spec.id, spec)
        return self._ids[spec]

    async def get(self, id: str) -> KernelSpec:
        """Return environment *id*; raises NotFound."""
        found = await self.several([id])
        if id not in found:
            msg = "The environment in which it was submitted is not known here any more."
            raise NotFound(msg, reason="environment_gone")
        return found[id]

    async def several(self, ids: Iterable[str | None]) -> dict[str, KernelSpec]:
        """Return those of the environments *ids* that are there."""
        asked = {id for id in ids if id is not None}
        if unknown := asked - self._specs.keys():
            found = select(environments.c.id, environments.c.spec)
            few = found.where(environments.c.id.in_(unknown))
            rows = await self._database.read(lambda db: db.execute(few).all())
            for id, text in rows:
                self._learn(id, KernelSpec.from_json(text))
        return {id: self._specs[id] for id in asked & self._specs.keys()}

    async def elsewhere(self) -> frozenset[str]:
        """Return the environments of other machines whose interpreter is not on this one."""
        if not self._database.is_shared:
            return frozenset()
        found = select(environments.c.id).where(environments.c.machine != this_machine())
        ids = await self._database.read(lambda db: db.execute(found).scalars().all())
        specs = await self.several(ids)
        return frozenset(id for id, spec in specs.items() if is_gone(spec))

    def _learn(self, id: str, spec: KernelSpec) -> None:
        self._specs[id] = spec
        self._ids.setdefault(spec, id)
