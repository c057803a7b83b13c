"""The way in without a login: a bounded body, no cookies, and no hint of what is there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol, cast

from jupyter_server.auth.decorator import allow_unauthenticated
from pydantic import BaseModel
from tornado.httputil import HTTPServerRequest
from tornado.web import stream_request_body

from .handlers import HandlerServices, NbTasksHandler, OperationDescription, Verb


def public_operation(
    *, answer: type[BaseModel] | None = None, status: int = 200
) -> Callable[[Verb], Verb]:
    """Make a method of a `PublicHandler` a verb of the API that whoever asks may use."""
    described = OperationDescription(None, None, None, answer, (status,), ("application/json",))

    def decorate(method: Verb) -> Verb:
        @allow_unauthenticated
        @functools.wraps(method)
        async def verb(self: PublicHandler, **path: str) -> None:
            await self.services.ready()
            await method(self, **path)

        described_verb: Any = verb
        described_verb.operation = described
        return cast(Verb, described_verb)

    return decorate


class PublicServices(HandlerServices, Protocol):
    """What these handlers need."""

    @property
    def max_payload_bytes(self) -> int: ...


@stream_request_body
class PublicHandler(NbTasksHandler):
    """Takes a *body* of so many bytes at most; what is longer is refused before it is read."""

    request: HTTPServerRequest
    services: PublicServices

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse a body that is too long; raises InvalidRequest."""
        await super().prepare()
        self._chunks: list[bytes] = []
        connection: Any = self.request.connection
        # A body without a length ends the connection where it becomes longer.
        connection.set_max_body_size(self.services.max_payload_bytes)
        length = self.request.headers.get("Content-Length", "0")
        size = int(length) if length.isdigit() else self.services.max_payload_bytes + 1
        self.check_size(size, self.services.max_payload_bytes)

    def data_received(self, chunk: bytes) -> None:
        """Keep a part of the body."""
        self._chunks.append(chunk)

    @property
    def body(self) -> bytes:
        """All that was sent."""
        return b"".join(self._chunks)

    def check_xsrf_cookie(self) -> None:
        """Ask for none: no cookie is of any use here."""
