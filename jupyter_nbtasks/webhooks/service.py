"""What can be done with webhooks: make a receiver, change, renew, validate, delete, deliver."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from ..caller import Caller
from ..errors import Conflict, Forbidden, InvalidRequest, NotFound, again_while_stale
from ..ids import new_id
from ..jobs.model import Job
from ..rest.paging import page_of
from ..rest.schemas import read
from .delivery_runner import DeliveryRunner
from .model import Delivery, Receiver
from .payload import payload_in
from .requests import SIGNATURE_HEADERS, ReceiverChange, ReceiverQuery, ReceiverRequest
from .signatures import is_signed
from .store import ReceiverStore

# These have columns of their own.
_APART = {"name", "notebook", "secret", "disabled"}
_ENABLE = ReceiverChange.model_validate({"disabled": False})
_DISABLE = ReceiverChange.model_validate({"disabled": True})


class WebhookService:
    """Receivers of *root*, for whoever asks: a caller finds what is theirs, and nothing else."""

    def __init__(
        self, store: ReceiverStore, runner: DeliveryRunner, root: str, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._runner = runner
        self._root = root
        self._now = now
        # Nobody's secret: a delivery to a receiver that is not there is tried against it.
        self._decoy = _new_secret()

    async def create(self, request: ReceiverRequest, owner: str) -> Receiver:
        """Store a receiver; raises InvalidRequest for what could never run."""
        now = self._now()
        receiver = Receiver(
            id=new_id(now, "w"),
            root=self._root,
            owner=owner,
            name=request.name or PurePosixPath(request.notebook).stem,
            notebook=request.notebook,
            item_id=None,
            secret=request.secret or _new_secret(),
            request=request.model_dump(mode="json", exclude=_APART),
            created_at=now,
            disabled=request.disabled,
        )
        receiver = await self._runner.checked(receiver)
        await self._store.add(receiver)
        return receiver

    async def get(self, id: str, caller: Caller) -> Receiver:
        """Return receiver *id*; raises NotFound."""
        return self._runner.followed(await self._store.get(id, caller.only))

    async def page(self, query: ReceiverQuery, caller: Caller) -> tuple[list[Receiver], str | None]:
        """Return a page of receivers, newest first, and the cursor of the next one."""
        page, cursor = page_of(await self._store.page(query, caller.only), query.limit)
        return [self._runner.followed(receiver) for receiver in page], cursor

    @again_while_stale
    async def change(self, id: str, change: ReceiverChange, caller: Caller) -> Receiver:
        """Change what is given; raises InvalidRequest for what could never run."""
        given = change.model_dump(mode="json", exclude_unset=True)
        was = await self._store.get(id, caller.only)
        receiver = _changed(was, given)
        # What cannot run any more can still be disabled.
        if given.keys() - {"disabled"}:
            receiver = await self._runner.checked(receiver)
        await self._store.save(receiver, was=was)
        return self._runner.followed(receiver)

    async def enable(self, id: str, caller: Caller) -> Receiver:
        """Take deliveries again."""
        return await self.change(id, _ENABLE, caller)

    async def disable(self, id: str, caller: Caller) -> Receiver:
        """Refuse every delivery."""
        return await self.change(id, _DISABLE, caller)

    @again_while_stale
    async def renew(self, id: str, secret: str | None, caller: Caller) -> Receiver:
        """Give it another *secret*, a random one if none is given; the old one is void at once."""
        was = await self._store.get(id, caller.only)
        receiver = was.next_version(secret=secret or _new_secret())
        await self._store.save(receiver, was=was)
        return self._runner.followed(receiver)

    async def delete(self, id: str, caller: Caller) -> None:
        """Remove a receiver; its jobs stay."""
        await self._store.delete(await self._store.get(id, caller.only))

    async def validate(self, id: str, caller: Caller) -> str | None:
        """Return why a delivery could not run now, None if it could."""
        receiver = await self._store.get(id, caller.only)
        if receiver.disabled:
            return "It is disabled."
        try:
            await self._runner.checked(receiver)
        except InvalidRequest as refused:
            return str(refused)
        return None

    async def deliver(self, id: str, delivery: Delivery) -> Job | None:
        """Submit a job for *delivery*; None where its sender only tries out the address.

        Raises Forbidden for a wrong signature and for an unknown receiver alike. Why any
        other delivery is refused is noted for the owner; the sender learns no more of it if it is
        not their fault. The same delivery once more gives the first job again.
        """
        receiver = await self._store.find(id)
        secret = receiver.secret if receiver else self._decoy
        names = receiver.signature_headers if receiver else SIGNATURE_HEADERS
        is_genuine = await asyncio.to_thread(is_signed, delivery, secret, names, self._now())
        if receiver is None or not is_genuine:
            msg = "The signature is missing or wrong, or there is no such receiver."
            raise Forbidden(msg, reason="signature_refused")
        if receiver.disabled:
            msg = "This receiver is disabled."
            raise Conflict(msg, reason="disabled")
        job = None if delivery.is_ping else await self._submitted(receiver, delivery)
        await self._store.note(receiver, self._now(), None)
        return job

    async def _submitted(self, receiver: Receiver, delivery: Delivery) -> Job:
        try:
            payload = await asyncio.to_thread(payload_in, delivery)
        except InvalidRequest as refused:
            await self._store.note(receiver, self._now(), str(refused))
            raise
        try:
            return await self._runner.submit(receiver, delivery, payload)
        except (InvalidRequest, NotFound, Forbidden) as refused:
            await self._store.note(receiver, self._now(), str(refused))
            msg = "The notebook of this receiver does not take that; its owner can see why."
            raise Conflict(msg, reason="not_run") from refused
        except Conflict as refused:
            msg = "Another delivery came with this id before."
            raise Conflict(msg, reason=refused.reason) from refused


def _changed(was: Receiver, given: dict[str, Any]) -> Receiver:
    """Return *was* with what is *given*; raises InvalidRequest."""
    asked = was.request | {"name": was.name, "notebook": was.notebook, "disabled": was.disabled}
    request = read(ReceiverRequest, asked | given)
    moved = request.notebook != was.notebook
    changed = was.next_version(
        name=request.name or PurePosixPath(request.notebook).stem,
        notebook=request.notebook,
        request=request.model_dump(mode="json", exclude=_APART),
        disabled=request.disabled,
        message=None,
    )
    return replace(changed, item_id=None) if moved else changed


def _new_secret() -> str:
    """Return 32 characters that nobody guesses."""
    return secrets.token_urlsafe(24)
