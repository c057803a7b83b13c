"""Files in the words of a blob store, whose dialect this API has for them: XML and errors. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree

from ...contents.model import Entry
from ..surface.dialect import Refusal

_CODES = {
    400: "InvalidInput",
    403: "AuthorizationFailure",
    404: "BlobNotFound",
    409: "BlobAlreadyExists",
}
_FAILED = "InternalError"
# What XML must not contain, and half characters, which UTF-8 must not.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def blob(entry: Entry) -> dict[str, Any]:
    """Return a file or a folder as a blob of a list; a folder's name ends in a slash."""
    properties = {
        "BlobType": "BlockBlob",
        "Content-Length": entry.size or 0,
        "Creation-Time": format_datetime(entry.created, usegmt=True),
        "Last-Modified": format_datetime(entry.modified, usegmt=True),
        "ResourceType": "directory" if entry.is_folder else "file",
    }
    return {"Name": entry.name, "Deleted": False, "Properties": properties}


def refused(said: Refusal) -> dict[str, Any]:
    """Return an error for clients that read ``error`` and for those that read ``messages``."""
    return {**said.shaped(is_sharing=False), **said.shaped(is_sharing=True)}


def xml_of(body: Mapping[str, Any]) -> bytes:
    """Return an answer as XML; each one in a list ``Blobs`` becomes a ``Blob``."""
    is_list = any(isinstance(value, list) for value in body.values())
    return _bytes(_element("EnumerationResults" if is_list else "Response", body))


def refused_xml(said: Refusal) -> bytes:
    """Return an error as a blob store says it."""
    code = _CODES.get(said.status, _FAILED)
    return _bytes(_element("Error", {"Code": code, "Message": " ".join(said.messages)}))


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, Mapping):
        element.extend(_element(key, inner) for key, inner in value.items())
    elif isinstance(value, list):
        element.extend(_element(name.removesuffix("s"), inner) for inner in value)
    elif isinstance(value, bool):
        element.text = str(value).lower()
    else:
        element.text = _UNSPEAKABLE.sub("\ufffd", str(value))
    return element


def _bytes(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
