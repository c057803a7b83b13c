"""What is asked of webhooks: bodies and queries."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from ..jobs.requests import NotebookOptions
from ..rest.schemas import Line, Path, Query, Request
from .model import PAYLOAD

SIGNATURE_HEADERS = ("x-hub-signature-256", "x-esrihook-signature", "webhook-signature")

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
Secret = Annotated[
    Line, Field(min_length=16, pattern=r"^[ -~]+$", description="At least 16 characters.")
]


class _Fields(NotebookOptions):
    signature_headers: list[HeaderName] = Field(
        list(SIGNATURE_HEADERS),
        min_length=1,
        max_length=10,
        description="Headers of which one must carry the HMAC-SHA256 of the body.",
    )
    disabled: bool = Field(False, description="Refuse every delivery.")

    @field_validator("parameters")
    @classmethod
    def _leaves_room(cls, values: dict[str, Any]) -> dict[str, Any]:
        if PAYLOAD in values:
            msg = f"must not fix {PAYLOAD!r}, which is what a delivery brings"
            raise ValueError(msg)
        return values


class ReceiverRequest(_Fields):
    """Run this notebook of the server's Contents for each signed request."""

    notebook: Path = Field(description="Path in the server's Contents.")
    secret: Secret | None = Field(None, description="Default: a random one.")


class ReceiverChange(_Fields):
    """What is to be different; what is not given stays as it is."""

    notebook: Path | None = None


class RenewRequest(Request):
    """Another secret."""

    secret: Secret | None = Field(None, description="Default: a random one.")


class ReceiverQuery(Query):
    """Which receivers, and which page of them."""

    notebook: Path | None = None
    item_id: Line | None = None
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(
        None, pattern=r"^w[0-9a-f]{28}$", description="'next' of the previous page."
    )
