"""The surface with a few addresses more, to see what all of them do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import Field

from jupyter_nbtasks.arcgis.surface.forms import File, Form, JsonObject, Milliseconds
from jupyter_nbtasks.arcgis.surface.rest import Operation, Resource
from jupyter_nbtasks.arcgis.surface.tree import Tree
from jupyter_nbtasks.errors import Conflict, InvalidRequest, NotFound, Unavailable
from jupyter_nbtasks.rest.handlers import operation


class Sent(Form):
    """One parameter of each type."""

    item_id: str
    is_fast: bool = True
    count: int | None = Field(None, ge=1, description="How many.")
    since: Milliseconds | None = None
    values: JsonObject = Field({})
    notebook: File | None = None
    json_text: str | None = Field(None, alias="notebookJSON")


class Echo(Operation):
    """``admin/echo``."""

    @operation("execute", body=Sent)
    async def post(self, form: Sent) -> None:
        """Say what was sent."""
        shown = form.model_dump(mode="json", exclude={"notebook"})
        size = len(form.notebook.content) if form.notebook else None
        await self.answer({**shown, "size": size, "url": self.url("admin", "a b/ü")})


class Shelf(Resource):
    """``admin/shelf``."""

    @operation("read")
    async def get(self) -> None:
        """Show some books."""
        books = [{"bookId": "<b>&", "url": "https://example.org/"}, {"bookId": "two/three"}]
        facts = {"empty": None, "printed": 1632326711000, "pages": 1632}
        await self.answer({"books": books, **facts, **self.listing()})


class Book(Resource):
    """``admin/shelf/<book_id>``."""

    @operation("read")
    async def get(self, book_id: str) -> None:
        """Show a book."""
        await self.answer({"bookId": book_id})


FAULTS = {
    "invalid": InvalidRequest("Name a book."),
    "half": InvalidRequest("Name a \ud800 book."),
    "missing": NotFound("There is no such book."),
    "conflict": Conflict("It is lent."),
    "unavailable": Unavailable("The library is closed."),
    "surprise": ZeroDivisionError("none of your business"),
}


class Broken(Operation):
    """``…/broken/<fault>``."""

    @operation("execute")
    async def post(self, fault: str) -> None:
        """Fail."""
        raise FAULTS[fault]


@pytest.fixture
def app(app, jp_serverapp):
    """The extension with a few addresses more."""
    routes = [
        ("admin/echo", Echo),
        ("admin/shelf", Shelf),
        ("admin/shelf/<book_id>", Book),
        ("admin/broken/<fault>", Broken),
        ("sharing/rest/broken/<fault>", Broken),
    ]
    services = next(route[2]["services"] for route in app.handlers if "services" in route[2])
    tree = Tree([*((r.address, r.handler) for r in services.arcgis.routes), *routes])
    given = {"services": replace(services, arcgis=tree)}
    added = [(jp_serverapp.base_url.rstrip("/") + r.pattern, r.handler, given) for r in tree.routes]
    jp_serverapp.web_app.add_handlers(".*$", added)
    # They replace those that the extension registered.
    rules = jp_serverapp.web_app.default_router.rules
    rules.insert(0, rules.pop(-2))
    return app


@pytest.fixture
def token(jp_serverapp):
    return jp_serverapp.identity_provider.token
