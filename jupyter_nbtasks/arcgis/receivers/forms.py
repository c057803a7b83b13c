"""What is asked of webhook receivers."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from ...rest.schemas import Line
from ..surface.forms import Form, ItemId, JsonObject

_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def _are_headers(several: str) -> str:
    for name in split(several):
        if not _HEADER.fullmatch(name):
            msg = f"must be names of headers, separated by commas, not {name!r}"
            raise ValueError(msg)
    return several


def split(several: str) -> list[str]:
    """Return the names in *several*, which are separated by commas."""
    return [name.strip() for name in several.split(",")]


Secret = Annotated[
    str,
    Field(min_length=32, max_length=32, pattern=r"^[ -~]+$", description="32 characters."),
]
Headers = Annotated[
    str,
    AfterValidator(_are_headers),
    Field(max_length=1000, description="One carries the signature; separated by commas."),
]
_TOKEN = "Accepted but not kept: a receiver runs in the name of its owner."
_VALUES = "Values by name, for each run."


class NewReceiverForm(Form):
    """Run a notebook for each signed request."""

    name: Line
    item_id: ItemId
    secret: Secret
    signature_headers: Headers
    api_token: str | None = Field(None, description=_TOKEN)
    parameters: JsonObject = Field({}, description=_VALUES)


class ReceiverForm(Form):
    """What is to be different; what is not given stays as it is."""

    name: Line | None = None
    item_id: ItemId | None = None
    secret: Secret | None = None
    signature_headers: Headers | None = None
    api_token: str | None = Field(None, description=_TOKEN)
    parameters: JsonObject | None = Field(None, description=_VALUES)
    disabled: bool | None = None
