"""What the handlers of files share: whose workspace it is, and answers in XML."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from pydantic import BaseModel

from ...contents.files import Files
from ...errors import NotFound
from ..surface.base import ArcgisHandler, ArcgisServices
from ..surface.dialect import Refusal
from . import blob_xml


class FileServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def files(self) -> Files: ...


class FilesHandler(ArcgisHandler):
    """Speaks XML to whoever asks for nothing else."""

    services: FileServices
    formats = ("xml", "json", "pjson", "html")

    async def answer(self, body: BaseModel | dict[str, Any], *, status: int = 200) -> None:
        """Send *body* in the format asked for."""
        if self.format != "xml" or isinstance(body, BaseModel):
            await super().answer(body, status=status)
            return
        self.set_status(status)
        self._send_xml(await asyncio.to_thread(blob_xml.xml_of, body))

    def send_refusal(self, said: Refusal) -> None:
        """Send an error to a program, one that clients of blob stores know."""
        if self.format == "xml":
            self._send_xml(blob_xml.refused_xml(said))
        else:
            self.finish(blob_xml.refused(said))

    async def enter(self, action: str, user: str) -> None:
        """See that the caller may do that in the workspace of *user*; their own if it is empty."""
        await self.allow(action, "contents")
        if user and user != (await self.caller()).name:
            msg = f"There is no workspace of {user!r} here."
            raise NotFound(msg)

    async def send_file(self, path: str) -> None:
        """Send the file at *path* as an attachment."""
        content = await self.services.files.read(path)
        self.set_attachment_header(path.rpartition("/")[2])
        self.finish(content, set_content_type="application/octet-stream")

    def _send_xml(self, content: bytes) -> None:
        self.finish(content, set_content_type="application/xml; charset=UTF-8")
