"""What all handlers share: read a body, page a list, answer an error."""

from __future__ import annotations

import asyncio
import functools
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Generic, Protocol, TypeVar, cast

from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel
from tornado import web

from ..caller import Caller
from ..errors import (
    PASSING,
    Conflict,
    DiskFull,
    Forbidden,
    InvalidRequest,
    NbTasksError,
    NotFound,
    TooManyRequests,
    Unavailable,
    meant_by,
)
from .access import RESOURCE, Access
from .schemas import Query, as_json, read, read_json

PREFIX = "/nbtasks/api"

S = TypeVar("S", bound="HandlerServices")
T = TypeVar("T")
Verb = Callable[..., Coroutine[Any, Any, None]]

_STATUS: dict[type[NbTasksError], int] = {
    InvalidRequest: 400,
    Forbidden: 403,
    NotFound: 404,
    TooManyRequests: 429,
    Conflict: 409,
    DiskFull: 507,
    Unavailable: 503,
}
_STATUS_OF_REASON = {"too_large": 413, "unsupported_media_type": 415}
_RETRY_SECONDS = 5
_SAID = {
    403: "You are not logged in, or may not do that. Send a token or log in.",
    404: "There is nothing at this address.",
    405: "This address does not know that method.",
    500: "The server could not do that; its log says why.",
}
# Read by Jupyter, or put there by JupyterLab; a name of digits alone keeps caches from answering.
_NOT_OURS = re.compile(r"token|_xsrf|no_track_activity|[0-9]+")


@dataclass(frozen=True)
class OperationDescription:
    """What a verb takes and gives; the OpenAPI document is made of these.

    An *action* of None is open to whoever asks.
    """

    action: str | None
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    statuses: tuple[int, ...]
    content_types: tuple[str, ...]


def operation(
    action: str | None,
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    answer: type[BaseModel] | None = None,
    status: int | tuple[int, ...] = 200,
    content_types: tuple[str, ...] = ("application/json",),
) -> Callable[[Verb], Verb]:
    """Make a method a verb of the API: authenticated, authorized for *action*, its input read.

    An *action* of None is open to everybody, logged in or not. The method gets the request of
    type *body* and the query of type *query*, if it has them, before the parts of its path.
    """
    statuses = status if isinstance(status, tuple) else (status,)
    described = OperationDescription(action, body, query, answer, statuses, content_types)

    def decorate(method: Verb) -> Verb:
        @functools.wraps(method)
        async def verb(self: NbTasksHandler, **path: str) -> None:
            given = await self.read_input(described)
            await self.services.ready()
            await method(self, *given, **path)

        described_verb: Any = _open(verb) if action is None else _guarded(verb, action)
        described_verb.operation = described
        return cast(Verb, described_verb)

    return decorate


def _open(verb: Verb) -> Verb:
    return allow_unauthenticated(verb)


def _guarded(verb: Verb, action: str) -> Verb:
    return cast(Verb, web.authenticated(authorized(action=action, resource=RESOURCE)(verb)))


class HandlerServices(Protocol):
    """What every handler needs of the server."""

    @property
    def access(self) -> Access: ...

    @property
    def max_body_bytes(self) -> int: ...

    @property
    def ready(self) -> Callable[[], Awaitable[None]]:
        """Waits until requests can be served; raises Unavailable if that will not be."""
        ...


