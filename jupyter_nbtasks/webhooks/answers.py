"""How receivers and deliveries are answered."""

from __future__ import annotations

from typing import Any

from ..rest.schemas import Answer, Moment


class ReceiverAnswer(Answer):
    """A receiver; it has its *secret* only where that was just made."""

    id: str
    name: str
    notebook: str
    item_id: str | None
    owner: str
    url: str
    secret: str | None = None
    signature_headers: list[str]
    disabled: bool
    message: str | None
    parameters: dict[str, Any]
    kernel_name: str | None
    timeout: float | None
    cell_timeout: float | None
    priority: int
    max_attempts: int
    retry_delay: float
    output_path: str | None
    update_notebook: bool
    save_parameters: bool
    strict: bool
    keep_kernel_on_failure: int
    env: dict[str, str]
    tags: list[str]
    created_at: Moment
    last_delivery_at: Moment | None


class ReceiverPage(Answer):
    """A page of receivers, newest first."""

    items: list[ReceiverAnswer]
    next: str | None


class ValidationAnswer(Answer):
    """Whether a delivery could run now; *message* says why not."""

    id: str
    valid: bool
    message: str | None


class DeliveryAnswer(Answer):
    """What became of a delivery; no job where the sender only tried out the address."""

    job_id: str | None
