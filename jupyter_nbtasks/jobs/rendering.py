"""The one door to nbconvert: a notebook as HTML, Markdown, a script, and what else it can."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import nbformat
from nbconvert.exporters import get_export_names, get_exporter

from ..errors import Conflict, invalid_field
from ..notebooks.ipynb import NOTEBOOK_TYPE
from .drawing import prepared, without_undrawable

# One at a time: rendering is heavy, and the server has other things to do.
_renderer = ThreadPoolExecutor(1, thread_name_prefix="nbtasks-render")
# These need code of the caller's, or are parts of other exporters.
_NOT_OFFERED = {"custom", "python", "notebook"}


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document: its bytes, its MIME type and the ending of its file name."""

    content: bytes
    content_type: str
    extension: str


async def check_format(format: str) -> None:
    """Refuse a format that nbconvert does not know; raises InvalidRequest that names those."""
    if format == "ipynb":
        return
    known = await formats()
    if format not in known:
        msg = f"There is no format {format!r}. Choose one of: {', '.join(known)}."
        raise invalid_field("format", msg, reason="unknown_format")


async def formats() -> list[str]:
    """Return the formats there are; some need a program that the server may lack."""
    return list(await asyncio.to_thread(_formats))


@cache
def _formats() -> tuple[str, ...]:
    """nbconvert makes each exporter for that, which takes a third of a second."""
    return ("ipynb", *sorted(set(get_export_names()) - _NOT_OFFERED))


async def render(notebook: bytes, format: str, title: str) -> Document:
    """Return *notebook* in *format*; raises Conflict where that cannot be done here."""
    if format == "ipynb":
        return Document(content=notebook, content_type=NOTEBOOK_TYPE, extension=".ipynb")
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_renderer, _render, notebook, format, title)


def _render(notebook: bytes, format: str, title: str) -> Document:
    exporter = get_exporter(format)()

    def export(some: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        parsed = nbformat.reads(json.dumps(some), as_version=4)
        exported: tuple[Any, dict[str, Any]] = exporter.from_notebook_node(
            parsed, resources={"metadata": {"name": title}}
        )
        return exported

    def can_draw(some: dict[str, Any]) -> bool:
        try:
            export(some)
        except Exception:
            return False
        return True

    try:
        content, resources = _exported(prepared(json.loads(notebook)), export, can_draw)
    except Exception as error:
        # Exporters raise whatever their templates and programs do; mostly a program is missing.
        lines = str(error).strip().splitlines() or [type(error).__name__]
        msg = f"The server cannot make {format!r} of this: {lines[0]}"
        raise Conflict(msg, reason="format_unavailable") from error
    data = content.encode(errors="replace") if isinstance(content, str) else content
    extension = resources.get("output_extension") or exporter.file_extension
    if files := resources.get("outputs"):
        files = {f"{title}{extension}": data, **files}
        return Document(content=_zip(files), content_type="application/zip", extension=".zip")
    mime = exporter.output_mimetype or "text/plain"
    return Document(content=data, content_type=mime, extension=extension)


def _exported(
    notebook: dict[str, Any],
    export: Callable[[dict[str, Any]], tuple[Any, dict[str, Any]]],
    can_draw: Callable[[dict[str, Any]], bool],
) -> tuple[Any, dict[str, Any]]:
    """Export *notebook*, if need be without what cannot be drawn of it."""
    try:
        return export(notebook)
    except Exception:
        rest = without_undrawable(notebook, can_draw)
        if rest is None:
            raise
        return export(rest)


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
