"""What a receiver is, and what is delivered to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

# The name of the parameter that takes what is delivered.
PAYLOAD = "payload"

# The headers, in this order, that name a delivery; the name stays when the sender tries again.
_DELIVERY_IDS = (
    "idempotency-key",
    "webhook-id",
    "x-github-delivery",
    "x-gitea-delivery",
    "x-request-uuid",
    "x-shopify-webhook-id",
)
_EVENTS = (
    "x-github-event",
    "x-gitea-event",
    "x-gitlab-event",
    "x-event-key",
    "x-shopify-topic",
)


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A notebook that runs for each signed request.

    *request* says how the notebook is run and which headers may carry the signature, *message*
    why the last delivery was refused; *version* tells two writers apart.
    """

    id: str
    root: str
    owner: str
    name: str
    notebook: str
    item_id: str | None
    secret: str = field(repr=False)
    request: dict[str, Any]
    created_at: datetime
    disabled: bool = False
    message: str | None = None
    last_delivery_at: datetime | None = None
    version: int = 1

    @property
    def signature_headers(self) -> list[str]:
        """The headers of which one must carry the signature."""
        names: list[str] = self.request["signature_headers"]
        return names

    def next_version(self, **changes: Any) -> Receiver:
        """It is another version of itself."""
        return replace(self, version=self.version + 1, **changes)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A request as it came in; the names of *headers* are in lower case."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str | None:
        """What its sender calls it; the same where it is sent again."""
        return self._first(_DELIVERY_IDS)

    @property
    def event(self) -> str | None:
        """What happened, by a name of the sender's."""
        return self._first(_EVENTS)

    @property
    def content_type(self) -> str:
        """Its media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_ping(self) -> bool:
        """Whether GitHub only tries out the address."""
        return self.headers.get("x-github-event") == "ping"

    def _first(self, names: tuple[str, ...]) -> str | None:
        return next((value for name in names if (value := self.headers.get(name))), None)