class NbTasksHandler(APIHandler):
    """Answers in JSON; errors of ours with their meaning, and never with a traceback.

    A subclass that needs more of the server declares *services* as a protocol of its own.
    """

    auth_resource = RESOURCE
    services: HandlerServices
    _work: asyncio.Task[Any] | None = None

    def initialize(self, *, services: HandlerServices) -> None:
        """Take the services that the route hands over."""
        self.services = services

    async def caller(self) -> Caller:
        """Return who is asking."""
        return await self.services.access.caller(self)

    async def read_input(self, described: OperationDescription) -> list[BaseModel]:
        """Return the body and the query that a verb takes; raises InvalidRequest."""
        given: list[BaseModel] = []
        if described.body is not None:
            self.check_size(len(self.request.body), self.services.max_body_bytes)
            given.append(await asyncio.to_thread(read_json, described.body, self.request.body))
        asked = read(described.query or Query, self._query())
        if described.query is not None:
            given.append(asked)
        return given

    def check_size(self, size: int, most: int) -> None:
        """Refuse a body of more than *most* bytes; raises InvalidRequest."""
        if size > most:
            msg = f"The body has more than {most:,} bytes."
            raise InvalidRequest(msg, reason="too_large")

    async def while_asked(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what long *work* does; once nobody waits for the answer it is cancelled."""
        self._work = task = asyncio.create_task(work)
        try:
            return await task
        except asyncio.CancelledError:
            raise web.Finish from None
        finally:
            self._work = None

    def on_connection_close(self) -> None:
        """End what nobody waits for any more."""
        super().on_connection_close()
        if self._work is not None:
            self._work.cancel()

    async def answer(self, body: BaseModel | dict[str, Any], *, status: int = 200) -> None:
        """Send *body* as JSON; a large one does not hold up the loop."""
        self.set_status(status)
        self.finish(await asyncio.to_thread(_json, body))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer an error: our own with its meaning, any other by its status alone."""
        error = meant_by(kwargs.get("exc_info", (None, None, None))[1])
        if isinstance(error, NbTasksError):
            self.set_status(_status_of(error))
            self.say_when(error)
            errors = [asdict(wrong) for wrong in error.errors]
            self.answer_error(str(error), error.reason, errors)
            return
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self.methods()))
        reason = _phrase(status_code).lower().replace(" ", "_")
        self.answer_error(sentence(status_code, error), reason, [])

    def say_when(self, error: NbTasksError) -> None:
        """Tell a program when to try again what could not be done just now."""
        if error.reason in PASSING:
            self.set_header("Retry-After", str(_RETRY_SECONDS))
        if isinstance(error, TooManyRequests):
            self.set_header("Retry-After", str(error.seconds))

    def answer_error(self, message: str, reason: str, errors: list[dict[str, str]]) -> None:
        """Send an error as JSON."""
        self.finish(json.dumps({"message": message, "reason": reason, "errors": errors}))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Keep the log free of tracebacks for what we answer on purpose."""
        if not isinstance(value, NbTasksError):
            super().log_exception(typ, value, tb)

    def _query(self) -> dict[str, str]:
        # Not get_query_argument(), which strips blanks: a file's name may begin with one.
        return {
            name: self.decode_argument(values[-1], name)
            for name, values in self.request.query_arguments.items()
            if not _NOT_OURS.fullmatch(name)
        }

    def methods(self) -> list[str]:
        """Return the methods that this address knows."""
        return [
            name
            for name in self.SUPPORTED_METHODS
            if hasattr(getattr(self, name.lower()), "operation")
        ]


class Routes(list[tuple[str, type[NbTasksHandler]]], Generic[S]):
    """Addresses, each a regular expression, and their handlers, which need the services *S*."""

    def served_by(self, services: S) -> list[tuple[str, type[NbTasksHandler], dict[str, Any]]]:
        """Return the routes as tornado takes them."""
        return [(pattern, handler, {"services": services}) for pattern, handler in self]


class UnknownAddress(NbTasksHandler):
    """Whatever is below our prefix and is not one of our addresses."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Answer any method by 404; by 403 to whoever is not logged in."""
        await super().prepare()
        raise web.HTTPError(404 if self.current_user else 403)


def _json(body: BaseModel | dict[str, Any]) -> str:
    content = as_json(body) if isinstance(body, BaseModel) else body
    return json.dumps(content, allow_nan=False)


def sentence(status: int, error: BaseException | None) -> str:
    """Return what to say of an *error* that is not one of ours."""
    if isinstance(error, web.HTTPError) and error.log_message:
        return error.log_message % error.args
    return _SAID.get(status) or f"The request was refused: {_phrase(status)}."


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _status_of(error: NbTasksError) -> int:
    if status := _STATUS_OF_REASON.get(error.reason):
        return status
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))
