"""How environments are answered."""

from __future__ import annotations

from ..rest.schemas import Answer


class EnvironmentAnswer(Answer):
    """The environment in which something runs; *place* is its interpreter, with the home as ~.

    It *is_here* if this server would start the same by that name, and *is_gone* if this machine
    has no such interpreter.
    """

    id: str
    display_name: str
    interpreter: str
    place: str
    versions: dict[str, str]
    is_here: bool
    is_gone: bool
