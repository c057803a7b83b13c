"""How the server is answered."""

from __future__ import annotations

from ..rest.schemas import Answer


class KernelAnswer(Answer):
    """A running kernel."""

    id: str
    name: str
    execution_state: str
    last_activity: str


class OpenNotebook(Answer):
    """A notebook that somebody has open with a kernel; *id* is that of its session."""

    id: str
    path: str
    name: str
    item_id: str | None
    owner: str | None
    kernel: KernelAnswer
    last_activity: str


class OpenNotebooks(Answer):
    """All of them."""

    items: list[OpenNotebook]


class PackageAnswer(Answer):
    """An installed package."""

    name: str
    version: str


class RuntimeAnswer(Answer):
    """A kernelspec; *packages* only of one asked for, None where they cannot be listed."""

    name: str
    display_name: str
    language: str
    is_default: bool
    packages: list[PackageAnswer] | None = None


class RuntimeList(Answer):
    """All of them."""

    items: list[RuntimeAnswer]


class ConfigAnswer(Answer):
    """Limits (seconds, bytes, counts; null for none), formats of an output, and versions.

    *user* is whoever asks, as the owner of what they submit.
    """

    user: str
    limits: dict[str, float | None]
    formats: list[str]
    versions: dict[str, str]
