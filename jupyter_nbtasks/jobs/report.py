"""A program that makes reports of notebooks: a process of its own, as that may be long computing.

It is the one door to nbconvert.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from threading import Timer
from typing import IO, Any, NamedTuple

from .drawing import prepared, without_undrawable

_IDLE_SECONDS = 60.0
_MOST_SAID = 1_000


class Report(NamedTuple):
    """A document: its bytes, its MIME type and the ending of its file name."""

    content: bytes
    content_type: str
    extension: str


def main() -> None:
    """Answer each line of JSON by one, until none has come for a minute or its writer is gone.

    A line says *format*, *title*, *size* (bytes of the notebook, which follows) and *seconds* (of
    computing, then the system ends this process). The answer has *content_type*, *extension* and
    *size* (bytes of the report, which follows), or *error*, why it cannot be made.
    """
    # jsonschema would spend a second on a grammar of addresses; nothing is validated by that here.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    answers = os.fdopen(os.dup(1), "wb")
    # Exporters and their programs print, too.
    os.dup2(2, 1)
    while True:
        idle = Timer(_IDLE_SECONDS, os._exit, [0])
        idle.daemon = True
        idle.start()
        line = sys.stdin.buffer.readline()
        idle.cancel()
        if not line:
            return
        _answer(json.loads(line), answers)
        answers.flush()


def _answer(asked: dict[str, Any], answers: IO[bytes]) -> None:
    notebook = sys.stdin.buffer.read(asked["size"])
    _limit(asked["seconds"])
    try:
        report = _report(json.loads(notebook), asked["format"], asked["title"])
    except Exception as error:
        # Exporters raise whatever their templates and programs do; mostly a program is missing.
        lines = str(error).strip().splitlines() or [type(error).__name__]
        _say(answers, error=lines[0][:_MOST_SAID])
        return
    facts = {"content_type": report.content_type, "extension": report.extension}
    _say(answers, size=len(report.content), **facts)
    answers.write(report.content)


def _say(answers: IO[bytes], **said: Any) -> None:
    answers.write(json.dumps(said).encode() + b"\n")


def _limit(seconds: int) -> None:
    # The server may be gone before it could stop us.
    with suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _report(notebook: dict[str, Any], format: str, title: str) -> Report:
    import nbformat
    from nbconvert.exporters import get_exporter

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

    content, resources = _exported(prepared(notebook), export, can_draw)
    data = content.encode(errors="replace") if isinstance(content, str) else content
    extension = resources.get("output_extension") or exporter.file_extension
    if files := resources.get("outputs"):
        return Report(_zip({f"{title}{extension}": data, **files}), "application/zip", ".zip")
    return Report(data, exporter.output_mimetype or "text/plain", extension)


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
