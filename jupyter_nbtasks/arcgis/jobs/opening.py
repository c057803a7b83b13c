"""Opens a notebook with a kernel: one there is, or a new one."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol

from ...contents.notebook_files import Contents
from ...errors import invalid_field
from ...jobs.service import JobService
from ...notebooks import ipynb
from ...rest.handlers import operation
from ...server.service import ServerService
from ..surface.base import ArcgisServices
from ..surface.rest import Operation
from . import answers, items
from .default_template import DefaultTemplate
from .forms import OpenForm

_NAME = "Untitled.ipynb"


class OpeningServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def default_template(self) -> DefaultTemplate: ...

    @property
    def jobs(self) -> JobService: ...

    @property
    def server(self) -> ServerService: ...


class OpenHandler(Operation):
    """``admin/notebooks/openNotebook``."""

    services: OpeningServices

    @operation("execute", body=OpenForm)
    async def post(self, form: OpenForm) -> None:
        """Open a notebook with a kernel: one there is, or a new one."""
        await self.allow("write", "sessions")
        kernelspec = await self.kernelspec(form.notebook_runtime_id)
        if form.item_id is not None:
            path = (await items.describe(self.services.contents, form.item_id))["path"]
        else:
            path = await self.made(form, kernelspec)
        _, kernel_name, _ = await self.services.jobs.parameters_of(path)
        runtime = form.notebook_runtime_id or kernel_name
        opened = await self.services.server.open(path, runtime, self.services.access.sole_owner)
        id = answers.open_job_id(opened)
        url = self.url("admin", "system", "jobs", id)
        await self.answer({"jobId": id, "jobUrl": url, "status": "success"})

    async def kernelspec(self, runtime: str | None) -> dict[str, str]:
        """Return what a notebook says of its kernel, empty for none; raises InvalidRequest."""
        if runtime is None:
            return {}
        known = {one.name: one for one in await self.services.server.runtimes()}
        if runtime not in known:
            msg = f"There is no runtime {runtime!r} here. Choose one of: {', '.join(known)}."
            raise invalid_field("notebookRuntimeId", msg)
        one = known[runtime]
        return {"name": one.name, "display_name": one.display_name, "language": one.language}

    async def made(self, form: OpenForm, kernelspec: dict[str, str]) -> str:
        """Save a new notebook, begun from a template if one is given; return its path."""
        await self.allow("write", "contents")
        template = await self.template(form)
        document = await asyncio.to_thread(_begun, template, kernelspec)
        path = await self.services.contents.new_path(_NAME)
        await self.services.contents.write_notebook(path, document)
        return path

    async def template(self, form: OpenForm) -> bytes:
        """Return the notebook that a new one begins as."""
        if form.template_id is not None:
            return await self.services.contents.read(
                items.path_of(self.services.contents, form.template_id)
            )
        if form.template_notebook is not None:
            return await asyncio.to_thread(_dump, form.template_notebook)
        return await self.services.default_template.read()


def _dump(notebook: dict[str, Any]) -> bytes:
    return json.dumps(notebook).encode()


def _begun(template: bytes, kernelspec: dict[str, str]) -> bytes:
    """Return a new notebook as *template* has it, without outputs."""
    notebook, _repairs = ipynb.parse(template)
    if kernelspec:
        notebook.metadata["kernelspec"] = kernelspec
    return ipynb.write(notebook)


ROUTES: list[tuple[str, Any]] = [("admin/notebooks/openNotebook", OpenHandler)]
