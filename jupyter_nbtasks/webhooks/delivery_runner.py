"""From a receiver to a job: its notebook, what is delivered to it, and whether that fits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from ..errors import at_field
from ..jobs.model import Job, Trigger
from ..jobs.service import JobService
from ..jobs.submission import Source, Submission, Submitter
from ..parameters.model import ParameterType
from .model import PAYLOAD, Delivery, Receiver
from .payload import options_for

_SAMPLES: tuple[Any, ...] = ({}, [])
_NOTHING = Delivery(headers={}, body=b"")


class DeliveryRunner:
    """Runs the notebooks of receivers, each wherever this server moved it."""

    def __init__(self, submission: Submission, jobs: JobService) -> None:
        self._submission = submission
        self._jobs = jobs

    def followed(self, receiver: Receiver) -> Receiver:
        """Return *receiver* with its notebook where this server moved it."""
        return self._submission.followed(receiver)

    async def checked(self, receiver: Receiver) -> Receiver:
        """Return *receiver* with its notebook's id; raises InvalidRequest as a delivery would."""
        with at_field("notebook"):
            source = await self._source(receiver)
            await source.parsed()
        type_ = await self._payload_type(source)
        fits = [one for one in _SAMPLES if type_ is not None and not type_.complaint(one)]
        sample = fits[0] if fits else _SAMPLES[0]
        options = options_for(receiver, _NOTHING, sample, is_parameter=type_ is not None)
        await self._submission.check(options, source)
        return replace(receiver, notebook=str(source.path), item_id=source.item_id)

    async def submit(self, receiver: Receiver, delivery: Delivery, payload: Any) -> Job:
        """Submit a job for *delivery* in the name of the receiver's owner.

        Raises InvalidRequest, NotFound and Forbidden for a notebook that does not take it, and
        Conflict where another delivery had the same id.
        """
        source = await self._source(receiver)
        is_parameter = await self._payload_type(source) is not None
        options = await asyncio.to_thread(
            options_for, receiver, delivery, payload, is_parameter=is_parameter
        )
        trigger = Trigger(type="webhook", id=receiver.id)
        by = Submitter(owner=receiver.owner, trigger=trigger)
        return await self._jobs.submit_source(options, source, by)

    async def _source(self, receiver: Receiver) -> Source:
        return await self._submission.find(receiver.notebook, receiver.item_id)

    async def _payload_type(self, source: Source) -> ParameterType | None:
        """Return what the parameter for the payload takes, None if there is no such parameter."""
        _, inspection = await self._submission.inspect(source.data)
        known = {one.name: one.type for one in inspection.parameters or ()}
        return known.get(PAYLOAD)
