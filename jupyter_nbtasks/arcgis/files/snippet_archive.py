"""Code snippets as a zip of Python files: read and checked, never run."""

from __future__ import annotations

import ast
import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from ...errors import InvalidRequest

_MARKS = ("##### SNIPPET BEGIN #####", "##### SNIPPET END #####")
_PROPERTIES = "snippet_properties"
MOST_FILES = 1000
MOST_BYTES = 10_000_000
MOST_BYTES_OF_ONE = 1_000_000


def unpack(archive: bytes) -> dict[str, bytes]:
    """Return the snippets in a zip by their path in it; raises InvalidRequest that names one.

    Each must have its ``snippet_properties`` and the marks around its code. At most 1,000 files and
    10 MB come out of it, and all of them are good or none is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            _check_names(members)
            snippets = _read(opened, members)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        msg = f"The file is not a zip that can be read: {error}"
        raise InvalidRequest(msg) from error
    for name, source in snippets.items():
        if fault := fault_in(source):
            raise _refused(name, fault)
    return snippets


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of those *files* that are snippets."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, source in files.items():
            if fault_in(source) is None:
                archive.writestr(path, source)
    return written.getvalue()


def fault_in(source: bytes) -> str | None:
    """Return why *source* is not a snippet, None if it is one."""
    if len(source) > MOST_BYTES_OF_ONE:
        return f"it is larger than {MOST_BYTES_OF_ONE:,} bytes"
    try:
        text = source.decode("utf-8-sig")
        properties = _properties(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "it is not Python, or its snippet_properties are not written out"
    if not isinstance(properties, dict):
        return "it has no snippet_properties = {…}"
    lines = [line.strip() for line in text.splitlines()]
    begins, ends = ([i for i, line in enumerate(lines) if line == mark] for mark in _MARKS)
    if len(begins) != 1 or len(ends) != 1 or begins > ends:
        return f"it must have {_MARKS[0]!r} and later {_MARKS[1]!r} once each"
    return None


def _properties(module: ast.Module) -> Any:
    for statement in module.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == _PROPERTIES
            for target in statement.targets
        ):
            return ast.literal_eval(statement.value)
    return None


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    if not 0 < len(members) <= MOST_FILES:
        msg = f"The zip must have between 1 and {MOST_FILES:,} files in it."
        raise InvalidRequest(msg)
    taken: set[str] = set()
    for member in members:
        # Two names that differ in case alone are one file on some disks.
        name = member.filename.casefold()
        if fault := _fault_of(member) or ("it is there twice" if name in taken else None):
            raise _refused(member.filename, fault)
        taken.add(name)


def _fault_of(member: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or {"\\", ":"} & set(member.filename):
        return "it leads outside of the folder"
    if path.suffix != ".py" or any(part.startswith(".") for part in path.parts):
        return "it is not a Python file"
    if not member.filename.isprintable() or str(path) != member.filename:
        return "its name is not a plain path"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is not compressed by deflate"
    return None


def _read(opened: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Read no more than is allowed, whatever the zip says of the sizes."""
    found, left = {}, MOST_BYTES
    for member in members:
        with opened.open(member) as file:
            found[member.filename] = file.read(MOST_BYTES_OF_ONE + 1)
        left -= len(found[member.filename])
        if left < 0:
            msg = f"The files in the zip have more than {MOST_BYTES:,} bytes together."
            raise InvalidRequest(msg)
    return found


def _refused(name: str, fault: str) -> InvalidRequest:
    return InvalidRequest(f"{name!r} in the zip is refused: {fault}.")
