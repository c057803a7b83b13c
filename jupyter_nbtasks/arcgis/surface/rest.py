"""What the handlers of the ArcGIS surface share, and how one is written.

A resource is read by GET, and by POST for whoever sends the token in a body::

    class JobsHandler(Resource):
        @operation("read", query=JobsForm)
        async def get(self, form: JobsForm) -> None:
            "List the jobs."
            await self.answer({"asyncJobs": [...], **self.listing()})

An operation is a POST; GET shows a form for it::

    class CancelHandler(Operation):
        @operation("execute", body=CancelForm)
        async def post(self, form: CancelForm, job_id: str) -> None:
            "Stop a job."
            await self.answer({"status": "success"})

*query* and *body* are both a `forms.Form`, which is read from the query, the fields of a form
(multipart too) and a JSON body alike. The module's ``ROUTES`` say ``(address, handler)``, the
address without the prefix and with ``<job_id>`` for what is passed by name; handlers.py gathers
them, in any order. The docstring of a verb is what its page and the README say of it. Errors of
ours are raised, never answered: `write_error` knows both shapes and every format. `listing` gives
the names of what is below, `url` an absolute address. What a handler needs of the server is in
``self.services``, declared as a protocol of the module.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, cast

from tornado import web

from ...errors import InvalidRequest
from ...rest.handlers import operation
from .base import ArcgisHandler as ArcgisHandler
from .base import ArcgisServices as ArcgisServices


class Resource(ArcgisHandler):
    """Something to look at; define ``get``."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "get" in vars(cls):
            setattr(cls, "post", cls.get)  # noqa: B010


class Operation(ArcgisHandler):
    """Something to do; define ``post``. With *is_got*, a program with a token may GET it too."""

    is_operation = True
    is_got = False

    @operation("read")
    async def get(self, **path: str) -> None:
        """Show a form for it."""
        if self.is_got and self.token_authenticated and self.format != "html":
            await cast(Awaitable[None], self.post(**path))
        elif self.format == "html":
            self.send_page()
        else:
            raise web.HTTPError(405)


class Folder(Resource):
    """An address that is there for what is below it."""

    @operation("read")
    async def get(self, **_path: str) -> None:
        """List what is below."""
        await self.answer(self.listing())


class Unsupported(ArcgisHandler):
    """A part of the API that has no meaning here; *why* says so."""

    why = ""

    async def prepare(self) -> None:  # type: ignore[override]
        """Answer any method alike; whoever is not logged in learns nothing."""
        await super().prepare()
        if not self.current_user:
            raise web.HTTPError(403)
        raise InvalidRequest(f"This is not supported here: {self.why}", reason="not_supported")


class UnknownAddress(ArcgisHandler):
    """Whatever is below our prefix and is not one of our addresses."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Answer any method alike; whoever is not logged in learns nothing."""
        await super().prepare()
        raise web.HTTPError(404 if self.current_user else 403)


def unsupported(address: str, why: str) -> tuple[str, type[ArcgisHandler]]:
    """Return the route of *address* and all below, with *why* it has no meaning here."""
    return f"{address}/**", type("Unsupported", (Unsupported,), {"why": why})
