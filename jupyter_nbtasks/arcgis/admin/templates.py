"""The template of new notebooks."""

from __future__ import annotations

from typing import Protocol

from ...rest.handlers import Routes, operation
from ..jobs.default_template import DefaultTemplate
from ..surface.base import ArcgisServices
from ..surface.rest import Operation
from .forms import TemplateForm

_DEED = "change the template of new notebooks"


class TemplateServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def default_template(self) -> DefaultTemplate: ...


class UpdateTemplateHandler(Operation):
    """``admin/notebooks/updateDefaultTemplate``."""

    services: TemplateServices

    @operation("write", body=TemplateForm)
    async def post(self, form: TemplateForm) -> None:
        """Let notebooks that are opened anew begin as the one that is sent, for all users."""
        await self.services.access.administrator(self, _DEED)
        await self.services.default_template.replace(form.default_notebook.content)
        await self.answer({"status": "success"})


class RestoreTemplateHandler(Operation):
    """``admin/notebooks/restoreDefaultTemplate``."""

    services: TemplateServices

    @operation("write")
    async def post(self) -> None:
        """Let notebooks that are opened anew begin empty again."""
        await self.services.access.administrator(self, _DEED)
        await self.services.default_template.restore()
        await self.answer({"status": "success"})


ROUTES = Routes[TemplateServices](
    [
        ("admin/notebooks/updateDefaultTemplate", UpdateTemplateHandler),
        ("admin/notebooks/restoreDefaultTemplate", RestoreTemplateHandler),
    ]
)
