"""The same request once more, by its key, gives what it gave the first time. Pure."""

from __future__ import annotations

from typing import Protocol, TypeVar

from ..errors import Conflict


class Keyed(Protocol):
    """What a request made, with the key and the hash of that request."""

    @property
    def idempotency_key(self) -> str | None:
        """The key that came with the request."""

    @property
    def request_hash(self) -> str | None:
        """What tells the request from others."""


K = TypeVar("K", bound=Keyed)


def same_request(first: K, request_hash: str) -> K:
    """Return what came of the *first* request of this key; raises Conflict if that was another."""
    if first.request_hash != request_hash:
        raise key_reused(first.idempotency_key, "request")
    return first


def key_reused(key: str | None, what: str) -> Conflict:
    """Say that the idempotency *key* belongs to another *what*."""
    msg = f"The idempotency key {key!r} was used for another {what}. Choose another."
    return Conflict(msg, reason="idempotency_key_reused")
