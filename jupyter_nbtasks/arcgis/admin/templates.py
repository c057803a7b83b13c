"""The template of new notebooks."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ...rest.handlers import operation
from ..jobs.default_template import DefaultTemplate
from ..surface.forms import File, Form
from ..surface.rest import Operation

_DEED = "change the template of new notebooks"


class TemplateForm(Form):
    """What new notebooks begin as."""

    default_notebook: File = Field(description="A notebook; its outputs are left out.")


class UpdateTemplateHandler(Operation):
    """``admin/notebooks/updateDefaultTemplate``."""

    default_template: DefaultTemplate

    @operation("write", body=TemplateForm)
    async def post(self, form: TemplateForm) -> None:
        """Let notebooks that are opened anew begin as the one that is sent, for all users."""
        await self.access.administrator(self, _DEED)
        await self.default_template.replace(form.default_notebook.content)
        await self.answer({"status": "success"})


class RestoreTemplateHandler(Operation):
    """``admin/notebooks/restoreDefaultTemplate``."""

    default_template: DefaultTemplate

    @operation("write")
    async def post(self) -> None:
        """Let notebooks that are opened anew begin empty again."""
        await self.access.administrator(self, _DEED)
        await self.default_template.restore()
        await self.answer({"status": "success"})


ROUTES: list[tuple[str, Any]] = [
    ("admin/notebooks/updateDefaultTemplate", UpdateTemplateHandler),
    ("admin/notebooks/restoreDefaultTemplate", RestoreTemplateHandler),
]
